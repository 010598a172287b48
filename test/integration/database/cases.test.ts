import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { pino } from 'pino';
import { RECEIPT } from '../../../api/platform/examples.ts';
import { type CaseEntry, caseFileSchema, HISTORY_PAGE, MOST_ENTRIES } from '../../../core/contract/cases.ts';
import type { ErrorCode } from '../../../core/contract/errors.ts';
import type { Seen } from '../../../core/contract/health.ts';
import { webhookSchema } from '../../../core/contract/jobs.ts';
import { CaseChanges } from '../../../core/store/case-changes.ts';
import { Cases, type EntryPlace } from '../../../core/store/case-list.ts';
import { moveByTime, UNREACHED_MS, writeLook } from '../../../core/store/connection-health.ts';
import { recordConnected } from '../../../core/store/connections.ts';
import { type Database, openDatabase } from '../../../core/store/database.ts';
import { recordDisconnected, recordRemovalFailed } from '../../../core/store/disconnected.ts';
import { type Outcome, recordAttempt, recordOutcome } from '../../../core/store/outcomes.ts';
import { forgetHistory } from '../../../core/store/retention.ts';
import { made } from '../../support/connected.ts';
import { startTestDatabase, type TestDatabase } from '../../support/database.ts';

const MINUTE = 60_000;
/** Everything happens in an hour that is over. */
const EPOCH = Date.now() - 24 * 60 * MINUTE;
const minute = (minutes: number) => new Date(EPOCH + minutes * MINUTE);

let server: TestDatabase;
let database: Database;
let cases: Cases;
let changes: CaseChanges;

beforeAll(async () => {
  server = await startTestDatabase();
  database = openDatabase({ url: server.url, connections: 8, name: 'test' }, pino({ level: 'silent' }));
  cases = new Cases(database);
  changes = new CaseChanges(database);
});
afterAll(async () => {
  await database.destroy();
  await server.stop();
});

const someone = () => `alice-${randomUUID().slice(0, 8)}`;

function outcome(customer: string, at: Date, more: Partial<Outcome> = {}): Outcome {
  const phase = more.phase ?? 'failed';
  return {
    handshake: randomUUID(),
    customer,
    provider: 'anthropic',
    method: 'setup-token',
    requestedAt: at.toISOString(),
    attempt: 1,
    phase,
    at: at.toISOString(),
    ...(phase === 'failed' && { error: 'box_unreachable' }),
    ...(phase === 'connected' && {
      connection: {
        provider: 'anthropic',
        method: 'setup-token',
        profile: 'anthropic:manual',
        connectedAt: at.toISOString(),
      },
    }),
    ...more,
  };
}
const ends = (entry: Outcome) => database.transaction().execute((tx) => recordOutcome(tx, entry));
const look = (connection: string, at: Date, seen: Seen) =>
  database.transaction().execute((tx) => writeLook(tx, { connection, at, seen, watchHours: 24 }));

async function connected(customer: string, at: Date): Promise<string> {
  await database
    .transaction()
    .execute((tx) => recordConnected(tx, made(customer, at, { connectedAt: at, expiresAt: null })));
  const row = await database
    .selectFrom('connections')
    .select('id')
    .where('customer', '=', customer)
    .where('ended_at', 'is', null)
    .executeTakeFirstOrThrow();
  return row.id;
}

/** Another one of the same customer's, on the same box. */
async function beside(customer: string, at: Date): Promise<string> {
  const id = randomUUID();
  await sql`insert into connections select (jsonb_populate_record(k, ${JSON.stringify({
    ...{ id, handshake: randomUUID(), profile: 'anthropic:beside', connected_at: at },
  })}::jsonb)).* from connections k where customer = ${customer}`.execute(database);
  return id;
}

