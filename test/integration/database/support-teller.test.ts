import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { openMetrics } from '../../../api/metrics.ts';
import type { Delivery } from '../../../api/notices/delivery.ts';
import { SupportTeller } from '../../../api/notices/support-teller.ts';
import { SUPPORT_KINDS } from '../../../core/contract/notices.ts';
import { type Database, openDatabase } from '../../../core/store/database.ts';
import { makeNotices, type Wanted } from '../../../core/store/notices.ts';
import { type Outcome, recordOutcome } from '../../../core/store/outcomes.ts';
import { startTestDatabase, type TestDatabase } from '../../support/database.ts';

let server: TestDatabase;
let database: Database;

beforeAll(async () => {
  server = await startTestDatabase();
  database = openDatabase({ url: server.url, connections: 5, name: 'test' }, pino({ level: 'silent' }));
});
afterAll(async () => {
  await database.destroy();
  await server.stop();
});

/** Without cases, instead of which failures would not be told by themselves. */
let WANTED: Wanted;
const APART = new Set(SUPPORT_KINDS.filter((kind) => kind !== 'case'));
const CONSOLE = 'https://admin.keyferry.example';
const { signal } = new AbortController();

/** What the chat has been told, what it answers next, and the clock. */
let said: string[];
let answers: Delivery[];
/** The messages' ids, also of those that were not taken. */
let ids: string[];
let clock: number;
let teller: SupportTeller;

beforeEach(async () => {
  await database.deleteFrom('events').execute();
  await database.deleteFrom('notice_channels').execute();
  WANTED = { email: false, support: APART };
  await database.deleteFrom('cases').execute();
  said = [];
  answers = [];
  ids = [];
  clock = Date.parse('2026-11-29T12:00:00.000Z');
  teller = new SupportTeller({
    database,
    say: async (text, _signal, id) => {
      ids.push(id);
      const answer = answers.shift() ?? { result: 'sent' };
      if (answer.result === 'sent') said.push(text);
      return answer;
    },
    console: CONSOLE,
    now: () => new Date(clock),
    log: pino({ level: 'silent' }),
    metrics: openMetrics(),
  });
});

/** So many handshakes fail at once. */
async function fail(count: number, error = 'box_unreachable'): Promise<void> {
  const events = Array.from({ length: count }, (_, index) => ({
    once: randomUUID(),
    type: 'handshake.failed',
    at: new Date(clock),
    customer: `c${index}`,
    data: JSON.stringify({ customer: `c${index}`, provider: 'anthropic', method: 'setup-token', error }),
  }));
  for (let from = 0; from < count; from += 1_000)
    await database
      .insertInto('events')
      .values(events.slice(from, from + 1_000))
      .execute();
}

/** Lets time pass, and the teller look every so many seconds. */
async function pass(seconds: number, every = 10): Promise<void> {
  for (let gone = 0; gone < seconds; gone += every) {
    while ((await makeNotices(database, WANTED, new Date(clock))) > 0);
    clock += every * 1_000;
    while (await teller.next(signal));
  }
}

const open = async () => {
  const { count } = await database
    .selectFrom('notices')
    .select(({ fn }) => fn.countAll<string>().as('count'))
    .where('settled_at', 'is', null)
    .executeTakeFirstOrThrow();
  return Number(count);
};

test('a few are told one by one', async () => {
  await fail(3);
  await pass(20);
  expect(said).toHaveLength(3);
  expect(said[0]).toBe(
    `:x: A handshake has failed: <${CONSOLE}/#/customers/c0|c0> (Anthropic)\n${said[0]?.split('\n')[1]}`,
  );
  await pass(60);
  expect(said).toHaveLength(3);
});

test('mails that a server looks at for minutes are sent by nobody else meanwhile', async () => {
  WANTED = { ...WANTED, channels: ['support-mail'] };
  const services = {
    database,
    channel: 'support-mail',
    console: CONSOLE,
    now: () => new Date(clock),
    log: pino({ level: 'silent' }),
    metrics: openMetrics(),
  } as const;
  const take = async (text: string): Promise<Delivery> => {
    said.push(text);
    return { result: 'sent' };
  };
  const other = new SupportTeller({ ...services, say: take });
  teller = new SupportTeller({
    ...services,
    say: async (text) => {
      clock += 5 * 60_000;
      expect(await other.next(signal)).toBe(false);
      return take(text);
    },
  });
  await fail(3);
  await pass(20);
  expect(said).toHaveLength(3);
});

