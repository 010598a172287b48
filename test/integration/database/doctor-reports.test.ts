import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { pino } from 'pino';
import type { DoctorReport } from '../../../core/contract/doctor-report.ts';
import { type Database, openDatabase } from '../../../core/store/database.ts';
import { DoctorReports, MOST_REPORTS } from '../../../core/store/doctor-reports.ts';
import { Recorder } from '../../../core/store/recorder.ts';
import { forgetHistory } from '../../../core/store/retention.ts';
import { startTestDatabase, type TestDatabase } from '../../support/database.ts';

const log = pino({ level: 'silent' });

let own: TestDatabase;
let database: Database;
let recorder: Recorder;
let reports: DoctorReports;

beforeAll(async () => {
  own = await startTestDatabase();
  database = openDatabase({ url: own.url, connections: 4, name: 'test' }, log);
  recorder = new Recorder(database, undefined as never, log);
  reports = new DoctorReports(database);
});
beforeEach(async () => {
  await sql`truncate doctor_reports, customers`.execute(database);
});
afterAll(async () => {
  await database?.destroy();
  await own?.stop();
});

const REPORT: DoctorReport = {
  verdict: 'blocks',
  tookMs: 1_234,
  findings: [{ id: 'claude', status: 'blocks', seen: 'no claude', why: 'it is needed', fix: 'install it' }],
};

const at = (minute: number) => new Date(Date.UTC(2026, 10, 1, 0, minute)).toISOString();
const entryOf = (customer: string, minute: number) => ({
  run: randomUUID(),
  customer,
  box: 'default',
  at: at(minute),
  report: REPORT,
});
const write = (entry: ReturnType<typeof entryOf>) => recorder.write({ kind: 'doctor-report', entry });

test('a report is read as it was written, once, newest first, by its customer, who is known from then on', async () => {
  const [one, two, other] = [entryOf('alice', 1), entryOf('alice', 2), entryOf('bob', 3)];
  for (const entry of [two, one, other, one, two]) await write(entry);
  const shown = ({ customer: _, ...entry }: ReturnType<typeof entryOf>) => entry;
  expect(await reports.of('alice')).toEqual([shown(two), shown(one)]);
  expect(await reports.of('nobody')).toEqual([]);
  const known = await database.selectFrom('customers').select('customer').orderBy('customer').execute();
  expect(known).toEqual([{ customer: 'alice' }, { customer: 'bob' }]);
});

test('of more than twenty of one customer’s the oldest go, also where an old one arrives late, and nobody else’s', async () => {
  const other = entryOf('bob', 0);
  await write(other);
  const all = Array.from({ length: 25 }, (_, minute) => entryOf('alice', minute));
  for (const entry of all.toSorted(() => 0.5 - Math.random())) await write(entry);
  expect((await reports.of('alice')).map(({ at: when }) => when)).toEqual(
    all
      .slice(-MOST_REPORTS)
      .map(({ at: when }) => when)
      .toReversed(),
  );
  expect(await reports.of('bob')).toHaveLength(1);
});

test('a report that is older than HISTORY_DAYS is deleted', async () => {
  await write(entryOf('alice', 0));
  await write({ ...entryOf('alice', 0), at: new Date().toISOString() });
  await sql`update doctor_reports set at = now() - interval '9 days' where at < now() - interval '1 second'
    and at = ${at(0)}`.execute(database);
  expect(await forgetHistory(database, 5)).toBe(1);
  expect(await reports.of('alice')).toHaveLength(1);
});

test('what another version found, and this one cannot read, is left out', async () => {
  const [one, strange] = [entryOf('alice', 1), entryOf('alice', 2)];
  for (const entry of [one, strange]) await write(entry);
  await sql`update doctor_reports set report = '{"verdict": "of later"}' where run = ${strange.run}`.execute(
    database,
  );
  expect((await reports.of('alice')).map(({ run }) => run)).toEqual([one.run]);
});
