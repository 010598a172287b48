import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { pino } from 'pino';
import type { RecordedAttempt, RecordHead } from '../../../core/contract/handshake-record.ts';
import type { Phase } from '../../../core/contract/phases.ts';
import { FIRST } from '../../../core/contract/providers.ts';
import { SealedBox } from '../../../core/secrets/sealed.ts';
import { type AttemptEntry, attemptEntry, attemptEntrySchema } from '../../../core/store/attempt-entry.ts';
import { type Database, openDatabase } from '../../../core/store/database.ts';
import { History, type HistorySearch } from '../../../core/store/history.ts';
import { Recorder } from '../../../core/store/recorder.ts';
import { forgetHistory } from '../../../core/store/retention.ts';
import { keepHistory } from '../../../worker/fleet/periodic.ts';
import { startTestDatabase, type TestDatabase } from '../../support/database.ts';
import { until } from '../../support/redis-system.ts';

const log = pino({ level: 'silent' });
const sealed = new SealedBox([{ id: 'k', key: randomBytes(32) }]);

let own: TestDatabase;
let database: Database;
let recorder: Recorder;
let history: History;

beforeAll(async () => {
  own = await startTestDatabase();
  database = openDatabase({ url: own.url, connections: 6, name: 'test' }, log);
  recorder = new Recorder(database, undefined as never, log);
  history = new History(database, sealed);
});
beforeEach(async () => {
  await sql`truncate handshakes, attempts, customers`.execute(database);
});
afterAll(async () => {
  await database?.destroy();
  await own?.stop();
});

const START = Date.UTC(2026, 10, 1);
const MINUTE = 60_000;
const at = (minute: number) => new Date(START + minute * MINUTE).toISOString();

function headOf(customer: string, minute = 0): RecordHead {
  return { ...FIRST, handshake: randomUUID(), customer, requestedBy: 'customer', startedAt: at(minute) };
}

function attemptOf(
  attempt: number,
  phases: readonly Phase[],
  more: Partial<RecordedAttempt> & { from?: number } = {},
): RecordedAttempt {
  const { from = 0, ...rest } = more;
  const timeline = phases.map((phase, index) => ({ phase, at: at(from + index) }));
  return { attempt, timeline, versions: {}, rejected: 0, warnings: [], ...rest };
}

const write = async (entry: AttemptEntry) => recorder.write({ kind: 'attempt', entry });
const put = async (head: RecordHead, attempt: RecordedAttempt) =>
  write(await attemptEntry(sealed, head, attempt));
const found = async (search: HistorySearch = {}, limit = 100) =>
  (await history.page(search, limit)).map(({ handshake }) => handshake);
const rowCount = async (table: 'handshakes' | 'attempts' | 'customers') =>
  Number(
    (await database.selectFrom(table).select(sql<string>`count(*)`.as('count')).executeTakeFirst())?.count,
  );

const FAILED = attemptOf(2, ['reaching', 'opening', 'failed'], {
  from: 10,
  rejected: 2,
  versions: { openclaw: '2026.9.6' },
  error: { code: 'screen_unknown', phase: 'opening', detail: 'seen', screen: 'the last\nscreen ü 屏幕' },
});

