import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import pg from 'pg';
import { pino } from 'pino';
import { Audit, type AuditSearch } from '../../../core/store/audit.ts';
import { type Database, openDatabase } from '../../../core/store/database.ts';
import { startTestDatabase, type TestDatabase } from '../../support/database.ts';

/** A log of 100 days; the chain is of no interest here. */
const COUNT = 60_000;
const SEED = `insert into audit (seq, at, hash, entry) select n, now(), '', jsonb_strip_nulls(jsonb_build_object(
    'id', gen_random_uuid(), 'at', to_char(timestamp '2026-01-01' + n * interval '144 seconds', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'actor', (array['operator', 'platform', 'customer', 'customer', 'system'])[1 + n % 5],
    'who', case n % 5 when 0 then 'olga-' || n % 40 when 1 then 'dashboard' end,
    'action', case when n % 500 = 0 then 'visit' else 'start' end,
    'outcome', case when n % 1000 = 0 then 'refused' else 'done' end,
    'customer', 'customer-' || n % 20000, 'handshake', 'handshake-' || n / 3)) from generate_series(1, ${COUNT}) n;
  analyze audit`;

let own: TestDatabase;
let client: pg.Client;
let database: Database;
let redis: Redis;
let audit: Audit;
let statements: { sql: string; parameters: readonly unknown[] }[] = [];

beforeAll(async () => {
  own = await startTestDatabase();
  client = new pg.Client({ connectionString: own.url });
  await client.connect();
  await client.query(SEED);
  const settings = { url: own.url, connections: 2, name: 'test' };
  database = openDatabase(settings, pino({ level: 'silent' }), ({ query: { sql, parameters } }) =>
    statements.push({ sql, parameters }),
  );
  // Not asked for anything.
  redis = new Redis({ lazyConnect: true });
  audit = new Audit(database, redis, 'kf');
});
afterAll(async () => {
  redis?.disconnect();
  await client?.end();
  await database?.destroy();
  await own?.stop();
});

interface Plan {
  'Node Type': string;
  'Actual Rows': number;
  'Rows Removed by Filter'?: number;
  Plans?: Plan[];
}

const HALF = `${COUNT / 2}`;
test.each<[string, AuditSearch]>([
  ['nothing', {}],
  ['the next page', { before: HALF }],
  ['an actor', { actor: 'platform' }],
  ['a name', { who: 'olga-5' }],
  ['a rare action', { action: 'visit' }],
  ['refusals', { outcome: 'refused' }],
  ['failures, of which there are none', { outcome: 'failed' }],
  ['a customer', { customer: 'customer-7' }],
  ['a customer’s next page', { customer: 'customer-7', before: HALF }],
  ['a handshake', { handshake: 'handshake-7' }],
  ['a day', { since: new Date('2026-02-01'), until: new Date('2026-02-02') }],
  [
    'what a customer did on a day',
    { actor: 'customer', customer: 'customer-7', since: new Date('2026-02-01') },
  ],
  ['what one operator was refused', { who: 'olga-0', outcome: 'refused' }],
])('a search for %s reads through an index about what it shows', async (_, wanted) => {
  statements = [];
  await audit.search(wanted, 100);
  expect(statements.length).toBeGreaterThan(0);
  for (const { sql, parameters } of statements) {
    const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
      `explain (analyze, format json) ${sql}`,
      [...parameters],
    );
    const open = [(rows[0] as { 'QUERY PLAN': [{ Plan: Plan }] })['QUERY PLAN'][0].Plan];
    for (let step = open.pop(); step; step = open.pop()) {
      expect(step['Node Type']).not.toBe('Seq Scan');
      expect((step['Rows Removed by Filter'] ?? 0) + step['Actual Rows']).toBeLessThan(2_000);
      open.push(...(step.Plans ?? []));
    }
  }
});
