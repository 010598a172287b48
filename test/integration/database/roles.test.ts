import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import type { Snapshot } from '../../../core/contract/snapshot.ts';
import type { UsageRow } from '../../../core/contract/usage.ts';
import { appendEntry, stamped } from '../../../core/store/audit.ts';
import { pruneChain, verifyChain } from '../../../core/store/audit-chain.ts';
import { type Database, openDatabase } from '../../../core/store/database.ts';
import { recordDisconnected } from '../../../core/store/disconnected.ts';
import { FleetRuns } from '../../../core/store/fleet-runs.ts';
import { FleetUsages } from '../../../core/store/fleet-usage.ts';
import { UsageLimits } from '../../../core/store/limits.ts';
import { migrate } from '../../../core/store/migrate.ts';
import { RECORD, Recorder, type RecordJob } from '../../../core/store/recorder.ts';
import { forgetRelease, Releases, recordRelease } from '../../../core/store/releases.ts';
import { forgetHistory } from '../../../core/store/retention.ts';
import { recordWeighed } from '../../../core/store/usage-caps.ts';
import { recordHeld } from '../../../core/store/usage-holds.ts';
import { Usage } from '../../../core/store/usage-sums.ts';
import { Copies } from '../../../core/store/vault.ts';
import { rewriteVault } from '../../../core/store/vault-rewrite.ts';
import { asked, type LabPostgres, startPostgres } from '../../../lab/postgres.ts';
import { KeyFile } from '../../../worker/vault/key-file.ts';
import { Vault } from '../../../worker/vault/vault.ts';
import { BASE } from '../../support/api-lab.ts';
import { type ConsoleLab, startConsoleLab } from '../../support/console-lab.ts';
import { until } from '../../support/redis-system.ts';
import { madeUp, never, recordedWith, vaultKey } from '../../support/vault.ts';

const SCRIPT = readFileSync(new URL('../../../deploy/roles.sql', import.meta.url), 'utf8');
const log = pino({ level: 'silent' });

let postgres: LabPostgres;
let superuser: string;
const opened: Database[] = [];

beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres?.stop());
beforeEach(async () => {
  superuser = await postgres.database();
});
afterEach(() => Promise.all(opened.splice(0).map((each) => each.destroy())));

type RoleName = 'owner' | 'api' | 'worker' | 'canary';
function urlAs(role: RoleName): string {
  const url = new URL(superuser);
  url.username = `keyferry_${role}`;
  return url.href;
}
function open(url: string): Database {
  const database = openDatabase({ url, connections: 2, name: 'test' }, log);
  opened.push(database);
  return database;
}
const as = (role: RoleName) => open(urlAs(role));

const options = {
  ...{ batch: 1, canaries: 0, maxFailures: 0 },
  ...{ dryRun: true, swap: false, restartGateway: false },
};

/** The two orders in which an operator may do it. */
const ORDERS: [string, () => Promise<void>][] = [
  [
    'before the tables were made',
    async () => {
      await asked(superuser, SCRIPT);
      await migrate(as('owner'));
    },
  ],
  [
    'after the tables were made by a superuser, and twice',
    async () => {
      await migrate(open(superuser));
      await asked(superuser, SCRIPT);
      await asked(superuser, SCRIPT);
    },
  ],
];

const entry = () => stamped({ actor: 'system', action: 'connected', outcome: 'done' });
const refusal = (role: RoleName, sql: string) =>
  asked(urlAs(role), sql).then(
    () => 'allowed',
    ({ message }: Error) => message,
  );