async function of(customer: string) {
  const { cases: found } = await cases.page({ customer, state: 'all' }, 10);
  return found;
}
async function only(customer: string) {
  const found = await of(customer);
  expect(found).toHaveLength(1);
  return found[0] as (typeof found)[number];
}
async function deeds(id: string): Promise<string[]> {
  const entries: CaseEntry[] = [];
  let after: EntryPlace | undefined;
  do {
    const page = await cases.history(id, 40, { after });
    entries.push(...(page?.entries ?? []));
    after = page?.next;
  } while (after !== undefined);
  const all = entries.reverse();
  // What comes with the case is the newest of it.
  const one = await cases.find(id);
  const { history } = caseFileSchema.parse({ ...one?.found, history: one?.history });
  expect(history).toEqual(all.slice(-HISTORY_PAGE));
  expect(one?.earlier !== undefined).toBe(all.length > HISTORY_PAGE);
  expect(one?.notes ?? 0).toBe(all.filter(({ deed }) => deed === 'note').length);
  return all.map(({ deed, text }) => (text === null ? deed : `${deed} ${text}`));
}
/** What the platform is told of cases; each as its webhook has it. */
async function told(customer: string): Promise<string[]> {
  const events = await database
    .selectFrom('events')
    .select(['type', 'at', 'data'])
    .where('customer', '=', customer)
    .where('type', 'like', 'case.%')
    .orderBy('seq')
    .execute();
  for (const { type, at, data } of events) webhookSchema.parse({ type, timestamp: at.toISOString(), data });
  return events.map(({ type }) => type);
}

describe('a handshake that fails', () => {
  test('is a case, however often and by however many it is written', async () => {
    const customer = someone();
    const entry = outcome(customer, minute(0));
    await Promise.all([ends(entry), ends(entry), ends(entry)]);
    await ends(entry);
    const { id, ...one } = await only(customer);
    expect(one).toMatchObject({
      kind: 'handshake',
      cause: 'handshake:box_unreachable',
      state: 'open',
      times: 1,
      box: 'default',
      handshake: entry.handshake,
    });
    expect(await deeds(id)).toEqual(['opened handshake:box_unreachable']);
    expect(await told(customer)).toEqual(['case.opened']);
  });

  test('counts in the case that is open, and moves it to another cause', async () => {
    const customer = someone();
    await ends(outcome(customer, minute(0)));
    await ends(outcome(customer, minute(1)));
    await ends(outcome(customer, minute(2), { error: 'claude_missing' }));
    const { id, times, error } = await only(customer);
    expect([times, error]).toEqual([3, 'claude_missing']);
    expect(await deeds(id)).toEqual(['opened handshake:box_unreachable', 'changed handshake:claude_missing']);
    expect(await told(customer)).toEqual(['case.opened']);
  });

  test('is over once the customer connects, whichever is written first; and is opened again if it comes back', async () => {
    const [first, later] = [someone(), someone()];
    const failed = (customer: string) => outcome(customer, minute(0));
    const well = (customer: string) => outcome(customer, minute(5), { phase: 'connected' });
    await ends(failed(first));
    await ends(well(first));
    expect(await only(first)).toMatchObject({
      state: 'resolved',
      resolvedBy: 'system',
      resolution: 'The customer has connected anthropic by setup-token.',
      resolvedAt: minute(5).toISOString(),
    });
    await ends(well(later));
    await ends(failed(later));
    expect(await of(later)).toEqual([]);
    await ends(outcome(first, minute(9)));
    const { id, since, ...again } = await only(first);
    expect(again).toMatchObject({ state: 'open', times: 2, resolvedAt: null });
    expect(since).toBe(minute(9).toISOString());
    expect((await deeds(id)).map((deed) => deed.split(' ')[0])).toEqual(['opened', 'resolved', 'reopened']);
    expect(await told(first)).toEqual(['case.opened', 'case.resolved', 'case.opened']);
  });

  test('is no case where the customer has left, or never came', async () => {
    const customer = someone();
    await ends(outcome(customer, minute(0), { phase: 'expired', error: 'sign_in_expired' }));
    expect(await of(customer)).toEqual([]);
  });
});