describe('an attempt that is written', () => {
  test('is read as it was, with its last screen, and its customer is known from then on', async () => {
    const head = headOf('alice');
    const first = attemptOf(1, ['reaching', 'queued'], {
      from: 1,
      rejected: 1,
      versions: { claude: '2.1.330' },
      error: { code: 'connection_lost', phase: 'reaching' },
    });
    await put(head, attemptOf(0, ['queued']));
    await put(head, first);
    await put(head, FAILED);
    expect(await history.read(head.handshake)).toEqual({
      ...head,
      attempts: [attemptOf(0, ['queued']), first, FAILED],
    });
    expect(await history.page({}, 10)).toEqual([
      {
        handshake: head.handshake,
        customer: 'alice',
        requestedBy: 'customer',
        startedAt: at(0),
        phase: 'failed',
        since: at(12),
        attempt: 2,
        rejected: 3,
        versions: { claude: '2.1.330', openclaw: '2026.9.6' },
        error: { code: 'screen_unknown', phase: 'opening' },
      },
    ]);
    expect(await rowCount('customers')).toBe(1);
    expect(await history.read(randomUUID())).toBeUndefined();
  });

  test('leaves the same behind in whatever order, and however often, its entries arrive', async () => {
    const head = headOf('alice');
    const entries = await Promise.all(
      [
        attemptOf(0, ['queued']),
        attemptOf(0, ['queued', 'cancelled']),
        attemptOf(1, ['reaching', 'queued'], { from: 1, versions: { claude: '2.1.330' } }),
        FAILED,
      ].map((attempt) => attemptEntry(sealed, head, attempt)),
    );
    const orders = [
      [0, 1, 2, 3],
      [3, 2, 1, 0],
      [2, 0, 3, 1, 1, 0, 2, 3],
      [1, 3, 0, 2, 0],
    ];
    const results: unknown[] = [];
    for (const order of orders) {
      await sql`truncate handshakes, attempts`.execute(database);
      for (const index of order) await write(entries[index] as AttemptEntry);
      results.push([await history.read(head.handshake), await history.page({}, 10)]);
    }
    for (const result of results) expect(result).toEqual(results[0]);
    expect(results[0]).toMatchObject([{}, [{ phase: 'failed', versions: { claude: '2.1.330' } }]]);
  });

  test('leaves the same behind where several are written at the same moment', async () => {
    const head = headOf('alice');
    const all = [0, 1, 2, 3, 4, 5].map((attempt) =>
      attemptOf(attempt, ['reaching', attempt === 5 ? 'connected' : 'queued'], { from: attempt }),
    );
    await Promise.all([...all, ...all].map((attempt) => put(head, attempt)));
    expect((await history.read(head.handshake))?.attempts).toEqual(all);
    expect(await history.page({}, 10)).toMatchObject([{ phase: 'connected', attempt: 5 }]);
    expect(await rowCount('attempts')).toBe(6);
  });

  test('has its last screen sealed, for this handshake and attempt alone', async () => {
    const [one, other] = [headOf('alice'), headOf('bob')];
    await put(one, FAILED);
    await put(other, { ...FAILED, error: { code: 'screen_unknown', phase: 'opening', screen: 'another' } });
    const rows = await database.selectFrom('attempts').selectAll().execute();
    expect(JSON.stringify(rows)).not.toContain('the last');
    const screens = new Map(rows.map(({ handshake, screen }) => [handshake, screen]));
    await database
      .updateTable('attempts')
      .set({ screen: screens.get(one.handshake) ?? null })
      .where('handshake', '=', other.handshake)
      .execute();
    const moved = (await history.read(other.handshake))?.attempts[0]?.error?.screen;
    expect(moved).toContain('no longer in SEALING_KEYS');
    const later = new History(database, new SealedBox([{ id: 'k2', key: randomBytes(32) }]));
    expect((await later.read(one.handshake))?.attempts[0]?.error).toMatchObject({
      detail: 'seen',
      screen: expect.stringContaining('no longer in SEALING_KEYS') as unknown,
    });
  });

  test('cannot be queued or written with a last screen in clear', async () => {
    const entry = await attemptEntry(sealed, headOf('alice'), FAILED);
    expect(attemptEntrySchema.safeParse(entry).success).toBe(true);
    const clear = { ...entry, attempt: FAILED };
    expect(attemptEntrySchema.safeParse(clear).success).toBe(false);
  });

  test('costs one statement and its transaction, however long its timeline', async () => {
    const statements: string[] = [];
    const counted = openDatabase({ url: own.url, connections: 1, name: 'test' }, log, ({ query }) =>
      statements.push(query.sql),
    );
    const one = new Recorder(counted, undefined as never, log);
    const steps: Phase[] = Array.from({ length: 100 }, (_, index) => (index % 2 ? 'waiting' : 'exchanging'));
    const entry = await attemptEntry(sealed, headOf('alice'), attemptOf(1, steps));
    await one.write({ kind: 'attempt', entry });
    await counted.destroy();
    expect([statements[0], statements.length, statements.at(-1)]).toEqual(['begin', 3, 'commit']);
  });
});

test('what another version wrote, and this one does not know, is left out and breaks nothing', async () => {
  const [head, strange] = [headOf('alice', 1), headOf('bob', 2)];
  await put(head, FAILED);
  await put(strange, FAILED);
  await sql`update attempts set body = body || '{"ofLater": 1}' where handshake = ${head.handshake}`.execute(
    database,
  );
  await sql`update handshakes set error_code = 'of_later' where handshake = ${head.handshake}`.execute(
    database,
  );
  await sql`update handshakes set phase = 'dreaming' where handshake = ${strange.handshake}`.execute(
    database,
  );
  expect((await history.read(head.handshake))?.attempts).toEqual([FAILED]);
  const page = await history.page({}, 10);
  expect(page.map(({ handshake, error }) => [handshake, error])).toEqual([[head.handshake, undefined]]);
});

