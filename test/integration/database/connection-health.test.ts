import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { pino } from 'pino';
import type { Seen } from '../../../core/contract/health.ts';
import { webhookSchema } from '../../../core/contract/jobs.ts';
import { recordChecked } from '../../../core/store/checked.ts';
import { moveByTime, writeLook } from '../../../core/store/connection-health.ts';
import { Connections, recordConnected } from '../../../core/store/connections.ts';
import { type Database, openDatabase } from '../../../core/store/database.ts';
import { made } from '../../support/connected.ts';
import { startTestDatabase, type TestDatabase } from '../../support/database.ts';

const DAY_MS = 24 * 60 * 60_000;
const EPOCH = Date.parse('2026-01-01T00:00:00.000Z');
/** A time, in days after that. */
const day = (days: number) => new Date(EPOCH + days * DAY_MS);

let server: TestDatabase;
let database: Database;
let connections: Connections;

beforeAll(async () => {
  server = await startTestDatabase();
  database = openDatabase({ url: server.url, connections: 5, name: 'test' }, pino({ level: 'silent' }));
  connections = new Connections(database);
});
afterAll(async () => {
  await database.destroy();
  await server.stop();
});

/** A customer who is connected from that day on for `days`; null: without an end. */
async function connected(customer: string, from: number, days: number | null): Promise<string> {
  const expiresAt = days === null ? null : day(from + days);
  const entry = made(customer, day(from), { connectedAt: day(from), expiresAt });
  await database.transaction().execute((transaction) => recordConnected(transaction, entry));
  const [current] = await connections.current(customer);
  return current?.id ?? '';
}

const someone = () => `alice-${randomUUID().slice(0, 8)}`;
const look = (connection: string, at: Date, seen: Seen, watchHours?: number) =>
  database
    .transaction()
    .execute((transaction) => writeLook(transaction, { connection, at, seen, watchHours }));

async function told(customer: string): Promise<string[]> {
  const events = await database
    .selectFrom('events')
    .select(['type', 'at', 'data'])
    .where('customer', '=', customer)
    .where('type', 'like', 'connection.%')
    .orderBy('seq')
    .execute();
  return events.map(({ type, at, data }) => {
    webhookSchema.parse({ type, timestamp: at.toISOString(), data });
    const { days = '', error = '' } = data as { days?: number; error?: string };
    return `${(at.getTime() - EPOCH) / DAY_MS} ${type.replace('connection.', '')} ${days}${error}`.trim();
  });
}

const row = (id: string) =>
  database.selectFrom('connections').selectAll().where('id', '=', id).executeTakeFirstOrThrow();

const works: Seen = { outcome: 'working' };
const overridden: Seen = { outcome: 'attention', code: 'credential_overridden' };
const off: Seen = { outcome: 'unreachable', code: 'box_unreachable' };