test('three thousand at once are one message with counts, and none is left', async () => {
  await fail(2_990);
  await fail(10, 'disk_full');
  await pass(30);
  expect(said).toHaveLength(1);
  expect(said[0]).toContain('3000 notices at once');
  expect(said[0]).toContain('*2990* handshakes have failed (`box_unreachable`)');
  expect(said[0]).toContain('*10* handshakes have failed (`disk_full`)');
  expect(await open()).toBe(0);
});

test('three a minute for an hour are some twenty messages, and all are told', async () => {
  for (let at = 0; at < 3_600; at += 20) {
    await fail(1);
    await pass(20, 20);
  }
  await pass(1_200, 60);
  expect(said.length).toBeLessThanOrEqual(30);
  const told = said.map((text) => Number(/(\d+) notices at once/.exec(text)?.[1] ?? 1));
  expect(told.reduce((sum, count) => sum + count, 0)).toBe(180);
  expect(await open()).toBe(0);
});

test('a chat that asks for a pause gets it, and one that is away is not asked all the time', async () => {
  answers = [{ result: 'away', why: 'status 429', retryAfterMs: 120_000 }];
  await fail(1);
  await pass(10);
  expect(answers).toEqual([]);
  answers = [{ result: 'away', why: 'no_answer' }];
  await pass(110);
  expect(answers).toHaveLength(1);
  await pass(20);
  expect(answers).toEqual([]);
  expect(said).toEqual([]);
  await pass(60);
  expect(said).toHaveLength(1);
});

test('a text that the chat refuses is tried again, and given up in the end; others are told', async () => {
  answers = Array.from({ length: 100 }, () => ({ result: 'refused', why: 'status 400' }));
  await fail(1);
  await pass(20);
  expect(answers).toHaveLength(99);
  answers = [];
  await fail(1);
  await pass(20);
  expect(said).toHaveLength(1);
  await database.updateTable('notices').set({ tries: 11 }).where('settled_at', 'is', null).execute();
  answers = [{ result: 'refused', why: 'status 400' }];
  await pass(120);
  const rows = await database.selectFrom('notices').select(['state', 'why']).orderBy('event').execute();
  expect(rows).toEqual([
    { state: 'failed', why: 'status 400' },
    { state: 'sent', why: null },
  ]);
});

test('what could not be told for days is given up, and that is on record', async () => {
  await fail(1);
  while ((await makeNotices(database, WANTED, new Date(clock))) > 0);
  clock += 4 * 24 * 3_600_000;
  await pass(20);
  expect(said).toEqual([]);
  const rows = await database.selectFrom('notices').select(['state', 'why']).execute();
  expect(rows).toEqual([{ state: 'failed', why: 'late' }]);
});