describe('the list', () => {
  const connected = attemptOf(1, ['reaching', 'connected']);
  const unreached = attemptOf(1, ['reaching', 'failed'], {
    error: { code: 'box_unreachable', phase: 'reaching' },
  });

  test('is searched by every field, newest first', async () => {
    const heads = [headOf('alice', 1), headOf('bob', 2), headOf('malice', 3), headOf('alice', 4)];
    const [a, b, c, d] = heads.map(({ handshake }) => handshake) as [string, string, string, string];
    for (const [index, attempt] of [
      connected,
      unreached,
      unreached,
      attemptOf(0, ['queued'], { from: 4 }),
    ].entries())
      await put(heads[index] as RecordHead, attempt);
    expect(await found()).toEqual([d, c, b, a]);
    expect(await found({ customer: 'lice' })).toEqual([d, c, a]);
    expect(await found({ of: 'alice' })).toEqual([d, a]);
    expect(await found({ state: 'active' })).toEqual([d]);
    expect(await found({ state: 'ended', customer: 'ali' })).toEqual([c, a]);
    expect(await found({ phase: 'failed' })).toEqual([c, b]);
    expect(await found({ error: 'box_unreachable', customer: 'bo' })).toEqual([b]);
    expect(await found({ since: new Date(at(2)), until: new Date(at(3)) })).toEqual([c, b]);
    expect(await found({ inPhaseSince: new Date(at(1)) })).toEqual([c, b, a]);
    expect(await found({ customer: 'nobody' })).toEqual([]);
    // No pattern: every character counts as itself.
    for (const customer of ['%', '_lice', "'"]) expect(await found({ customer })).toEqual([]);
  });

  test('is read to its end page by page, each handshake once, also where many began at the same moment', async () => {
    const heads = Array.from({ length: 25 }, (_, index) =>
      headOf(`customer-${index % 3}`, Math.floor(index / 10)),
    );
    for (const head of heads) await put(head, connected);
    for (const search of [{}, { customer: 'customer' }, { state: 'ended' as const }]) {
      const seen: string[] = [];
      for (let before: HistorySearch['before'], pages = 0; pages < 10; pages += 1) {
        const page = await history.page({ ...search, before }, 4);
        seen.push(...page.map(({ handshake }) => handshake));
        const last = page.at(-1);
        if (!last) break;
        before = { startedAt: new Date(last.startedAt), handshake: last.handshake };
      }
      expect(seen).toHaveLength(25);
      expect(new Set(seen).size).toBe(25);
      expect(seen).toEqual(await found(search));
    }
  });

  test('is searched where more customers match than are looked up one by one', async () => {
    for (let index = 0; index < 102; index += 1) await put(headOf(`customer-${index}`, index), connected);
    const rare = headOf('other', 200);
    await put(rare, connected);
    const all = await found({ customer: 'customer' }, 200);
    expect(all).toHaveLength(102);
    expect(all).not.toContain(rare.handshake);
  });

  test('says how handshakes ended, within a day and within a week', async () => {
    for (const ago of [1, 30, 200]) {
      const head = { ...headOf('alice'), startedAt: new Date(Date.now() - ago * 60 * MINUTE).toISOString() };
      const timeline = [{ phase: 'failed' as const, at: head.startedAt }];
      await put(head, { ...unreached, timeline, versions: { claude: '2.1.330' } });
    }
    // Whoever clicked and left counts; where support started one and the customer never came, nobody did.
    for (const requestedBy of ['customer', 'operator:sam'] as const) {
      const head = { ...headOf('bob'), requestedBy, startedAt: new Date(Date.now() - MINUTE).toISOString() };
      const timeline = [{ phase: 'expired' as const, at: head.startedAt }];
      await put(head, { ...attemptOf(1, ['waiting']), timeline });
    }
    expect(await history.endedCounts()).toMatchObject([
      { phase: 'failed', lastWeek: 2 },
      { phase: 'expired', lastDay: 1, lastWeek: 1 },
    ]);
    expect((await history.endedCounts()).slice(0, 1)).toEqual([
      {
        phase: 'failed',
        code: 'box_unreachable',
        provider: 'anthropic',
        method: 'setup-token',
        asked: true,
        claude: '2.1.330',
        openclaw: null,
        lastDay: 1,
        lastWeek: 2,
      },
    ]);
  });

  test('says apart how those ended that a page began and whose customer never clicked; what has connected was asked for', async () => {
    const put1 = async (asked: boolean | undefined, phase: Phase) => {
      const startedAt = new Date(Date.now() - MINUTE).toISOString();
      const head = { ...headOf('alice'), startedAt };
      const waits = attemptOf(0, ['queued']);
      await put({ ...head, ...(asked !== undefined && { asked: false }) }, waits);
      if (asked) await put({ ...head, asked }, waits);
      const error = phase === 'failed' ? unreached.error : undefined;
      await put(head, { ...attemptOf(1, []), timeline: [{ phase, at: startedAt }], ...(error && { error }) });
      return history.read(head.handshake);
    };
    expect(await put1(false, 'failed')).toMatchObject({ asked: false });
    expect(await put1(false, 'connected')).toMatchObject({ asked: false });
    expect(await put1(true, 'failed')).toMatchObject({ asked: true });
    expect(await put1(undefined, 'failed')).not.toHaveProperty('asked');
    const counts = await history.endedCounts();
    expect(counts.map(({ phase, asked, lastDay }) => ({ phase, asked, lastDay }))).toEqual(
      expect.arrayContaining([
        { phase: 'failed', asked: true, lastDay: 2 },
        { phase: 'failed', asked: false, lastDay: 1 },
        { phase: 'connected', asked: true, lastDay: 1 },
      ]),
    );
    expect(counts).toHaveLength(3);
  });

  test('gives the newest that have ended with their attempts and without their screens', async () => {
    const [one, two, three] = [headOf('alice', 1), headOf('bob', 2), headOf('carol', 3)];
    await put(one, FAILED);
    await put(two, FAILED);
    await put(three, attemptOf(0, ['queued']));
    const { screen: _, ...error } = FAILED.error ?? { code: 'screen_unknown', phase: 'opening' };
    expect(await history.newest(1)).toEqual([{ ...two, attempts: [{ ...FAILED, error }] }]);
    expect((await history.newest(10)).map(({ handshake }) => handshake)).toEqual([
      two.handshake,
      one.handshake,
    ]);
  });
});

