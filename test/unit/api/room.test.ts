import { expect, test } from '@jest/globals';
import type { LiveSocket } from '../../../api/live/live-socket.ts';
import { Room } from '../../../api/live/room.ts';
import type { CustomerState } from '../../../core/contract/http-api.ts';
import type { Message } from '../../../core/contract/live-messages.ts';
import { FIRST } from '../../../core/contract/providers.ts';
import type { Connection, Snapshot } from '../../../core/contract/snapshot.ts';

const snapshot = (seq: number, more: Partial<Snapshot> = {}): Snapshot => ({
  ...FIRST,
  handshake: 'a-handshake',
  phase: 'reaching',
  startedAt: '2026-01-01T00:00:00.000Z',
  at: '2026-01-01T00:00:00.000Z',
  attempt: 1,
  seq,
  ...more,
});
const connection = (day: string): Connection => ({
  ...FIRST,
  profile: 'anthropic:manual',
  connectedAt: `2026-01-${day}T00:00:00.000Z`,
  expiresAt: `2027-01-${day}T00:00:00.000Z`,
  tokenFingerprint: '0123456789ab',
});

/** A room with one page in it, and the states that the page is told. */
function entered(): { room: Room; told: CustomerState[] } {
  const room = new Room();
  const told: CustomerState[] = [];
  const send = (message: Message) => {
    if (message.type === 'state') told.push({ snapshot: message.snapshot, connection: message.connection });
  };
  room.enter({ send } as LiveSocket);
  told.length = 0;
  return { room, told };
}

test('what is heard is told when it is newer, and only then', () => {
  const { room, told } = entered();
  for (const seq of [1, 0, 1, 3, 2, 3]) room.hear(snapshot(seq));
  expect(told.map((state) => state.snapshot?.seq)).toEqual([1, 3]);
});

test('what is read is told when it is newer or other, and once', () => {
  const { room, told } = entered();
  const first = { snapshot: snapshot(1), connection: null };
  const withConnection = { ...first, connection: connection('01') };
  for (const state of [first, first, withConnection, withConnection]) room.catchUp(state);
  expect(told).toEqual([first, withConnection]);
});

test('a read that was overtaken does not take anything back, and still brings the connection', () => {
  const { room, told } = entered();
  room.hear(snapshot(5));
  room.catchUp({ snapshot: snapshot(4), connection: connection('01') });
  expect(told.at(-1)).toEqual({ snapshot: snapshot(5), connection: connection('01') });
  const connected = snapshot(6, { phase: 'connected', connection: connection('02') });
  room.hear(connected);
  room.catchUp({ snapshot: snapshot(4), connection: connection('01') });
  room.catchUp({ snapshot: null, connection: null });
  expect(told.at(-1)).toEqual({ snapshot: connected, connection: connection('02') });
  expect(told).toHaveLength(3);
});

test('the connection of a later handshake counts, whatever the clocks of their workers said', () => {
  const { room, told } = entered();
  // A worker whose clock ran a day ahead.
  room.hear(snapshot(6, { phase: 'connected', connection: connection('03') }));
  const later = snapshot(1, { startedAt: '2026-01-02T00:00:00.000Z' });
  room.hear(snapshot(9, { startedAt: '2026-01-02T00:00:00.000Z' }));
  // Read after its connection, before its next snapshot was heard.
  room.catchUp({ snapshot: later, connection: connection('02') });
  expect(told.at(-1)?.connection).toEqual(connection('02'));
});

test('a connection that is gone is gone for the pages too', () => {
  const { room, told } = entered();
  room.catchUp({ snapshot: snapshot(1), connection: connection('01') });
  room.catchUp({ snapshot: snapshot(1), connection: null });
  expect(told.at(-1)).toEqual({ snapshot: snapshot(1), connection: null });
});

test('a connection that was removed is gone from open pages, and a read from before does not bring it back', () => {
  const { room, told } = entered();
  const connected = snapshot(6, { phase: 'connected', connection: connection('02') });
  room.hear(connected);
  const { connection: _, ...rest } = connected;
  const removed = { ...rest, seq: 7, disconnectedAt: '2026-02-01T00:00:00.000Z' };
  room.hear(removed);
  expect(told.at(-1)).toEqual({ snapshot: removed, connection: null });
  room.catchUp({ snapshot: connected, connection: connection('02') });
  expect(told.at(-1)).toEqual({ snapshot: removed, connection: null });
});