describe('looks', () => {
  test('what one says is on record once a second has said it, and is told once', async () => {
    const customer = someone();
    const id = await connected(customer, 0, null);
    await look(id, day(1), overridden, 24);
    expect(await row(id)).toMatchObject({ health: 'working', reason: null, checked_at: day(0) });
    await look(id, day(2), overridden, 24);
    expect(await row(id)).toMatchObject({
      health: 'attention',
      reason: 'credential_overridden',
      health_since: day(1),
      checked_at: day(2),
    });
    await look(id, day(3), overridden, 24);
    await look(id, day(4), works, 24);
    await look(id, day(5), works, 24);
    expect(await row(id)).toMatchObject({ health: 'working', reason: null, health_since: day(4) });
    expect(await told(customer)).toEqual(['2 attention credential_overridden', '4 recovered']);
  });

  test('where they say nothing for three days it is not known how it is, since it was last seen; that is a case, and told by nothing else', async () => {
    const failed: Seen = { outcome: 'inconclusive', code: 'openclaw_failed' };
    const [well, broken] = [someone(), someone()];
    const id = await connected(well, 0, null);
    const ill = await connected(broken, 0, null);
    for (const days of [0.1, 0.2]) await look(ill, day(days), overridden, 24);
    for (const days of [1, 1.1, 1.2, 1.5, 2, 2.9])
      for (const connection of [id, ill]) await look(connection, day(days), failed, 24);
    expect(await row(id)).toMatchObject({ health: 'working', failed_looks: 6 });
    for (const connection of [id, ill]) await look(connection, day(3), failed, 24);
    expect(await row(id)).toMatchObject({
      health: 'unknown',
      reason: 'openclaw_failed',
      health_since: day(0),
      checked_at: day(0),
    });
    expect(await row(ill)).toMatchObject({ health: 'attention', reason: 'credential_overridden' });
    expect(await told(well)).toEqual([]);
    const caseOf = () =>
      database
        .selectFrom('cases')
        .select(['kind', 'subject', 'code', 'state', 'times'])
        .where('customer', '=', well)
        .execute();
    const about = { kind: 'connection', subject: id, code: 'openclaw_failed', times: 1 };
    await look(id, day(4), failed, 24);
    expect(await caseOf()).toEqual([{ ...about, state: 'open' }]);
    await look(id, day(5), works, 24);
    expect(await row(id)).toMatchObject({ health: 'working', reason: null, health_since: day(5) });
    expect(await caseOf()).toEqual([{ ...about, state: 'resolved' }]);
    expect(await told(well)).toEqual([]);
  });

  test('one that does not reach the box leaves what another one has seen', async () => {
    const id = await connected(someone(), 0, null);
    for (const [days, seen] of [
      [0.1, overridden],
      [0.2, off],
      [0.3, overridden],
    ] as const)
      await look(id, day(days), seen, 24);
    expect(await row(id)).toMatchObject({ health: 'attention', health_since: day(0.1) });
  });

  test('the next one is soon after something was put right, by whomever, and later and later while it is not', async () => {
    const id = await connected(someone(), 0, null);
    const hours = async (days: number) =>
      ((await row(id)).next_look_at.getTime() - day(days).getTime()) / 3_600_000;
    for (const days of [1, 1.1]) await look(id, day(days), overridden, 24);
    expect(await hours(1.1)).toBeLessThanOrEqual(1.25);
    await look(id, day(9), overridden, 24);
    expect(await hours(9)).toBeGreaterThanOrEqual(18);
    await look(id, day(10), works, 24);
    expect(await hours(10)).toBeLessThanOrEqual(1.25);
    await look(id, day(10.1), works, 24);
    expect(await hours(10.1)).toBeGreaterThanOrEqual(18);
    // A test says that it is refused, and another one that it answers: nobody waits for the watch.
    const check = (at: Date, how: object) =>
      database
        .transaction()
        .execute((transaction) =>
          recordChecked(transaction, { connection: id, at: at.toISOString(), ...how }),
        );
    await check(day(10.2), { verdict: 'key_no_credit' });
    expect(await hours(10.2)).toBeGreaterThanOrEqual(15);
    await check(day(10.3), {});
    expect(await hours(10.3)).toBeLessThanOrEqual(1.25);
  });

  test('what looks have found they also see to be over, whatever a turn between them came to', async () => {
    const check = (connection: string, at: Date, how: object) =>
      database
        .transaction()
        .execute((transaction) => recordChecked(transaction, { connection, at: at.toISOString(), ...how }));
    const read = { verdict: 'credential_overridden', isByTurn: false };
    // After two looks have agreed, and between them.
    for (const agreed of [1.2, 1.8]) {
      const id = await connected(someone(), 0, null);
      await look(id, day(1), overridden, 24);
      if (agreed < 1.5) await look(id, day(agreed), overridden, 24);
      await check(id, day(1.5), read);
      await check(id, day(1.6), { verdict: 'provider_down' });
      if (agreed > 1.5) await look(id, day(agreed), overridden, 24);
      expect(await row(id)).toMatchObject({ health: 'attention', by_turn: false });
      await look(id, day(3), works, 24);
      expect(await row(id)).toMatchObject({ health: 'working', reason: null });
    }
    const id = await connected(someone(), 0, null);
    // A turn of the watch's own suspects the model; two looks find something else.
    const suspects = {
      connection: id,
      at: day(1),
      seen: { outcome: 'attention', code: 'key_no_access' },
    } as const;
    await database
      .transaction()
      .execute((transaction) => writeLook(transaction, { ...suspects, hasTurn: true }));
    await look(id, day(1.1), overridden, 24);
    await look(id, day(1.2), overridden, 24);
    expect(await row(id)).toMatchObject({ reason: 'credential_overridden', by_turn: false });
    await look(id, day(1.3), works, 24);
    expect(await row(id)).toMatchObject({ health: 'working' });
  });

  test('what a turn has shown stays until another one', async () => {
    const id = await connected(someone(), 0, null);
    const by = (at: Date, how: object) =>
      database
        .transaction()
        .execute((transaction) =>
          recordChecked(transaction, { connection: id, at: at.toISOString(), ...how }),
        );
    await by(day(1), { verdict: 'credential_overridden', isByTurn: true });
    for (const days of [2, 3]) await look(id, day(days), works, 24);
    expect(await row(id)).toMatchObject({ reason: 'credential_overridden', by_turn: true });
    await by(day(4), {});
    expect(await row(id)).toMatchObject({ health: 'working', by_turn: false });
  });

  test('one that is written twice counts once, and one that comes late not at all', async () => {
    const customer = someone();
    const id = await connected(customer, 0, null);
    await look(id, day(1), overridden, 24);
    await look(id, day(1), overridden, 24);
    expect(await row(id)).toMatchObject({ health: 'working' });
    await look(id, day(3), works, 24);
    await look(id, day(2), overridden, 24);
    expect(await row(id)).toMatchObject({ health: 'working', suspected: null, looked_at: day(3) });
    expect(await told(customer)).toEqual([]);
  });

  test('a machine that is off is unknown since the first that failed, is looked at ever later, and nobody is told', async () => {
    const customer = someone();
    const id = await connected(customer, 0, null);
    const waits: number[] = [];
    for (let hours = 1; hours <= 4; hours += 1) {
      const at = day(1 + hours / 24);
      await look(id, at, off, 24);
      const { next_look_at } = await row(id);
      waits.push(((next_look_at?.getTime() ?? 0) - at.getTime()) / 60_000);
    }
    expect(await row(id)).toMatchObject({
      health: 'unknown',
      reason: 'box_unreachable',
      health_since: day(1 + 1 / 24),
      checked_at: day(0),
      failed_looks: 4,
    });
    const usual = [10, 40, 80, 160];
    for (const [index, wait] of waits.entries()) {
      expect(wait).toBeGreaterThanOrEqual((usual[index] ?? 0) * 0.75);
      expect(wait).toBeLessThanOrEqual((usual[index] ?? 0) * 1.25);
    }
    await look(id, day(2), works, 24);
    expect(await row(id)).toMatchObject({ health: 'working', failed_looks: 0 });
    expect(await told(customer)).toEqual([]);
  });

  test('what a turn has shown, looks leave alone; what looks have shown of the same, a look takes back', async () => {
    const noCredit: Seen = { outcome: 'attention', code: 'key_no_credit' };
    const byTurn = await connected(someone(), 0, null);
    await look(byTurn, day(1), { ...noCredit, isCertain: true }, 24);
    const shown = { health: 'attention', reason: 'key_no_credit' };
    for (const [index, seen] of [overridden, overridden, works].entries()) {
      await look(byTurn, day(2 + index / 24), seen, 24);
      expect(await row(byTurn)).toMatchObject(shown);
    }
    await look(byTurn, day(3), { outcome: 'working', isProved: true }, 24);
    expect(await row(byTurn)).toMatchObject({ health: 'working' });
    const byLooks = await connected(someone(), 0, null);
    for (const at of [day(1), day(2)]) await look(byLooks, at, noCredit, 24);
    expect(await row(byLooks)).toMatchObject(shown);
    await look(byLooks, day(3), works, 24);
    expect(await row(byLooks)).toMatchObject({ health: 'working', reason: null });
  });

  test('at one that has ended nothing is written', async () => {
    const customer = someone();
    const id = await connected(customer, 0, null);
    await connected(customer, 2, null);
    await look(id, day(3), { ...overridden, isCertain: true } as Seen, 24);
    expect(await row(id)).toMatchObject({ health: 'working', ended_at: day(2) });
  });
});