describe.each(ORDERS)('roles that are set up %s', (_, setUp) => {
  beforeEach(async () => {
    await setUp();
    await appendEntry(as('api'), entry());
  });

  test.each<RoleName>(['api', 'worker'])(
    'the %s’s appends to the audit log, and can do nothing else to it',
    async (role) => {
      await appendEntry(as(role), entry());
      const text = JSON.stringify(entry()).replaceAll("'", "''");
      const pruned = JSON.stringify({ ...entry(), pruned: { seq: '1', hash: 'ff'.repeat(32) } });
      for (const sql of [
        `insert into audit (seq, at, entry, hash) values (3, now(), '${text}', '')`,
        `update audit set at = now() where seq = 1`,
        'delete from audit where seq = 1',
        'truncate audit',
        'select * from audit for update',
        'update audit_head set seq = 0',
        'delete from audit_head',
        `insert into kysely_migration (name, timestamp) values ('9999', 'now')`,
        'alter table audit disable trigger all',
        'drop function audit_append(jsonb)',
        'create table mine (one int)',
        'create temp table audit_head (seq bigint, hash bytea)',
        `select audit_append('${pruned}')`,
        'set role keyferry_owner',
      ])
        expect([sql, await refusal(role, sql)]).toEqual([
          sql,
          expect.stringMatching(/permission denied|must be (owner|able)|only the owner/),
        ]);
      expect(await verifyChain(open(superuser))).toMatchObject({ isWhole: true, entries: 2 });
    },
  );

  test('the api’s reads the audit log and proves it, the worker’s does neither', async () => {
    expect(await verifyChain(as('api'))).toMatchObject({ isWhole: true, entries: 1 });
    expect(await refusal('worker', 'select * from audit')).toMatch(/permission denied/);
  });

  test('api and worker read and write the rows of all other tables, and nothing beyond rows', async () => {
    const rows = await asked<Record<string, unknown>>(
      superuser,
      `select relname as name, rolname as role, array(select p from unnest(array['select', 'insert', 'update', 'delete',
        'truncate', 'references', 'trigger']) p where has_table_privilege(r.oid, c.oid, p)) as may
      from pg_class c, pg_roles r where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
        and rolname in ('keyferry_api', 'keyferry_worker') order by 1, 2`,
    );
    const others = rows.filter(
      ({ name }) => !/^(audit|kysely_|vault|receipts|fleet_run|releases|usage)/.test(String(name)),
    );
    expect(others.length).toBeGreaterThanOrEqual(8);
    const all = ['select', 'insert', 'update', 'delete'];
    // Notices and re-runs are the api's alone, but that the worker deletes what is old.
    for (const { name, role, may } of others) {
      const isNone = role === 'keyferry_worker' && /^(notice|re_run)/.test(String(name));
      const some = name === 're_runs' ? ['delete'] : [];
      expect([name, role, may]).toEqual([name, role, isNone ? some : all]);
    }
  });

  test('the vault is the worker’s: the api’s reads, writes and removes nothing there, and ends connections all the same', async () => {
    const secret = madeUp();
    const vault = new Vault(new KeyFile([vaultKey('k1')]), new Copies(as('worker')));
    const made = await recordedWith(as('worker'), secret);
    expect(await vault.keep(made, secret, never)).toBe(true);
    for (const sql of [
      'select * from vault',
      'select count(*) from vault',
      `update vault set envelope = ''`,
      'delete from vault',
      `insert into vault select * from vault`,
      'copy vault to stdout',
      'truncate vault',
      'select vault_forget()',
    ])
      expect([sql, await refusal('api', sql)]).toEqual([
        sql,
        expect.stringMatching(/permission denied|only be called as triggers?/),
      ]);
    expect(await vault.copies.find(made.connection)).toBeDefined();
    const { customer, connection } = made;
    await as('api')
      .transaction()
      .execute((transaction) =>
        recordDisconnected(transaction, { customer, connection, at: new Date().toISOString() }),
      );
    expect(await vault.copies.find(made.connection)).toBeUndefined();
  });

  test('receipts are the worker’s to write: the api’s reads them', async () => {
    await asked(urlAs('api'), 'select * from receipts');
    for (const sql of [
      `update receipts set document = '{}'`,
      'delete from receipts',
      'insert into receipts select * from receipts',
    ])
      expect([sql, await refusal('api', sql)]).toEqual([sql, expect.stringMatching(/permission denied/)]);
  });

  test('runs over the fleet are the worker’s to write, and the command’s as the worker: the api’s reads them, pauses, resumes and stops', async () => {
    await asked(urlAs('api'), 'select * from fleet_runs');
    for (const sql of [
      `update fleet_runs set options = '{}'`,
      `update fleet_runs set kind = 'migrate'`,
      'delete from fleet_runs',
      'insert into fleet_runs select * from fleet_runs',
      `update fleet_run_boxes set customer = 'bob'`,
      'delete from fleet_run_boxes',
      'insert into fleet_run_boxes select * from fleet_run_boxes',
    ])
      expect([sql, await refusal('api', sql)]).toEqual([sql, expect.stringMatching(/permission denied/)]);
    const runs = new FleetRuns(as('worker'));
    const id = await runs.begin({ kind: 'doctor', filter: {}, options, askedBy: 'a test' });
    const byApi = new FleetRuns(as('api'));
    for (const [verb, state] of [
      ['pause', 'paused'],
      ['resume', 'running'],
      ['stop', 'stopped'],
    ] as const)
      expect(await byApi.change(id, verb, { askedBy: 'a test', failed: true })).toMatchObject({ state });
  });

  test('what the boxes use is the worker’s to write, and the api’s to read, but for what is needed to read on', async () => {
    const row: UsageRow = [1, 'openai', 'gpt-5.4', 1, 3, 5, 0, 0, 0, 0];
    const days = [{ day: '2026-11-30', rows: [row] }];
    const reading = {
      customer: 'alice',
      box: 'default',
      at: '2026-11-30T10:00:00.000Z',
      state: 'read' as const,
      days,
    };
    await as('worker')
      .transaction()
      .execute((transaction) => recordWeighed(transaction, reading));
    const wanted = { from: '2026-11-01', to: '2026-11-30', by: ['provider'] as const };
    expect((await new Usage(as('api')).page(wanted, 10)).sums).toMatchObject([
      { provider: 'openai', requests: 1 },
    ]);
    const month = { month: '2026-11-01', limit: 10 };
    expect((await new FleetUsages(as('api')).page(month)).rows).toMatchObject([
      { customer: 'alice', unknown: { requests: 1 } },
    ]);
    for (const sql of [
      'update usage_daily set requests = 0',
      'delete from usage_daily',
      'update usage_boxes set final_to = null',
      'select * from usage_sources',
      'update usage_months set own_requests = 0',
      'delete from usage_months',
    ])
      expect([sql, await refusal('api', sql)]).toEqual([sql, expect.stringMatching(/permission denied/)]);
  });

  test('limits of use are the api’s to set and the worker’s to keep to: each reads what the other writes, and writes none of it', async () => {
    const of = { customer: 'alice', box: 'default' };
    const limit = {
      provider: 'openai',
      per: 'day',
      measure: 'requests',
      most: 1,
      action: 'out-of-use',
    } as const;
    await new UsageLimits(as('api'), []).put('alice', [limit]);
    const rows: UsageRow[] = [[1, 'openai', 'gpt-5.4', 1, 3, 5, 0, 0, 0, 0]];
    const days = [{ day: '2026-11-30', rows }];
    const at = '2026-11-30T10:00:00.000Z';
    await as('worker')
      .transaction()
      .execute((transaction) => recordWeighed(transaction, { ...of, at, state: 'read', days }));
    const until = '2026-12-01T00:00:00.000Z';
    await as('worker')
      .transaction()
      .execute((transaction) => recordHeld(transaction, { ...of, what: 'openai', at, work: 'take', until }));
    expect(await new UsageLimits(as('api'), []).of('alice')).toMatchObject({
      limits: [limit],
      outOfUse: [{ box: 'default', provider: 'openai', state: 'held' }],
    });
    for (const [role, sql] of [
      ['api', 'update usage_caps set used = 0'],
      ['api', 'delete from usage_holds'],
      ['worker', 'delete from usage_limits'],
      ['worker', `insert into usage_plans (plan, limits) values ('x', '[]')`],
    ] as const)
      expect([sql, await refusal(role, sql)]).toEqual([sql, expect.stringMatching(/permission denied/)]);
  });

  test('what is old is the worker’s to delete, re-runs and what is after them too, and it reads no re-run', async () => {
    const at = new Date(Date.now() - 100 * 24 * 60 * 60_000);
    const reRun = randomUUID();
    await asked(
      superuser,
      `insert into re_runs (id, asked_by, about, state, started_at, ended_at)
         values ('${reRun}', 'operator:sam', 'old', 'done', '${at.toISOString()}', '${at.toISOString()}');
       insert into re_run_cases (run, "case", customer) values ('${reRun}', '${randomUUID()}', 'alice')`,
    );
    const runs = new FleetRuns(as('worker'));
    const old = await runs.begin({ kind: 'doctor', filter: {}, options, askedBy: 'a test' });
    await asked(superuser, `update fleet_runs set ended_at = '${at.toISOString()}' where id = '${old}'`);
    expect(await forgetHistory(as('worker'), 90)).toBe(2);
    for (const table of ['re_runs', 're_run_cases', 'fleet_runs'])
      expect([table, await asked(superuser, `select from ${table}`)]).toEqual([table, []]);
    for (const sql of ['select about from re_runs', 'select * from re_run_cases', 'delete from re_run_cases'])
      expect([sql, await refusal('worker', sql)]).toEqual([sql, expect.stringMatching(/permission denied/)]);
  });

  test('what cannot be deleted keeps nothing else from being deleted', async () => {
    const runs = new FleetRuns(as('worker'));
    await runs.begin({ kind: 'doctor', filter: {}, options, askedBy: 'a test' });
    await asked(superuser, `update fleet_runs set ended_at = now() - interval '100 days'`);
    await asked(superuser, 'revoke delete on re_runs from keyferry_worker');
    await expect(forgetHistory(as('worker'), 90)).rejects.toThrow(/permission denied for table re_runs/);
    expect(await asked(superuser, 'select from fleet_runs')).toEqual([]);
  });

  test('what releases came to is the canary’s to write, and nothing else is', async () => {
    const release = {
      program: 'openclaw' as const,
      version: '2026.9.7',
      verdict: 'green' as const,
      widths: [40],
      failedAt: [],
      summary: 'It connects.',
      moved: [],
    };
    for (const [hour, verdict] of (['green', 'broken'] as const).entries()) {
      const at = new Date(Date.UTC(2026, 10, 29, hour)).toISOString();
      expect(await recordRelease(as('canary'), { ...release, verdict, at })).toBe(true);
    }
    for (const role of ['api', 'worker', 'canary'] as const)
      expect(await new Releases(as(role)).newest()).toMatchObject([{ verdict: 'broken' }]);
    for (const role of ['api', 'worker'] as const)
      expect(await refusal(role, `update releases set verdict = 'green'`)).toMatch(/permission denied/);
    for (const sql of [
      'delete from releases',
      'select data from events',
      'select * from connections',
      'select * from vault',
      'select * from audit',
      'select * from boxes',
      `update events set type = 'x'`,
      `insert into customers (customer) values ('alice')`,
      'create table mine (one int)',
    ])
      expect([sql, await refusal('canary', sql)]).toEqual([sql, expect.stringMatching(/permission denied/)]);
  });

  test('the canary’s tells of releases, and of no customer', async () => {
    const event = (type: string, customer: string) =>
      `insert into events (once, type, at, customer, data) values (gen_random_uuid()::text, '${type}', now(), ${customer}, '{}')`;
    expect(await refusal('canary', event('release.tried', 'null'))).toBe('allowed');
    for (const sql of [
      event('connection.disconnected', `'alice'`),
      event('connection.disconnected', 'null'),
      event('release.tried', `'alice'`),
    ])
      expect([sql, await refusal('canary', sql)]).toEqual([
        sql,
        expect.stringContaining('keyferry_canary tells of releases alone'),
      ]);
    expect(await refusal('worker', event('connection.disconnected', `'alice'`))).toBe('allowed');
  });

  test('a verdict is the owner’s to take back, and nobody else’s; the audit log says so', async () => {
    const at = new Date(Date.UTC(2026, 10, 29)).toISOString();
    const of = { program: 'openclaw', version: '2026.9.7', verdict: 'broken', summary: 'No.', at } as const;
    await recordRelease(as('canary'), { ...of, widths: [40], failedAt: [40], moved: [] });
    for (const role of ['api', 'worker', 'canary'] as const)
      await expect(forgetRelease(as(role), 'openclaw', '2026.9.7')).rejects.toThrow(/permission denied/);
    expect(await forgetRelease(as('owner'), 'openclaw', '2026.9.7')).toBe(true);
    expect(await forgetRelease(as('owner'), 'openclaw', '2026.9.7')).toBe(false);
    expect(await new Releases(as('worker')).newest()).toEqual([]);
    const [entry] = await asked<{ entry: object }>(
      superuser,
      `select entry from audit where action = 'release-forget'`,
    );
    expect(entry?.entry).toMatchObject({ actor: 'system', outcome: 'done', detail: 'openclaw 2026.9.7' });
  });

  test('only the owner’s writes the vault’s table again', async () => {
    expect(await rewriteVault(as('owner'))).toBe(true);
    for (const role of ['api', 'worker'] as const) expect(await rewriteVault(as(role))).toBe(false);
  });

  test('a table and a function that a later version brings are covered', async () => {
    const owner = as('owner');
    await migrate(owner);
    await asked(
      urlAs('owner'),
      `create table later (id bigint generated always as identity primary key, what text);
       create function later_too() returns int language sql as 'select 1'`,
    );
    for (const role of ['api', 'worker'] as const) {
      await asked(urlAs(role), `insert into later (what) values ('${role}')`);
      await asked(urlAs(role), 'select later_too()');
    }
    expect(await refusal('api', 'truncate later')).toMatch(/permission denied/);
  });

  test('the owner’s migrates and prunes', async () => {
    expect((await migrate(as('owner'))).applied).toEqual([]);
    const { removed } = await pruneChain(as('owner'), new Date(Date.now() + 60_000));
    expect(removed).toBe(1);
    expect(await verifyChain(as('owner'))).toMatchObject({ isWhole: true, entries: 1 });
    await expect(pruneChain(as('api'), new Date(Date.now() + 60_000))).rejects.toThrow(/permission denied/);
  });

  test('nobody else gets in', async () => {
    await asked(
      superuser,
      `do $$ begin create role stranger login; exception when duplicate_object then null; end $$`,
    );
    const url = new URL(superuser);
    url.username = 'stranger';
    await expect(asked(url.href, 'select 1')).rejects.toThrow(/permission denied for database/);
  });
});