describe('a handshake that the page began by itself', () => {
  /** What api and worker write of it: its beginning, the customer's click, its end. */
  const writers = (customer: string) => {
    const entry = outcome(customer, minute(3), { box: 'second' });
    const { handshake, provider, method, requestedAt: startedAt } = entry;
    const head = { handshake, customer, provider, method, requestedBy: 'customer', startedAt };
    const write = (asked: boolean | undefined, attempt: number, phase: 'queued' | 'failed') =>
      database.transaction().execute((tx) =>
        recordAttempt(tx, {
          head: { ...head, ...(asked !== undefined && { asked }) },
          attempt: {
            attempt,
            timeline: [{ phase, at: minute(attempt * 3).toISOString() }],
            ...{ versions: {}, rejected: 0, warnings: [] },
            ...(attempt > 0 && { box: 'second' }),
            ...(phase === 'failed' && { error: { code: 'box_unreachable', phase: 'reaching' } }),
          },
        }),
      );
    return {
      begins: () => write(false, 0, 'queued'),
      clicks: () => write(true, 0, 'queued'),
      fails: async () => {
        await write(undefined, 1, 'failed');
        await ends(entry);
      },
    };
  };
  const events = async (customer: string) => {
    const { rows } = await sql<{ asked: boolean | null }>`
      select (data ->> 'asked')::boolean as asked from events
      where customer = ${customer} and type = 'handshake.failed'`.execute(database);
    return rows.map(({ asked }) => asked);
  };

  test('is no case where it failed and they never clicked: the platform is told so', async () => {
    const customer = someone();
    const { begins, fails } = writers(customer);
    await begins();
    await fails();
    await fails();
    expect(await of(customer)).toEqual([]);
    expect(await events(customer)).toEqual([false]);
  });

  test('is one once they have clicked, before it fails or as it does, and once only', async () => {
    const [before, after] = [someone(), someone()];
    const early = writers(before);
    await early.begins();
    await early.clicks();
    await early.fails();
    expect(await events(before)).toEqual([null]);
    const late = writers(after);
    await late.begins();
    await late.fails();
    for (let times = 0; times < 3; times += 1) await late.clicks();
    for (const customer of [before, after]) {
      const { id, ...one } = await only(customer);
      expect(one).toMatchObject({
        cause: 'handshake:box_unreachable',
        box: 'second',
        times: 1,
        state: 'open',
      });
      expect(await deeds(id)).toEqual(['opened handshake:box_unreachable']);
      expect(await told(customer)).toEqual(['case.opened']);
    }
  });

  test('is none where they have connected before the click is known', async () => {
    const customer = someone();
    const { begins, fails, clicks } = writers(customer);
    await begins();
    await fails();
    await ends(outcome(customer, minute(8), { phase: 'connected', box: 'second' }));
    await clicks();
    expect(await of(customer)).toEqual([]);
  });
});

