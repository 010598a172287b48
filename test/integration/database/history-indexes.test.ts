import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { pino } from 'pino';
import { SealedBox } from '../../../core/secrets/sealed.ts';
import { type Database, openDatabase } from '../../../core/store/database.ts';
import { DoctorReports } from '../../../core/store/doctor-reports.ts';
import { History } from '../../../core/store/history.ts';
import { forgetHistory } from '../../../core/store/retention.ts';
import { startTestDatabase, type TestDatabase } from '../../support/database.ts';

/** A year of a platform with 20,000 customers. */
const COUNT = 200_000;
const MINUTES = 400 * 24 * 60;
const SEED = [
  `insert into customers (customer) select 'customer-' || n from generate_series(0, 19999) n`,
  `insert into handshakes select 'handshake-' || n, 'customer-' || n % 20000, 'anthropic', 'manual', 'customer',
     at, 1, 8, phase, at + interval '3 minutes', case when phase <> 'queued' then at + interval '3 minutes' end,
     case when phase = 'failed' then (array['box_unreachable', 'screen_unknown', 'claude_missing'])[1 + n % 3] end,
     case when phase = 'failed' then 'reaching' end, '2.1.330', '2026.9.6'
   from (select n, now() - (n::float8 / ${COUNT} * ${MINUTES}) * interval '1 minute' as at,
     case when n % 5000 = 1 then 'queued' when n % 10 = 0 then 'failed' when n % 50 = 3 then 'expired'
       when n % 50 = 4 then 'cancelled' else 'connected' end as phase from generate_series(1, ${COUNT}) n) seed`,
  `insert into attempts select handshake, 1, 8, since, 0, '{}', null from handshakes`,
  `insert into doctor_reports select gen_random_uuid(), 'customer-' || n % 2000, 'default',
     now() - n * interval '20 minutes', 'ok', '{}' from generate_series(1, 20000) n`,
  'analyze',
];

/** Of others' histories, which are not filled here. */
const EMPTY: ReadonlySet<string | undefined> = new Set([
  'connections',
  'events',
  'repairs',
  'cases',
  're_runs',
  'fleet_runs',
  'looks',
  'fleet_run_boxes',
  'usage_daily',
  'usage_months',
  'usage_sources',
  'usage_caps',
  'usage_holds',
]);

let own: TestDatabase;
let client: pg.Client;
let database: Database;
let history: History;
let statements: { sql: string; parameters: readonly unknown[] }[] = [];

beforeAll(async () => {
  own = await startTestDatabase();
  client = new pg.Client({ connectionString: own.url });
  await client.connect();
  for (const statement of SEED) await client.query(statement);
  const settings = { url: own.url, connections: 2, name: 'test' };
  database = openDatabase(settings, pino({ level: 'silent' }), ({ query: { sql, parameters } }) =>
    statements.push({ sql, parameters }),
  );
  history = new History(database, new SealedBox([{ id: 'k', key: randomBytes(32) }]));
});
afterAll(async () => {
  await client?.end();
  await database?.destroy();
  await own?.stop();
});

interface Plan {
  'Node Type': string;
  'Relation Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  Plans?: Plan[];
}

/** Every step of how the statements of a question are carried out, as PostgreSQL did carry them out. */
async function stepsOf(question: () => Promise<unknown>): Promise<Plan[]> {
  statements = [];
  await question();
  const asked = statements.filter(({ sql }) => /^\s*(select|with|delete)/i.test(sql));
  const steps: Plan[] = [];
  for (const { sql, parameters } of asked) {
    await client.query('begin');
    const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
      `explain (analyze, format json) ${sql}`,
      [...parameters],
    );
    await client.query('rollback');
    const open = [(rows[0] as { 'QUERY PLAN': [{ Plan: Plan }] })['QUERY PLAN'][0].Plan];
    for (let step = open.pop(); step; step = open.pop()) {
      steps.push(step);
      open.push(...(step.Plans ?? []));
    }
  }
  expect(steps.length).toBeGreaterThan(0);
  return steps;
}

/** Rows that were read from tables, whether or not they matched. */
const readIn = (steps: readonly Plan[]) =>
  steps
    .filter((step) => step['Relation Name'] !== undefined)
    .reduce(
      (sum, step) =>
        sum + (step['Actual Rows'] + (step['Rows Removed by Filter'] ?? 0)) * step['Actual Loops'],
      0,
    );

const ago = (days: number) => new Date(Date.now() - days * 24 * 60 * 60_000);
const page = (search: Parameters<History['page']>[0]) => () => history.page(search, 101);
const middle = { startedAt: ago(200), handshake: 'handshake-x' };

describe(`of ${COUNT} handshakes`, () => {
  /** With the most rows that may be read for it; a page has 101. */
  test.each<[string, () => Promise<unknown>, most: number]>([
    ['the newest', page({}), 1_000],
    ['a page in the middle', page({ before: middle }), 1_000],
    ['those of a day', page({ since: ago(101), until: ago(100) }), 2_000],
    ['those that have ended', page({ state: 'ended' }), 1_000],
    ['those under way', page({ state: 'active' }), 1_000],
    ['those of a phase', page({ phase: 'expired' }), 1_000],
    ['those of a phase in the middle', page({ phase: 'expired', before: middle }), 1_000],
    ['those that failed with an error', page({ error: 'screen_unknown' }), 1_000],
    [
      'those that failed with an error, in the middle',
      page({ error: 'screen_unknown', before: middle }),
      1_000,
    ],
    [
      'those that failed with an error and have ended',
      page({ error: 'screen_unknown', state: 'ended' }),
      1_000,
    ],
    ['those that have stood for an hour', page({ inPhaseSince: ago(1 / 24) }), 2_000],
    ['those of one customer', page({ of: 'customer-7' }), 1_000],
    ['those of one customer that failed', page({ of: 'customer-20', phase: 'failed' }), 1_000],
    // The names of all customers are gone through, and no handshakes but theirs.
    ['those of customers with a rare name', page({ customer: 'mer-777' }), 25_000],
    ['those of customers with a frequent name', page({ customer: 'customer' }), 25_000],
    ['those of nobody', page({ customer: 'nobody' }), 25_000],
    ['how those of a week ended', () => history.endedCounts(), 10_000],
    ['one', () => history.read('handshake-7'), 10],
    ['the newest that have ended, with attempts', () => history.newest(1_000), 10_000],
    ['the doctor’s reports of one customer', () => new DoctorReports(database).of('customer-7'), 100],
    ['those that are too old', () => forgetHistory(database, 400), 10],
  ])('%s are found by an index, and few others are read', async (_, question, most) => {
    const steps = await stepsOf(question);
    const scanned = steps.filter((step) => step['Node Type'].includes('Seq Scan'));
    expect(scanned.map((step) => step['Relation Name']).filter((table) => !EMPTY.has(table))).toEqual([]);
    expect(readIn(steps)).toBeLessThanOrEqual(most);
  });
});
