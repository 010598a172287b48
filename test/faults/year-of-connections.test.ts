import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { openMetrics } from '../../api/metrics.ts';
import { Mailer } from '../../api/notices/mailer.ts';
import type { Letter } from '../../api/notices/smtp.ts';
import { moveByTime, moveDue } from '../../core/store/connection-health.ts';
import { recordConnected } from '../../core/store/connections.ts';
import { Customers } from '../../core/store/customers.ts';
import { type Database, openDatabase } from '../../core/store/database.ts';
import { makeNotices } from '../../core/store/notices.ts';
import { made } from '../support/connected.ts';
import { startTestDatabase, type TestDatabase } from '../support/database.ts';

const DAY_MS = 24 * 60 * 60_000;
const EPOCH = Date.parse('2026-01-01T00:00:00.000Z');
/** A time, in days after that. */
const day = (days: number) => new Date(EPOCH + days * DAY_MS);
const metrics = openMetrics();

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

/** A customer is connected from that day on for `days`. */
async function connected(customer: string, from: number, days: number): Promise<void> {
  const entry = made(customer, day(from), { connectedAt: day(from), expiresAt: day(from + days) });
  await database.transaction().execute((transaction) => recordConnected(transaction, entry));
}

/** Weeks in which nothing runs. */
const OUTAGES = [100, 345, 360];
const out = (now: number) => OUTAGES.some((from) => now >= from && now < from + 7);
/** The first day from that one on when something runs. */
const runsFrom = (now: number): number => (out(now) ? runsFrom(now + 1) : now);

/** What is told of a connection that ends on that day: each reminder, but for one that is overtaken while nothing runs. */
function toldUntil(end: number): string[] {
  const all = [30, 7, 1, 0].map((days) => ({ days, at: end - days }));
  const told = all.filter(({ at }, index) => runsFrom(at) < (all[index + 1]?.at ?? Number.POSITIVE_INFINITY));
  return told.map(({ days }) => (days === 0 ? 'expired' : `expiring${days}`));
}

test('a thousand connections, 400 days with outages and restarts: every reminder and its mail once, none for what was renewed', async () => {
  const customers = Array.from({ length: 1_000 }, (_, index) => ({
    customer: `year-${index}`,
    from: index % 35,
  }));
  for (const { customer, from } of customers) {
    await new Customers(database).put(customer, { email: `${customer}@example.com` });
    await connected(customer, from, 365);
  }
  const renewed = customers.filter((_, index) => index % 3 === 0);
  for (let now = 35; now <= 435; now += 1) {
    // Ten days after the first reminder could have come.
    for (const { customer, from } of renewed) if (now === from + 345) await connected(customer, now, 365);
    if (out(now)) continue;
    // Two watches at once, one of which is killed within its transaction now and then.
    const killed = database
      .transaction()
      .execute(async (transaction) => {
        await moveDue(transaction, day(now));
        if (now % 7 === 0) throw new Error('killed');
      })
      .catch(() => {});
    await Promise.all([killed, drain(day(now))]);
    // What the one that died had in its hands is taken a while later.
    await drain(day(now));
    await mail(now);
  }
  const rows = await database
    .selectFrom('events')
    .select(['customer', 'type', 'data'])
    .where('customer', 'like', 'year-%')
    .orderBy('seq')
    .execute();
  const of = new Map<string, string[]>();
  for (const { customer, type, data } of rows) {
    if (customer === null) continue;
    const { days = '' } = data as { days?: number };
    of.set(customer, [...(of.get(customer) ?? []), `${type.replace('connection.', '')}${days}`]);
  }
  // Most miss nothing; a week in which nothing runs hides one reminder of some, and two of others.
  expect([20, 3, 2].map((from) => toldUntil(from + 365))).toEqual([
    ['expiring30', 'expiring7', 'expiring1', 'expired'],
    ['expiring30', 'expiring1', 'expired'],
    ['expiring30', 'expired'],
  ]);
  let again = 0;
  const isRenewed = new Set(renewed.map(({ customer }) => customer));
  for (const { customer, from } of customers) {
    const everything = of.get(customer) ?? [];
    expect([customer, new Set(everything).size]).toEqual([customer, everything.length]);
    // What has expired is a case, once.
    const all = everything.filter((one) => one !== 'case.opened');
    expect([customer, everything.includes('case.opened')]).toEqual([customer, all.includes('expired')]);
    const wanted = isRenewed.has(customer) ? ['expiring30'] : toldUntil(from + 365);
    expect([customer, all]).toEqual([customer, wanted]);
    // One mail each; one that was sent again because its process died has the same Message-ID.
    const mails = letters.get(`${customer}@example.com`) ?? [];
    const subjects = new Map(mails.map(({ messageId, subject }) => [messageId, String(subject)]));
    const told = [...subjects.values()].map((subject) => (/ends in/.test(subject) ? 'expiring' : 'expired'));
    expect([customer, told]).toEqual([customer, all.map((one) => one.replace(/\d+$/, ''))]);
    again += mails.length - subjects.size;
  }
  expect(again).toBeGreaterThan(0);
}, 300_000);

/** Every mail that the server took, by the address it went to. */
const letters = new Map<string, Letter[]>();

/** Mails what is due on that day; now and then the process dies once the server has a mail, before that is on record. */
async function mail(now: number): Promise<void> {
  let clock = day(now).getTime();
  let sent = 0;
  const mailer = new Mailer({
    database,
    customers: new Customers(database),
    post: async (letter) => {
      const { address } = letter.to as { address: string };
      letters.set(address, [...(letters.get(address) ?? []), letter]);
      sent += 1;
      if (now % 11 === 0 && sent === 1) throw new Error('killed');
      return { result: 'sent' };
    },
    from: { name: '', address: 'no-reply@example.com' },
    links: () => ({ button: 'https://example.com/', unsubscribe: 'https://example.com/off' }),
    now: () => new Date(clock),
    log: pino({ level: 'silent' }),
    metrics,
  });
  const { signal } = new AbortController();
  while ((await makeNotices(database, { email: true, support: new Set() }, new Date(clock))) > 0);
  // Another process, once the mail of the one that died counts as lost.
  for (let life = 0; life < 2; life += 1, clock += 5 * 60_000)
    try {
      while ((await mailer.next(signal)) !== 'nothing');
    } catch (thrown) {
      expect(thrown).toEqual(new Error('killed'));
    }
}

async function drain(at: Date): Promise<void> {
  for (let seen = 1; seen > 0; ) seen = await moveByTime(database, at);
}