describe('a connection', () => {
  const broken: Seen = { outcome: 'attention', code: 'credential_overridden' };
  test('that needs attention is a case until it is seen to work', async () => {
    const customer = someone();
    const id = await connected(customer, minute(0));
    await look(id, minute(10), broken);
    expect(await of(customer)).toEqual([]);
    for (const at of [20, 80, 140]) await look(id, minute(at), broken);
    expect(await only(customer)).toMatchObject({
      kind: 'connection',
      cause: 'connection:credential_overridden',
      times: 1,
      connectionId: id,
    });
    await look(id, minute(200), { outcome: 'working' });
    expect(await only(customer)).toMatchObject({
      state: 'resolved',
      resolution: 'The connection was seen to work.',
    });
    expect(await told(customer)).toEqual(['case.opened', 'case.resolved']);
  });

  test('that somebody calls resolved while it is still broken is a case again with the next look', async () => {
    const customer = someone();
    const id = await connected(customer, minute(0));
    for (const at of [10, 20]) await look(id, minute(at), broken);
    const { id: which } = await only(customer);
    await changes.change({ cases: [which] }, { to: 'resolved', note: 'told them' }, 'operator:sam');
    expect(await only(customer)).toMatchObject({ resolvedBy: 'operator:sam', resolution: 'told them' });
    // What was seen before that does not open it.
    await look(id, minute(80), broken);
    expect((await only(customer)).state).toBe('resolved');
    await look(id, new Date(Date.now() + MINUTE), broken);
    expect((await only(customer)).state).toBe('open');
  });

  test('that was removed, or replaced, is none any more', async () => {
    const [removed, replaced] = [someone(), someone()];
    for (const customer of [removed, replaced]) {
      const id = await connected(customer, minute(0));
      for (const at of [10, 20]) await look(id, minute(at), broken);
      if (customer === removed)
        await database
          .transaction()
          .execute((tx) =>
            recordDisconnected(tx, { customer, connection: id, at: minute(30).toISOString() }),
          );
      else await ends(outcome(customer, minute(30), { phase: 'connected' }));
    }
    expect((await only(removed)).resolution).toBe('The connection was removed.');
    expect((await only(replaced)).resolution).toBe('Another connection has taken its place.');
  });

  test('that could not be removed is a case until it is, or is replaced; not where it has ended by then', async () => {
    const [removed, replaced, gone] = [someone(), someone(), someone()];
    const write = (customer: string, id: string, at: number, error: ErrorCode) =>
      database
        .transaction()
        .execute((tx) =>
          recordRemovalFailed(tx, { customer, connection: id, error, at: minute(at).toISOString() }),
        );
    const remove = (customer: string, connection: string, at: number) =>
      database
        .transaction()
        .execute((tx) => recordDisconnected(tx, { customer, connection, at: minute(at).toISOString() }));
    for (const customer of [removed, replaced]) {
      const id = await connected(customer, minute(0));
      // However often it is written.
      for (const at of [10, 10, 20]) await write(customer, id, at, 'box_unreachable');
      expect(await only(customer)).toMatchObject({
        ...{ kind: 'removal', cause: 'removal:box_unreachable', connectionId: id, state: 'open', times: 2 },
      });
      if (customer === removed) await remove(customer, id, 30);
      else await ends(outcome(customer, minute(30), { phase: 'connected' }));
      // What is written late is over already.
      await write(customer, id, 40, 'box_unreachable');
    }
    expect(await only(removed)).toMatchObject({
      state: 'resolved',
      resolution: 'The connection was removed.',
    });
    expect((await only(replaced)).resolution).toBe('Another connection has taken its place.');
    expect(await told(removed)).toEqual(['case.opened', 'case.resolved']);
    const id = await connected(gone, minute(0));
    await remove(gone, id, 10);
    await write(gone, id, 20, 'box_unreachable');
    // Nor is it anybody else's to fail.
    await write(someone(), id, 20, 'box_unreachable');
    expect(await of(gone)).toEqual([]);
  });

  test('whose end has come is a case at once', async () => {
    const customer = someone();
    const entry = made(customer, minute(0), { connectedAt: minute(0), expiresAt: minute(10) });
    await database.transaction().execute((tx) => recordConnected(tx, entry));
    await moveByTime(database, minute(11));
    await moveByTime(database, minute(12));
    expect(await only(customer)).toMatchObject({ cause: 'connection:credential_expired', times: 1 });
  });

  test('whose box is not reached for long is one of the box', async () => {
    const customer = someone();
    const off: Seen = { outcome: 'unreachable', code: 'box_unreachable' };
    const id = await connected(customer, minute(0));
    for (const at of [10, 20, 40]) await look(id, minute(at), off);
    expect(await of(customer)).toEqual([]);
    await look(id, new Date(+minute(10) + UNREACHED_MS), off);
    expect(await only(customer)).toMatchObject({ kind: 'box', cause: 'box:box_unreachable', times: 1 });
    await look(id, minute(300), { outcome: 'working' });
    expect(await only(customer)).toMatchObject({
      state: 'resolved',
      resolution: 'The box was reached again.',
    });
  });

  test('that is removed was reached on its box: nobody looks there any more', async () => {
    const customer = someone();
    const off: Seen = { outcome: 'unreachable', code: 'box_unreachable' };
    const id = await connected(customer, minute(0));
    for (const at of [10, 20, 140]) await look(id, minute(at), off);
    expect(await only(customer)).toMatchObject({ kind: 'box', state: 'open' });
    await database
      .transaction()
      .execute((tx) => recordDisconnected(tx, { customer, connection: id, at: minute(200).toISOString() }));
    expect(await only(customer)).toMatchObject({ state: 'resolved', resolvedBy: 'system' });
    expect(await told(customer)).toEqual(['case.opened', 'case.resolved']);
  });

  test('whose box is gone is over with the last connection there: nobody has reached it', async () => {
    const customer = someone();
    const off: Seen = { outcome: 'unreachable', code: 'box_unreachable' };
    const [one, other] = [await connected(customer, minute(0)), await beside(customer, minute(0))];
    for (const at of [10, 20, 140]) await look(one, minute(at), off);
    const forget = (connection: string) => {
      const { receipt } = RECEIPT;
      const about = { ...receipt.connection, id: connection, customer };
      const signed = {
        receipt: { ...receipt, id: randomUUID(), connection: about, outcome: 'forgotten' },
      } as const;
      const entry = { customer, connection, at: minute(200).toISOString() };
      return database
        .transaction()
        .execute((tx) => recordDisconnected(tx, { ...entry, receipt: { ...signed, signature: null } }));
    };
    await forget(one);
    expect(await only(customer)).toMatchObject({ kind: 'box', state: 'open' });
    await forget(other);
    expect(await only(customer)).toMatchObject({
      state: 'resolved',
      resolution: 'The box is gone, as somebody said.',
    });
  });

  test('whose box answers while OpenClaw does not says nothing of the box', async () => {
    const customer = someone();
    const id = await connected(customer, minute(0));
    for (const at of [10, 20])
      await look(id, minute(at), { outcome: 'unreachable', code: 'box_unreachable' });
    await look(id, minute(200), { outcome: 'inconclusive', code: 'openclaw_failed' });
    expect(await of(customer)).toEqual([]);
  });

  test('that is broken says nothing of its box while that is off, nor of itself', async () => {
    const customer = someone();
    const off: Seen = { outcome: 'unreachable', code: 'box_unreachable' };
    const [well, ill] = [await connected(customer, minute(0)), await beside(customer, minute(0))];
    for (const at of [10, 20]) await look(ill, minute(at), broken);
    const resolve = async (kind: string) => {
      const mine = (await of(customer)).find((each) => each.kind === kind);
      await changes.change({ cases: [mine?.id ?? ''] }, { to: 'resolved' }, 'operator:sam');
    };
    await resolve('connection');
    // The box is off: both are looked at, again and again.
    const later = (minutes: number) => new Date(Date.now() + minutes * MINUTE);
    for (const at of [10, 20, 160, 220, 280]) {
      await look(well, later(at), off);
      await look(ill, later(at + 1), off);
      await look(ill, later(at + 2), { outcome: 'inconclusive', code: 'gateway_down' });
    }
    const states = (await of(customer)).map(({ kind, state, times }) => [kind, state, times]);
    expect(states.toSorted()).toEqual([
      ['box', 'open', 1],
      ['connection', 'resolved', 1],
    ]);
    expect(await told(customer)).toEqual(['case.opened', 'case.resolved', 'case.opened']);
    // Reached, and still broken: now both are known.
    await look(ill, later(300), broken);
    const now = (await of(customer)).map(({ kind, state }) => [kind, state]);
    expect(now.toSorted()).toEqual([
      ['box', 'resolved'],
      ['connection', 'open'],
    ]);
  });
});