describe('cases', () => {
  /** So many customers fail, a second apart. */
  async function open(count: number, from = 0, error: Outcome['error'] = 'box_unreachable') {
    for (let index = from; index < from + count; index += 1) {
      const at = new Date(clock + index * 1_000).toISOString();
      const about = { provider: 'anthropic', method: 'setup-token', attempt: 1 } as const;
      const outcome = {
        ...about,
        customer: `c${index}`,
        handshake: randomUUID(),
        requestedAt: at,
        at,
        error,
      };
      await database
        .transaction()
        .execute((tx) => recordOutcome(tx, { ...outcome, phase: 'failed' } as Outcome));
    }
  }
  beforeEach(() => {
    WANTED = { email: false, support: new Set(SUPPORT_KINDS) };
  });

  test('with one cause are one message, and what comes after that is another one half an hour later', async () => {
    await open(50);
    await pass(60);
    expect(said).toHaveLength(1);
    expect(said[0]).toContain('New cases: 50 of one cause');
    await open(10, 50);
    // What has failed before is one of a case that was told.
    await open(5);
    await pass(10 * 60, 60);
    expect(said).toHaveLength(1);
    await pass(25 * 60, 60);
    expect(said).toHaveLength(2);
    expect(said[1]).toContain('10 of one cause');
  });

  test('that are over by then are not told; another cause does not wait for the first', async () => {
    await open(1);
    await pass(60);
    await open(1, 1);
    await database.updateTable('cases').set({ state: 'resolved' }).where('customer', '=', 'c1').execute();
    await open(1, 2, 'disk_full');
    await pass(60);
    expect(said).toHaveLength(2);
    expect(said[1]).toContain('disk_full');
    await pass(40 * 60, 60);
    expect(said).toHaveLength(2);
  });

  test('are counted as cases, of so many customers, whatever has happened to each', async () => {
    await open(1);
    await database.updateTable('cases').set({ state: 'resolved' }).execute();
    // The same one once more, and another one of the same customer.
    const again = { customer: 'c0', at: new Date(clock + 5_000).toISOString() };
    for (const box of [undefined, 'second']) {
      const outcome = { provider: 'anthropic', method: 'setup-token', attempt: 1, ...again, box };
      const ended = { ...outcome, handshake: randomUUID(), requestedAt: again.at, error: 'box_unreachable' };
      await database
        .transaction()
        .execute((tx) => recordOutcome(tx, { ...ended, phase: 'failed' } as Outcome));
    }
    await pass(60);
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(/^:rotating_light: New cases: 2 of one cause, of 1 customer: <[^>]*\|c0>\n/);
  });

  test('are told as they are by now: one whose cause has changed, under that one', async () => {
    await open(2);
    await open(1, 2, 'disk_full');
    // The second one fails of something else before support is told.
    const at = new Date(clock + 9_000).toISOString();
    const about = { provider: 'anthropic', method: 'setup-token', attempt: 1, customer: 'c1' };
    const ended = { ...about, handshake: randomUUID(), requestedAt: at, at, error: 'disk_full' };
    await database.transaction().execute((tx) => recordOutcome(tx, { ...ended, phase: 'failed' } as Outcome));
    await pass(60);
    expect(said).toHaveLength(2);
    const [unreachable, full] = said.toSorted((one) => (one.includes('`box_unreachable`') ? -1 : 1));
    expect(unreachable).toMatch(/New case: <[^>]*\|c0>\n`box_unreachable`/);
    expect(full).toMatch(/New cases: 2 of one cause: <[^>]*\|c1>, <[^>]*\|c2>\n`disk_full`/);
    expect(full).toContain('cause=handshake%3Adisk_full');
  });

  test('that may have arrived are sent again as the same message; what has come meanwhile is another one', async () => {
    // The answer was lost, then the process is cut off in the middle of the next try.
    answers = [{ result: 'later', why: 'ETIMEDOUT' }];
    await open(2);
    await pass(20);
    expect([ids.length, said]).toEqual([1, []]);
    await open(1, 2);
    answers = [{ result: 'later', why: 'ECONNRESET' }];
    await pass(180);
    expect(said).toHaveLength(2);
    expect(ids).toHaveLength(4);
    expect(new Set(ids.slice(0, 3)).size).toBe(1);
    expect(ids[3]).not.toBe(ids[0]);
    expect(said[0]).toMatch(/New cases: 2 of one cause: .*\|c0>, .*\|c1>/);
    expect(said[1]).toMatch(/New case: .*\|c2>/);
  });

  test('that may have arrived keep their name where the next try meets nobody: what has come meanwhile is not hidden by it', async () => {
    answers = [
      { result: 'later', why: 'ETIMEDOUT' },
      { result: 'away', why: 'ECONNECTION' },
    ];
    await open(2);
    await pass(20);
    await open(1, 2);
    await pass(300);
    expect(said).toHaveLength(2);
    const [first, ...others] = ids;
    expect(others).toEqual([first, first, expect.not.stringContaining(first ?? '')]);
    expect(said[0]).toMatch(/New cases: 2 of one cause: .*\|c0>, .*\|c1>/);
    expect(said[1]).toMatch(/New case: .*\|c2>/);
  });

  test('that have certainly not arrived are sent with what has come meanwhile', async () => {
    answers = [{ result: 'away', why: 'ECONNECTION' }];
    await open(2);
    await pass(20);
    await open(1, 2);
    await pass(180);
    expect(said).toHaveLength(1);
    expect(said[0]).toContain('New cases: 3 of one cause');
  });

  test('go out on each channel that is there', async () => {
    WANTED = { ...WANTED, channels: ['support', 'support-mail'] };
    await open(2);
    await pass(60);
    const rows = await database
      .selectFrom('notices')
      .select(['channel', 'state'])
      .orderBy('channel')
      .execute();
    expect(rows.map(({ channel, state }) => `${channel} ${state}`)).toEqual([
      'support sent',
      'support sent',
      'support-mail waiting',
      'support-mail waiting',
    ]);
  });
});