describe('what is older than HISTORY_DAYS', () => {
  test('is deleted with its attempts, in more than one batch, and nothing else is', async () => {
    await sql`insert into handshakes (handshake, customer, provider, method, requested_by, started_at, attempt,
        steps, phase, since)
      select 'handshake-' || n, 'alice', 'anthropic', 'manual', 'customer', now() - make_interval(days => n), 0, 1,
        'queued', now() from generate_series(1, 1200) n`.execute(database);
    await sql`insert into attempts (handshake, attempt, steps, at, rejected, body)
      select handshake, 0, 1, now(), 0, '{}' from handshakes`.execute(database);
    expect(await forgetHistory(database, 100)).toBe(1_101);
    expect([await rowCount('handshakes'), await rowCount('attempts')]).toEqual([99, 99]);
    expect(await forgetHistory(database, 100)).toBe(0);
  });

  test('is deleted by a worker again and again, also after it could not', async () => {
    const said: string[] = [];
    const logging = pino({ level: 'info' }, { write: (line: string) => void said.push(line) });
    const old = { ...headOf('alice'), startedAt: new Date(Date.now() - 9 * 24 * 60 * MINUTE).toISOString() };
    await put(old, FAILED);
    await sql`alter table handshakes rename to aside`.execute(database);
    const keeper = keepHistory(database, 5, logging, { first: 0, between: 50 });
    try {
      await until(() => said.join('').includes('history: not this time'));
      await sql`alter table aside rename to handshakes`.execute(database);
      await until(async () => (await rowCount('handshakes')) === 0);
      await put({ ...old, handshake: randomUUID() }, FAILED);
      await until(async () => (await rowCount('handshakes')) === 0);
    } finally {
      keeper.stop();
    }
  });

  test('is deleted by one process at a time', async () => {
    await sql`insert into handshakes (handshake, customer, provider, method, requested_by, started_at, attempt,
        steps, phase, since) values ('handshake-1', 'alice', 'anthropic', 'manual', 'customer',
        now() - interval '9 days', 0, 1, 'queued', now())`.execute(database);
    await database.transaction().execute(async (transaction) => {
      await sql`select pg_advisory_xact_lock(${0x6b66_6879})`.execute(transaction);
      expect(await forgetHistory(database, 1)).toBe(0);
    });
    expect(await forgetHistory(database, 1)).toBe(1);
  });
});