describe('cases', () => {
  test('are grouped by cause; what is snoozed counts apart until its time has come', async () => {
    const error = 'openclaw_missing' as const;
    const customers = Array.from({ length: 5 }, someone);
    for (const [at, customer] of customers.entries()) await ends(outcome(customer, minute(at), { error }));
    const cause = `handshake:${error}`;
    const ids = await Promise.all(customers.map(async (customer) => (await only(customer)).id));
    const until = (ms: number) => new Date(Date.now() + ms).toISOString();
    await changes.change({ cases: ids.slice(0, 1) }, { to: 'snoozed', until: until(MINUTE) }, 'operator:sam');
    await changes.change({ cases: ids.slice(1, 2) }, { to: 'snoozed', until: until(MINUTE) }, 'operator:sam');
    await database
      .updateTable('cases')
      .set({ snoozed_until: minute(0) })
      .where('id', '=', ids[1] as string)
      .execute();
    await changes.change({ cases: ids.slice(0, 3) }, { to: 'assigned', assignee: 'sam' }, 'operator:kim');
    const { groups, counts, assignees } = await cases.groups({ cause, error });
    expect(groups).toEqual([
      {
        ...{ cause, kind: 'handshake', error, count: 5, snoozed: 1, assigned: 3 },
        ...{ since: minute(0).toISOString(), lastAt: minute(4).toISOString() },
      },
    ]);
    expect(counts).toEqual({ open: 4, snoozed: 1, resolved: 0 });
    expect(assignees).toContain('sam');
    const found = async (filter: object) => (await cases.page({ cause, ...filter }, 10)).cases.length;
    expect(await found({ state: 'snoozed' })).toBe(1);
    expect(await found({ state: 'open' })).toBe(4);
    expect(await found({ assignee: '-' })).toBe(2);
    expect(await found({ since: minute(3).toISOString() })).toBe(2);
    expect(await found({ q: customers[0] })).toBe(1);
    expect(await changes.change({ cause }, { to: 'resolved' }, 'operator:sam')).toBe(5);
    expect(await changes.change({ cause }, { to: 'resolved' }, 'operator:sam')).toBe(0);
    expect(await found({ state: 'resolved' })).toBe(5);
  });

  test('are counted by what is in trouble: opened and resolved of late, and not resolved', async () => {
    const nothing = { openedInDay: 0, openedInWeek: 0, resolvedInWeek: 0, unresolved: 0 };
    const counted = async () => ({
      ...nothing,
      ...(await cases.counts()).find(({ kind }) => kind === 'handshake'),
    });
    const before = await counted();
    const hoursAgo = [12, 72, 80, 240].map((hours) => new Date(Date.now() - hours * 60 * MINUTE));
    const ids: string[] = [];
    for (const at of hoursAgo) {
      const customer = someone();
      await ends(outcome(customer, at));
      ids.push((await only(customer)).id);
    }
    await changes.change({ cases: ids.slice(1, 2) }, { to: 'resolved' }, 'operator:sam');
    const after = await counted();
    const more = Object.keys(nothing) as (keyof typeof nothing)[];
    expect(Object.fromEntries(more.map((name) => [name, after[name] - before[name]]))).toEqual({
      openedInDay: 1,
      openedInWeek: 3,
      resolvedInWeek: 1,
      unresolved: 3,
    });
  });

  test('are paged, each once', async () => {
    const error = 'openclaw_failed' as const;
    const customers = Array.from({ length: 5 }, someone);
    // All at one moment.
    for (const customer of customers) await ends(outcome(customer, minute(1), { error }));
    const seen: string[] = [];
    let after: Awaited<ReturnType<Cases['page']>>['next'];
    do {
      const page = await cases.page({ error }, 2, after);
      seen.push(...page.cases.map(({ customer }) => customer));
      after = page.next;
    } while (after);
    expect(seen.toSorted()).toEqual(customers.toSorted());
  });

  test('that nobody has resolved are kept, and of the others the old ones go, with what happened to them', async () => {
    const [open, over] = [someone(), someone()];
    const longAgo = new Date(Date.now() - 100 * 24 * 60 * MINUTE);
    for (const customer of [open, over]) await ends(outcome(customer, longAgo));
    const { id } = await only(over);
    await changes.change({ cases: [id] }, { to: 'resolved' }, 'operator:sam');
    await database.updateTable('cases').set({ resolved_at: longAgo }).where('id', '=', id).execute();
    await forgetHistory(database, 90);
    expect(await of(over)).toEqual([]);
    expect(await cases.find(id)).toBeUndefined();
    expect(await of(open)).toHaveLength(1);
  });

  test('that two people and a worker change at once end in one order, and nobody waits for ever', async () => {
    const error = 'claude_missing' as const;
    const customers = Array.from({ length: 20 }, someone);
    for (const customer of customers) await ends(outcome(customer, minute(0), { error }));
    const cause = `handshake:${error}`;
    await Promise.all([
      changes.change({ cause }, { to: 'assigned', assignee: 'sam' }, 'operator:sam'),
      changes.change({ cause }, { to: 'resolved' }, 'operator:kim'),
      ...customers.map((customer) => ends(outcome(customer, minute(1), { phase: 'connected' }))),
      changes.change({ cause }, { to: 'assigned', assignee: 'kim' }, 'operator:kim'),
    ]);
    for (const customer of customers) {
      expect((await only(customer)).state).toBe('resolved');
      expect(await told(customer)).toEqual(['case.opened', 'case.resolved']);
    }
  });

  test('are changed some at a time, so that others may tell of what happens meanwhile; each is told once', async () => {
    await sql`insert into cases (customer, kind, subject, cause, code, provider, method, box, since, last_at)
      select 'batch-' || n, 'handshake', 'default', 'handshake:disk_full', 'disk_full', 'anthropic', 'setup-token', 'default',
        now(), now() from generate_series(1, 450) n`.execute(database);
    const cause = 'handshake:disk_full';
    expect(await changes.change({ cause }, { to: 'resolved' }, 'operator:sam')).toBe(450);
    const { rows } = await sql<{ transactions: number; events: number; most: number }>`
      select count(distinct c.xmin::text)::int as transactions, count(e.seq)::int as events,
        count(distinct e.data->>'caseId')::int as most
      from cases c join events e on e.once = c.id || ':case.resolved:1' where c.cause = ${cause}`.execute(
      database,
    );
    expect(rows).toEqual([{ transactions: 3, events: 450, most: 450 }]);
    await sql`delete from cases where cause = ${cause}`.execute(database);
  });

  test('are found by indexes', async () => {
    await sql`insert into cases (customer, kind, subject, cause, code, provider, method, box, since, last_at, state, resolved_at)
      select 'many-' || n, 'handshake', 'default', 'handshake:code_' || n % 40, 'code_' || n % 40, 'anthropic', 'setup-token',
        'default', now() - n * interval '1 minute', now() - n * interval '1 minute',
        case when n % 10 = 0 then 'open' else 'resolved' end, now() from generate_series(1, 20000) n`.execute(
      database,
    );
    await sql`analyze cases`.execute(database);
    const plan = async (where: string) => {
      const { rows } = await sql<{ 'QUERY PLAN': string }>`explain select * from cases c where ${sql.raw(
        where,
      )} order by c.last_at desc, c.id desc limit 100`.execute(database);
      return rows.map((row) => row['QUERY PLAN']).join('\n');
    };
    expect(await plan(`c.state <> 'resolved'`)).toMatch(/Index Scan using cases_/);
    expect(await plan(`c.cause = 'handshake:code_7'`)).toContain('cases_of_cause');
    expect(await plan(`c.customer = 'many-7'`)).toContain('cases_once');
    await sql`delete from cases where customer like 'many-%'`.execute(database);
  });
});