/** The watch's clock, every so many days. */
async function pass(from: number, to: number, step: number): Promise<void> {
  for (let now = from; now <= to; now += step) await moveByTime(database, day(now));
}

describe('an end that comes near', () => {
  test('is told 30, 7 and 1 days before, then that it has come; each once', async () => {
    const customer = someone();
    const id = await connected(customer, 0, 365);
    await pass(0, 400, 0.5);
    expect(await told(customer)).toEqual([
      '335 expiring 30',
      '358 expiring 7',
      '364 expiring 1',
      '365 expired credential_expired',
    ]);
    expect(await row(id)).toMatchObject({
      health: 'attention',
      reason: 'credential_expired',
      health_since: day(365),
      next_change_at: null,
    });
  });

  test('is not told of one that was renewed', async () => {
    const customer = someone();
    await connected(customer, 0, 365);
    await pass(0, 340, 1);
    await connected(customer, 341, 365);
    await pass(341, 400, 1);
    expect(await told(customer)).toEqual(['335 expiring 30']);
    expect(await connections.current(customer)).toMatchObject([{ health: 'working' }]);
  });

  test('after an outage of two weeks is told as it stands by then, not as it stood', async () => {
    const customer = someone();
    await connected(customer, 0, 365);
    await pass(0, 350, 1);
    await pass(364.5, 366, 0.25);
    expect(await told(customer)).toEqual([
      '335 expiring 30',
      '364.5 expiring 1',
      '365 expired credential_expired',
    ]);
  });

  test('of a sign-in for a month is told a week before, not as it is made', async () => {
    const customer = someone();
    const id = await connected(customer, 0, 30);
    await pass(0, 22.5, 0.5);
    expect(await row(id)).toMatchObject({ health: 'working' });
    await pass(23, 31, 0.5);
    expect(await told(customer)).toEqual(['23 expiring 7', '29 expiring 1', '30 expired credential_expired']);
  });

  test('a look that sees it work does not take back that it is near, nor that it has come', async () => {
    const customer = someone();
    const id = await connected(customer, 0, 365);
    await pass(335, 336, 1);
    await look(id, day(337), works, 24);
    expect(await row(id)).toMatchObject({ health: 'expiring', checked_at: day(337) });
    await pass(358, 365, 1);
    await look(id, day(366), works, 24);
    expect(await row(id)).toMatchObject({ health: 'attention', reason: 'credential_expired' });
    expect(await told(customer)).not.toContain('366 recovered');
  });

  test('is told of what a worker of the version before has connected, too', async () => {
    const customer = someone();
    const from = new Date(Date.now() - 360 * DAY_MS);
    const end = new Date(Date.now() + 5 * DAY_MS);
    await sql`insert into connections (customer, box, provider, method, profile, handshake, requested_at, attempt,
        connected_at, expires_at, checked_at, health)
      values (${customer}, 'default', 'anthropic', 'setup-token', 'anthropic:manual', ${randomUUID()}, ${from}, 1,
        ${from}, ${end}, ${from}, 'working')`.execute(database);
    await moveByTime(database, new Date(Date.now() + 1_000));
    expect(await connections.current(customer)).toMatchObject([{ health: 'expiring' }]);
    expect((await told(customer)).join()).toMatch(/expiring 7$/);
  });
});
