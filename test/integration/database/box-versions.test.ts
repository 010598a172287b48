import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { pino } from 'pino';
import type { RecordedAttempt } from '../../../core/contract/handshake-record.ts';
import { FIRST } from '../../../core/contract/providers.ts';
import { SealedBox } from '../../../core/secrets/sealed.ts';
import { attemptEntry } from '../../../core/store/attempt-entry.ts';
import { BoxVersions } from '../../../core/store/box-versions.ts';
import { recordConnected } from '../../../core/store/connections.ts';
import { type Database, openDatabase } from '../../../core/store/database.ts';
import { Recorder } from '../../../core/store/recorder.ts';
import { made } from '../../support/connected.ts';
import { startTestDatabase, type TestDatabase } from '../../support/database.ts';

const log = pino({ level: 'silent' });
const sealed = new SealedBox([{ id: 'k', key: randomBytes(32) }]);

let own: TestDatabase;
let database: Database;
let recorder: Recorder;
let versions: BoxVersions;

beforeAll(async () => {
  own = await startTestDatabase();
  database = openDatabase({ url: own.url, connections: 4, name: 'test' }, log);
  recorder = new Recorder(database, undefined as never, log);
  versions = new BoxVersions(database);
});
beforeEach(async () => {
  await sql`truncate doctor_reports, handshakes, attempts, customers, connections cascade`.execute(database);
});
afterAll(async () => {
  await database?.destroy();
  await own?.stop();
});

type Found = RecordedAttempt['versions'];
const at = (minute: number) => new Date(Date.UTC(2026, 10, 1, 0, minute)).toISOString();

async function handshake(minute: number, found: Found, box?: string, customer = 'alice'): Promise<void> {
  const head = {
    ...FIRST,
    handshake: randomUUID(),
    customer,
    requestedBy: 'customer',
    startedAt: at(minute),
  };
  const attempt: RecordedAttempt = {
    attempt: 1,
    ...(box && { box }),
    timeline: [{ phase: 'failed', at: at(minute) }],
    versions: found,
    rejected: 0,
    warnings: [],
  };
  await recorder.write({ kind: 'attempt', entry: await attemptEntry(sealed, head, attempt) });
}

async function examined(minute: number, found: Found | undefined, box = 'default'): Promise<void> {
  const report = { verdict: 'ok' as const, tookMs: 1, findings: [], ...(found && { versions: found }) };
  await recorder.write({
    kind: 'doctor-report',
    entry: { run: randomUUID(), customer: 'alice', box, at: at(minute), report },
  });
}

const seen = (box = 'default') => versions.of('alice', box);

test('nothing is known of a box that nobody has looked at', async () => {
  await handshake(1, { claude: '2.1.330' }, undefined, 'bob');
  expect(await seen()).toEqual({ claude: undefined, openclaw: undefined });
});

test('of each program the version counts that was seen last, by a handshake or by the doctor', async () => {
  await handshake(1, { claude: '2.1.89', openclaw: '2026.4.15' });
  await handshake(2, { openclaw: '2026.9.6' });
  await handshake(3, {});
  expect(await seen()).toEqual({ claude: '2.1.89', openclaw: '2026.9.6' });
  await examined(4, { claude: '2.1.332', openclaw: '2026.9.6' });
  await examined(5, undefined);
  expect(await seen()).toEqual({ claude: '2.1.332', openclaw: '2026.9.6' });
  await handshake(6, { claude: '2.1.36', openclaw: '2026.5.22' });
  expect(await seen()).toEqual({ claude: '2.1.36', openclaw: '2026.5.22' });
});

test('boxes of one customer are told apart', async () => {
  await handshake(1, { openclaw: '2026.9.6' });
  await handshake(2, { openclaw: '2026.4.15' }, 'second');
  await examined(3, { openclaw: '2026.5.22' }, 'third');
  expect((await seen()).openclaw).toBe('2026.9.6');
  expect((await seen('second')).openclaw).toBe('2026.4.15');
  expect((await seen('third')).openclaw).toBe('2026.5.22');
});

test('a look that saw a connection work counts like the others, at its time', async () => {
  const minute = (count: number) => new Date(at(count));
  await handshake(1, { claude: '2.1.332', openclaw: '2026.4.15' });
  const connection = made('alice', minute(0));
  await database.transaction().execute((transaction) => recordConnected(transaction, connection));
  const good = { model: null, openclaw: '2026.9.6', order: null };
  const look = (set: object) =>
    database
      .updateTable('connections')
      .set({ seen_good: JSON.stringify(good), ...set })
      .execute();
  await look({ checked_at: minute(20) });
  expect(await seen()).toEqual({ claude: '2.1.332', openclaw: '2026.9.6' });
  expect((await seen('second')).openclaw).toBeUndefined();
  // It has been broken since before the doctor came.
  await examined(30, { openclaw: '2026.5.22' });
  await look({ health: 'attention', health_since: minute(25), checked_at: minute(40) });
  expect((await seen()).openclaw).toBe('2026.5.22');
});