describe('a case that comes and goes for years', () => {
  test('keeps its notes and the newest of all else, and shows them', async () => {
    const customer = someone();
    await ends(outcome(customer, minute(0)));
    const { id } = await only(customer);
    await changes.note(id, 'It is the fan.', 'operator:sam');
    for (let at = 0; at < 3; at += 1)
      await sql`insert into case_entries ("case", at, who, deed, text)
        select ${id}, now(), 'system', 'changed', ${at} || ' ' || n from generate_series(1, 200) n`.execute(
        database,
      );
    await ends(outcome(customer, minute(1), { error: 'claude_missing' }));
    const kept = await deeds(id);
    expect(kept).toHaveLength(MOST_ENTRIES + 1);
    expect(kept[0]).toBe('note It is the fan.');
    expect(kept.at(-1)).toBe('changed handshake:claude_missing');
    const { rows } = await sql`select from case_entries where "case" = ${id}`.execute(database);
    expect(rows).toHaveLength(MOST_ENTRIES + 1);
    const notes = await cases.history(id, 10, { isNotes: true });
    expect(notes?.entries.map(({ text }) => text)).toEqual(['It is the fan.']);
    expect(await cases.history(randomUUID(), 10)).toBeUndefined();
  });
});

describe('a note', () => {
  test('is bounded in number, and is none of a case that is not there', async () => {
    const customer = someone();
    await ends(outcome(customer, minute(0)));
    const { id } = await only(customer);
    await sql`insert into case_entries ("case", at, who, deed, text)
      select ${id}, now(), 'operator:sam', 'note', n::text from generate_series(1, 199) n`.execute(database);
    await changes.note(id, 'the last one', 'operator:sam');
    await expect(changes.note(id, 'one more', 'operator:sam')).rejects.toMatchObject({
      code: 'input_invalid',
    });
    await expect(changes.note(randomUUID(), 'of nothing', 'operator:sam')).rejects.toMatchObject({
      code: 'not_here',
    });
  });
});
