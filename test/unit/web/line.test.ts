import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { BEAT_MS, CLOSE, messageSchema } from '../../../core/contract/live-messages.ts';
import { type Hear, Line } from '../../../web/client/line.ts';

const STATE = JSON.stringify({ type: 'state', snapshot: null, connection: null });
const BEAT = JSON.stringify({ type: 'beat' });

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

/** A line whose wires are held by the test: the newest is the last. */
function startLine() {
  const wires: (Hear & { isClosed: boolean })[] = [];
  const heard: string[] = [];
  const line = new Line(
    (hear) => {
      const wire = { ...hear, isClosed: false };
      wires.push(wire);
      return {
        close: () => {
          wire.isClosed = true;
        },
      };
    },
    messageSchema,
    {
      onMessage: ({ type }) => heard.push(type),
      onStands: (stands) => heard.push(stands ? 'stands' : 'broken'),
      onNoEntry: () => heard.push('no entry'),
      onSignedOut: () => heard.push('signed out'),
      onUnknown: () => heard.push('unknown'),
    },
  );
  line.join();
  const newest = () => wires.at(-1) as Hear & { isClosed: boolean };
  return { line, wires, newest, heard };
}

describe('the line to the api', () => {
  test('stands with the first message', () => {
    const { newest, heard } = startLine();
    newest().message(STATE);
    newest().message(BEAT);
    expect(heard).toEqual(['stands', 'state', 'beat']);
  });

  test('comes back by itself when it breaks, later each time, and at most after 15 seconds', () => {
    const { wires, newest, heard } = startLine();
    newest().message(STATE);
    newest().closed(1006);
    expect(heard).toContain('broken');
    const waits: number[] = [];
    for (let i = 0; i < 8; i += 1) {
      const before = Date.now();
      const count = wires.length;
      while (wires.length === count) jest.advanceTimersByTime(10);
      waits.push(Date.now() - before);
      newest().closed(1006);
    }
    expect(waits[0]).toBeLessThanOrEqual(510);
    expect(waits[7]).toBeGreaterThanOrEqual(7_500);
    expect(Math.max(...waits)).toBeLessThanOrEqual(15_010);
  });

  test('comes back at once where the api said that it would go away', () => {
    const { wires, newest } = startLine();
    newest().message(STATE);
    newest().closed(CLOSE.goingAway);
    jest.advanceTimersByTime(500);
    expect(wires).toHaveLength(2);
  });

  test('reports that nothing came at all, as a browser does not say why', () => {
    const { newest, heard } = startLine();
    newest().closed(1006);
    expect(heard).toEqual(['no entry']);
  });

  test('gives up a wire that is silent for two beats', () => {
    const { wires, newest, heard } = startLine();
    newest().message(STATE);
    jest.advanceTimersByTime(BEAT_MS);
    newest().message(BEAT);
    jest.advanceTimersByTime(2 * BEAT_MS - 1);
    expect(newest().isClosed).toBe(false);
    jest.advanceTimersByTime(1);
    expect(wires[0]?.isClosed).toBe(true);
    expect(heard.at(-1)).toBe('broken');
  });

  test('gives up a wire on which nothing comes at first', () => {
    const { wires, heard } = startLine();
    jest.advanceTimersByTime(10_000);
    expect(wires[0]?.isClosed).toBe(true);
    expect(heard).toEqual(['no entry']);
  });

  test('reports that the session has ended, and is over when that is final', () => {
    const { line, wires, newest, heard } = startLine();
    newest().message(STATE);
    newest().closed(CLOSE.signedOut);
    expect(heard.at(-1)).toBe('signed out');
    line.end();
    line.join();
    jest.advanceTimersByTime(60_000);
    expect(wires).toHaveLength(1);
  });

  test('is opened again when somebody comes back after some seconds of silence, but not after fewer', () => {
    const { line, wires, newest } = startLine();
    newest().message(STATE);
    jest.advanceTimersByTime(3_000);
    line.wake();
    expect(wires).toHaveLength(1);
    jest.advanceTimersByTime(1);
    line.wake();
    expect(wires).toHaveLength(2);
  });

  test('does not hear a wire that has been replaced', () => {
    const { line, wires, heard } = startLine();
    line.join();
    wires[0]?.message(STATE);
    wires[0]?.closed(1006);
    expect(heard).toEqual([]);
  });

  test('reports what it cannot read', () => {
    const { newest, heard } = startLine();
    newest().message('{"type":"state","snapshot":{"phase":"dancing"}}');
    newest().message('not JSON');
    expect(heard).toEqual(['stands', 'unknown', 'unknown']);
  });
});
