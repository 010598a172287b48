import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { pino } from 'pino';
import { FLEET_SORTS, type FleetFilter, type FleetRow } from '../../../core/contract/fleet.ts';
import { type Made, recordConnected } from '../../../core/store/connections.ts';
import { Customers } from '../../../core/store/customers.ts';
import { type Database, openDatabase } from '../../../core/store/database.ts';
import { Fleet } from '../../../core/store/fleet.ts';
import type { FleetPlace } from '../../../core/store/fleet-query.ts';
import { recordLooked } from '../../../core/store/looked.ts';
import { made } from '../../support/connected.ts';
import { startTestDatabase, type TestDatabase } from '../../support/database.ts';

const log = pino({ level: 'silent' });
const DAY = 24 * 60 * 60_000;
const ago = (days: number) => new Date(Date.now() - days * DAY);

let own: TestDatabase;
let database: Database;
let fleet: Fleet;

beforeAll(async () => {
  own = await startTestDatabase();
  database = openDatabase({ url: own.url, connections: 4, name: 'test' }, log);
  fleet = new Fleet(database);
});
beforeEach(async () => {
  await sql`truncate customers, connections, handshakes, attempts, doctor_reports cascade`.execute(database);
});
afterAll(async () => {
  await database?.destroy();
  await own?.stop();
});