describe('everything works with these rights', () => {
  let lab: ConsoleLab | undefined;
  afterEach(() => lab?.stop());

  test('the api serves platform, customers and operators; what waited is written by the worker', async () => {
    await ORDERS[0]?.[1]();
    lab = await startConsoleLab({ environment: { DATABASE_URL: urlAs('api') } });
    const { healthPort } = lab.api;
    await until(async () => (await fetch(`http://127.0.0.1:${healthPort}/readyz`)).ok);
    const customer = lab.fresh();
    const authorization = `Bearer ${lab.apiKey}`;
    const browser = await lab.signIn(customer);
    const { handshake } = (await browser.post('/api/v1/handshake')).json as Snapshot;
    const admin = await lab.operator('admin');
    const { json } = await admin.get(`/api/v1/audit?customer=${customer}`);
    expect((json as { entries: { action: string }[] }).entries.map(({ action }) => action)).toEqual([
      'start',
      'enter',
      'connect-link',
    ]);
    expect((await admin.get('/api/v1/handshakes')).status).toBe(200);
    expect((await lab.visitor(BASE).get('/api/v1/customers', { authorization })).status).toBe(200);

    const redis = new Redis(lab.redis.url, { maxRetriesPerRequest: null });
    const queue = new Queue<RecordJob>(RECORD, { connection: redis, prefix: 'keyferry' });
    try {
      const recorder = new Recorder(as('worker'), queue, log);
      await recorder.write({ kind: 'audit', entry: entry() });
      await recorder.write({ kind: 'customer', entry: { customer: lab.fresh() } });
      const at = new Date().toISOString();
      const common = { handshake: randomUUID(), customer, provider: 'anthropic', method: 'setup-token' };
      await recorder.write({
        kind: 'outcome',
        entry: { ...common, requestedAt: at, attempt: 1, phase: 'failed', at, error: 'box_unreachable' },
      });
    } finally {
      await queue.close();
      redis.disconnect();
    }
    const [failed] = await lab.audit.search({ actor: 'system', customer }, 5);
    expect(failed).toMatchObject({ action: 'failed', outcome: 'failed', detail: 'box_unreachable' });
    expect(failed?.handshake).not.toBe(handshake);
    expect(await verifyChain(lab.database)).toMatchObject({ isWhole: true });
  });
});