/** Connects a customer; `row`: columns as looks would have left them. */
async function connect(customer: string, row: Record<string, unknown> = {}, more: Partial<Made> = {}) {
  const what = made(customer, ago(100), more);
  await database.transaction().execute((transaction) => recordConnected(transaction, what));
  const { id } = await database
    .updateTable('connections')
    .set({ customer, ...row })
    .where('handshake', '=', what.handshake)
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

const know = (customer: string, displayName?: string) =>
  new Customers(database).put(customer, displayName === undefined ? {} : { displayName });

async function found(filter: FleetFilter & { sort?: (typeof FLEET_SORTS)[number] } = {}): Promise<string[]> {
  const { rows } = await fleet.page({ ...filter, limit: 100 });
  return rows.map(({ customer }) => customer);
}

describe('the fleet', () => {
  test('has a line for each connection, and one for a customer without any handshake', async () => {
    await know('nadia', 'Nadia & Sons');
    const id = await connect('alice');
    await connect('alice', {}, { provider: 'openai', profile: 'openai:keyferry' });
    const { rows } = await fleet.page({ limit: 100 });
    expect(rows.map(({ customer }) => customer)).toEqual(['alice', 'alice', 'nadia']);
    expect(rows.at(-1)).toEqual({
      customer: 'nadia',
      displayName: 'Nadia & Sons',
      connection: null,
      versions: {},
    });
    expect(rows.find(({ connection }) => connection?.id === id)).toMatchObject({
      displayName: null,
      connection: { health: 'working', provider: 'anthropic', look: { failures: 0, suspected: null } },
    });
  });

  test('has nothing that has ended', async () => {
    await connect('alice', { ended_at: ago(1), health: 'disconnected' });
    expect((await fleet.page({ limit: 100 })).rows).toMatchObject([{ customer: 'alice', connection: null }]);
  });

  test('is narrowed by health; what has passed its end needs attention, whoever has noticed', async () => {
    await connect('alice');
    await connect('bob', { health: 'attention', reason: 'credential_missing' });
    await connect('carol', { health: 'unknown', reason: 'box_unreachable' });
    await connect('dora', { health: 'expiring', expires_at: ago(-3) });
    await connect('eve', { expires_at: ago(1) });
    await know('frank');
    expect(await found({ health: 'working' })).toEqual(['alice']);
    expect(await found({ health: 'attention' })).toEqual(['bob', 'eve']);
    expect(await found({ health: 'unknown' })).toEqual(['carol']);
    expect(await found({ health: 'expiring' })).toEqual(['dora']);
    expect(await found({ health: 'none' })).toEqual(['frank']);
    const { rows } = await fleet.page({ q: 'eve', limit: 1 });
    expect(rows[0]?.connection).toMatchObject({ health: 'attention', reason: 'credential_expired' });
  });

  test('is counted by health, of what matches all else', async () => {
    await connect('alice');
    await connect('bob', { health: 'attention', reason: 'credential_missing' });
    await connect('bobby', { expires_at: ago(1) });
    await know('nadia');
    const counts = { working: 1, expiring: 0, attention: 2, unknown: 0, none: 1 };
    expect(await fleet.counts({})).toEqual(counts);
    expect(await fleet.counts({ health: 'working' })).toEqual(counts);
    expect(await fleet.counts({ q: 'bob' })).toEqual({ ...counts, working: 0, none: 0 });
  });

  test('is narrowed by provider, by a part of the model, by what ends soon and by what was not seen for long', async () => {
    await connect('alice', { checked_at: ago(3) });
    await connect(
      'bob',
      { expires_at: ago(-5), checked_at: ago(0) },
      { provider: 'openai', model: 'openai/gpt-9' },
    );
    await connect('carol', { expires_at: null, checked_at: null });
    await know('nadia');
    expect(await found({ provider: 'openai' })).toEqual(['bob']);
    expect(await found({ model: 'GPT' })).toEqual(['bob']);
    expect(await found({ expiring: 7 })).toEqual(['bob']);
    expect(await found({ expiring: 3 })).toEqual([]);
    expect(await found({ unchecked: 48 })).toEqual(['alice', 'carol']);
    expect(await found({ unchecked: 100 })).toEqual(['carol']);
  });

  test('is narrowed by what is wrong, as it is said by then, by method and by box', async () => {
    await connect('alice', { health: 'attention', reason: 'model_moved' });
    await connect('bob', { health: 'attention', reason: 'model_moved', expires_at: ago(1) });
    await connect('carol', { health: 'unknown', reason: 'box_unreachable' }, { box: 'two' });
    await connect('dora', {}, { method: 'api-key' });
    await know('nadia');
    expect(await found({ reason: 'model_moved' })).toEqual(['alice']);
    expect(await found({ reason: 'credential_expired' })).toEqual(['bob']);
    expect(await found({ reason: 'box_unreachable' })).toEqual(['carol']);
    expect(await found({ reason: 'box_unreachable', health: 'attention' })).toEqual([]);
    expect(await found({ method: 'api-key' })).toEqual(['dora']);
    const evan = await connect('evan');
    for (const [days, code] of [
      [2, 'memory_short'],
      [1, 'box_unreachable'],
    ] as const)
      await database.transaction().execute((transaction) =>
        recordLooked(transaction, {
          ...{ connection: evan, at: ago(days).toISOString(), watchHours: 24 },
          seen: { outcome: code === 'memory_short' ? 'inconclusive' : 'unreachable', code },
        }),
      );
    // It still counts as working.
    expect(await found({ look: 'box_unreachable', health: 'working' })).toEqual(['evan']);
    expect(await found({ look: 'memory_short' })).toEqual([]);
    expect(await found({ box: 'two' })).toEqual(['carol']);
    expect(await found({ box: 'tw' })).toEqual([]);
  });

  test('is searched by a part of the slug or of the display name, however it is written', async () => {
    await know('acme-1', 'Zoë’s Bakery');
    await know('bakers-2');
    await know('other', '100% Wool_');
    expect(await found({ q: 'BAKER' })).toEqual(['acme-1', 'bakers-2']);
    expect(await found({ q: 'zoë' })).toEqual(['acme-1']);
    expect(await found({ q: '%' })).toEqual(['other']);
    expect(await found({ q: 'nobody' })).toEqual([]);
  });

  test('knows the versions that a handshake or the doctor saw last on that box, and is narrowed by how one begins', async () => {
    await connect('alice');
    await connect('bob', {}, { box: 'second' });
    const seen = (customer: string, claude: string | null, openclaw: string, days: number) =>
      sql`insert into handshakes (handshake, customer, provider, method, requested_by, started_at, attempt, steps, phase,
        since, claude_version, openclaw_version) values (${randomUUID()}, ${customer}, 'anthropic', 'setup-token',
        'customer', ${ago(days)}, 1, 1, 'connected', ${ago(days)}, ${claude}, ${openclaw})`.execute(database);
    await seen('alice', '2.1.330', '2026.4.15', 9);
    await seen('alice', null, '2026.9.6', 2);
    await sql`insert into doctor_reports (run, customer, box, at, verdict, report) values
      (${randomUUID()}, 'bob', 'second', ${ago(1)}, 'ok', '{"versions":{"openclaw":"2026.4.15"}}'),
      (${randomUUID()}, 'bob', 'default', ${ago(0)}, 'ok', '{"versions":{"openclaw":"2026.9.6"}}')`.execute(
      database,
    );
    const { rows } = await fleet.page({ limit: 100 });
    expect(rows.map(({ versions }) => versions)).toEqual([
      { claude: '2.1.330', openclaw: '2026.9.6' },
      { openclaw: '2026.4.15' },
    ]);
    expect(await found({ version: '2026.4' })).toEqual(['bob']);
    expect(await found({ version: '2.1.330' })).toEqual(['alice']);
    expect(await found({ version: '6.4' })).toEqual([]);
  });

  test('is sorted: what ends soonest, was seen longest ago, has been so longest; who has nothing comes last', async () => {
    await connect('alice', { expires_at: ago(-9), checked_at: ago(1), health_since: ago(5) });
    await connect('bob', { expires_at: null, checked_at: null, health_since: ago(7) });
    await connect('carol', { expires_at: ago(-2), checked_at: ago(4), health_since: ago(3) });
    await know('aaron');
    expect(await found({ sort: 'expires' })).toEqual(['carol', 'alice', 'aaron', 'bob']);
    expect(await found({ sort: 'checked' })).toEqual(['bob', 'carol', 'alice', 'aaron']);
    expect(await found({ sort: 'since' })).toEqual(['bob', 'alice', 'carol', 'aaron']);
  });
});

describe('a customer', () => {
  test('has their connections by box in the order of use, what the watch suspects, and what has ended', async () => {
    await know('alice', 'Alice Ltd');
    await connect('alice', { ended_at: ago(50), health: 'disconnected' }, { profile: 'anthropic:old' });
    const since = ago(0).toISOString();
    const suspected = { outcome: 'attention', code: 'credential_missing', since };
    await connect('alice', { suspected: JSON.stringify(suspected), failed_looks: 2, position: 1 });
    await connect('alice', { position: 0 }, { profile: 'anthropic:b', replaced: [] });
    await connect('alice', {}, { box: 'another' });
    const { rows, earlier, ...told } = await fleet.customer('alice');
    expect(told).toEqual({
      customer: 'alice',
      isKnown: true,
      displayName: 'Alice Ltd',
      plan: null,
      removals: {},
    });
    expect(rows.map(({ connection }) => [connection?.box, connection?.profile])).toEqual([
      ['another', 'anthropic:manual'],
      ['default', 'anthropic:b'],
      ['default', 'anthropic:manual'],
    ]);
    expect(rows.at(-1)?.connection?.look).toMatchObject({ suspected, failures: 2 });
    expect(earlier).toMatchObject([{ profile: 'anthropic:old', health: 'disconnected' }]);
  });

  test('of whom nothing has been heard has nothing', async () => {
    expect(await fleet.customer('nobody')).toEqual({
      customer: 'nobody',
      isKnown: false,
      displayName: null,
      plan: null,
      removals: {},
      rows: [],
      earlier: [],
    });
  });
});

describe('a look that is asked for', () => {
  const due = async (id: string) =>
    (
      await database
        .selectFrom('connections')
        .select('next_look_at')
        .where('id', '=', id)
        .executeTakeFirstOrThrow()
    ).next_look_at;

  test('is due at once, of these connections and no others, and what was due before stays so', async () => {
    const [soon, overdue] = [ago(-1), ago(2)];
    const [one, two, three] = (await Promise.all(
      [['alice', soon] as const, ['bob', overdue] as const, ['carol', soon] as const].map(([name, at]) =>
        connect(name, { next_look_at: at }),
      ),
    )) as [string, string, string];
    const gone = await connect('dora', { ended_at: ago(1), next_look_at: soon });
    expect(await fleet.customersOf([one, two, gone])).toEqual(['alice', 'bob']);
    expect(await fleet.lookNow([one, two, gone])).toBe(2);
    expect((await due(one)).getTime()).toBeLessThanOrEqual(Date.now());
    expect(await due(two)).toEqual(overdue);
    expect(await due(three)).toEqual(soon);
    expect(await due(gone)).toEqual(soon);
  });
});

describe('of 20,000 customers, of whom three quarters are connected', () => {
  const SEED = [
    `insert into customers (customer, display_name) select 'customer-' || n, 'Firm ' || n from generate_series(1, 20000) n`,
    `insert into connections (customer, box, provider, method, profile, model, handshake, requested_at, attempt,
       connected_at, expires_at, checked_at, health, reason)
     select 'customer-' || n, 'default', case when n % 40 = 1 then 'openai' else 'anthropic' end, 'setup-token',
       'anthropic:keyferry', 'anthropic/claude', 'handshake-' || n, now(), 1, now(),
       case when n % 7 > 0 then now() + n * interval '1 hour' end, now() - n * interval '1 minute',
       case when n % 100 = 1 then 'attention' else 'working' end, null
     from generate_series(1, 20000) n where n % 4 > 0`,
    `insert into handshakes select 'handshake-' || n, 'customer-' || 1 + n % 20000, 'anthropic', 'setup-token', 'customer',
       now() - n * interval '10 minutes', 1, 8, 'connected', now(), now(), null, null, '2.1.330',
       case when n % 500 = 3 then '2026.4.15' else '2026.9.6' end from generate_series(1, 40000) n`,
    `insert into attempts select handshake, 1, 8, since, 0, '{}', null from handshakes`,
    'analyze',
  ];
  let many: TestDatabase;
  let large: Database;
  let asked: { sql: string; parameters: readonly unknown[] }[] = [];
  let listed: Fleet;

  beforeAll(async () => {
    many = await startTestDatabase();
    large = openDatabase(
      { url: many.url, connections: 2, name: 'test' },
      log,
      ({ query: { sql: text, parameters } }) => asked.push({ sql: text, parameters }),
    );
    for (const statement of SEED) await sql.raw(statement).execute(large);
    listed = new Fleet(large);
  }, 60_000);
  afterAll(async () => {
    await large?.destroy();
    await many?.stop();
  });

  test.each<[string, FleetFilter & { sort?: (typeof FLEET_SORTS)[number] }, count: number]>([
    ['of all', {}, 20_000],
    ['of those without a connection', { health: 'none' }, 5_000],
    ...FLEET_SORTS.map((sort) => [`by ${sort}`, { sort, provider: 'openai' }, 500] as const).map(
      ([name, search, count]): [string, FleetFilter, number] => [name, search, count],
    ),
  ])('pages %s have each line once, and none is missing', async (_, search, count) => {
    const lines: FleetRow[] = [];
    let after: FleetPlace | undefined;
    do {
      const page = await listed.page({ ...search, after, limit: count === 500 ? 30 : 500 });
      lines.push(...page.rows);
      after = page.next;
    } while (after);
    expect(lines).toHaveLength(count);
    expect(new Set(lines.map(({ customer }) => customer)).size).toBe(count);
  });

  interface Plan {
    'Node Type': string;
    'Relation Name'?: string;
    'Actual Rows': number;
    'Actual Loops': number;
    'Rows Removed by Filter'?: number;
    Plans?: Plan[];
  }

  /** Rows that were read from tables for a question, whether or not they matched. */
  async function readFor(question: () => Promise<unknown>): Promise<number> {
    asked = [];
    await question();
    const [{ sql: text, parameters }] = asked as [(typeof asked)[number]];
    const { rows } = await large.executeQuery<{ 'QUERY PLAN': [{ Plan: Plan }] }>({
      sql: `explain (analyze, format json) ${text}`,
      parameters,
      query: { kind: 'RawNode' } as never,
      queryId: { queryId: 'plan' },
    });
    const open = [(rows[0] as { 'QUERY PLAN': [{ Plan: Plan }] })['QUERY PLAN'][0].Plan];
    let read = 0;
    for (let step = open.pop(); step; step = open.pop()) {
      if (step['Relation Name'] !== undefined)
        read += (step['Actual Rows'] + (step['Rows Removed by Filter'] ?? 0)) * step['Actual Loops'];
      open.push(...(step.Plans ?? []));
    }
    return read;
  }

  const middle = { key: '', customer: 'customer-3', id: '' };
  /** With the most rows that may be read; a page has 101 lines, and a line takes up to ten for its versions. */
  test.each<[string, () => Promise<unknown>, most: number]>([
    ['a page', () => listed.page({ limit: 100 }), 2_000],
    ['a page in the middle', () => listed.page({ after: middle, limit: 100 }), 2_000],
    ['a customer', () => listed.page({ of: 'customer-7', limit: 100 }), 20],
    // The connections by an index; the names of 20,000 customers are cheaper to go through than to look up one by one.
    ['what needs attention', () => listed.page({ health: 'attention', limit: 100 }), 22_000],
    [
      'what needs attention, in the middle',
      () => listed.page({ health: 'attention', after: middle, limit: 100 }),
      22_000,
    ],
    ['a provider', () => listed.page({ provider: 'openai', limit: 100 }), 22_000],
    ['what ends within a week', () => listed.page({ expiring: 7, limit: 100 }), 22_000],
    // Nothing but the names of customers and what they have is gone through.
    ['a part of a name', () => listed.page({ q: 'firm 7777', limit: 100 }), 36_000],
    ['what was not seen for long', () => listed.page({ unchecked: 300, limit: 100 }), 37_000],
    ['what ends soonest', () => listed.page({ sort: 'expires', limit: 100 }), 37_000],
    ['the numbers', () => listed.counts({}), 35_000],
    // All are gone through as for a part of a name; what was seen of those forty who have ever had it.
    ['a version', () => listed.page({ version: '2026.4.15', limit: 100 }), 37_000],
    ['how many have a version', () => listed.counts({ version: '2026.4.15' }), 37_000],
    // What was seen of each of them.
    ['a version that most have', () => listed.page({ version: '2026.9', limit: 100 }), 36_000 + 15_000 * 8],
    ['a version that nobody has', () => listed.page({ version: '2031.1', limit: 100 }), 36_000],
  ])('%s is found without reading more than it takes', async (_, question, most) => {
    expect(await readFor(question)).toBeLessThanOrEqual(most);
  });
});
