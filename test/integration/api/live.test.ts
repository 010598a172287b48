import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import type { Api } from '../../../api/api.ts';
import { CLOSE, HERE, messageSchema } from '../../../core/contract/live-messages.ts';
import { FIRST } from '../../../core/contract/providers.ts';
import { type ApiLab, snapshotOf, startApiLab } from '../../support/api-lab.ts';
import { fullLink } from '../../support/links.ts';
import { until } from '../../support/redis-system.ts';
import type { Line, Visitor } from '../../support/visitor.ts';

/** A beat that a test can wait for, and that a busy machine does not miss. */
const BEAT_MS = 500;

let lab: ApiLab;
/** Another process, which beats fast. */
let quick: Api;
let redis: Redis;

beforeAll(async () => {
  lab = await startApiLab();
  quick = await lab.another({ beatMs: BEAT_MS });
  redis = new Redis(lab.redis.url, { maxRetriesPerRequest: null });
  redis.on('error', () => {});
});
afterAll(async () => {
  redis?.disconnect();
  await lab?.stop();
});

const states = (line: Line) => line.messages.flatMap((each) => (each.type === 'state' ? [each] : []));
const phases = (line: Line) => states(line).map(({ snapshot }) => snapshot?.phase ?? null);
const isFirst = ({ type }: { type: string }) => type === 'state';
const isBeat = ({ type }: { type: string }) => type === 'beat';

async function opened(browser: Visitor): Promise<Line> {
  const line = browser.live();
  expect(await line.opened).toBe(101);
  await line.message(isFirst);
  return line;
}

describe('a WebSocket', () => {
  test('begins with the whole state, and pushes every newer snapshot in its order', async () => {
    const customer = lab.fresh();
    const browser = await lab.signIn(customer);
    const line = await opened(browser);
    expect(states(line)).toEqual([{ type: 'state', snapshot: null, connection: null }]);
    const base = snapshotOf(randomUUID());
    await lab.snapshots.publish(customer, base);
    await lab.snapshots.publish(customer, { ...base, phase: 'preparing', seq: 1 });
    await lab.snapshots.publish(customer, { ...base, phase: 'waiting', seq: 3, link: fullLink() });
    // Older: refused where it is published, and nobody hears of it.
    await lab.snapshots.publish(customer, { ...base, phase: 'opening', seq: 2 });
    const connection = {
      ...FIRST,
      profile: 'anthropic:manual' as const,
      connectedAt: new Date().toISOString(),
      expiresAt: new Date().toISOString(),
      tokenFingerprint: '0123456789ab',
    };
    await lab.snapshots.publish(customer, { ...base, phase: 'connected', seq: 4, connection });
    expect(await line.phase('connected')).toMatchObject({ connection });
    expect(phases(line)).toEqual([null, 'reaching', 'preparing', 'waiting', 'connected']);
    for (const message of line.messages) expect(messageSchema.safeParse(message).success).toBe(true);
    // The connection stays in what is pushed of the next one.
    const next = snapshotOf(randomUUID(), { startedAt: new Date(Date.now() + 1_000).toISOString() });
    await lab.snapshots.publish(customer, next);
    await line.message((each) => each.type === 'state' && each.snapshot?.handshake === next.handshake);
    expect(states(line).at(-1)).toEqual({ type: 'state', snapshot: next, connection });
  });

  test('of a tab that comes later begins with where things stand, and all tabs hear the rest', async () => {
    const customer = lab.fresh();
    const browser = await lab.signIn(customer);
    const base = snapshotOf(randomUUID());
    await lab.snapshots.publish(customer, base);
    const first = await opened(browser);
    await lab.snapshots.publish(customer, { ...base, phase: 'opening', seq: 1 });
    await first.phase('opening');
    const late = await opened(browser);
    await lab.snapshots.publish(customer, { ...base, phase: 'cancelled', seq: 2 });
    await Promise.all([first.phase('cancelled'), late.phase('cancelled')]);
    expect([phases(first), phases(late)]).toEqual([
      ['reaching', 'opening', 'cancelled'],
      ['opening', 'cancelled'],
    ]);
  });

  test('hears nothing of other customers', async () => {
    const [customer, other] = [lab.fresh(), lab.fresh('bob')];
    const line = await opened(await lab.signIn(customer));
    await lab.snapshots.publish(other, snapshotOf(randomUUID()));
    await lab.snapshots.publish(customer, snapshotOf(randomUUID(), { phase: 'proving' }));
    await line.phase('proving');
    expect(phases(line)).toEqual([null, 'proving']);
  });

  test('hears a start and a cancellation from another process', async () => {
    const customer = lab.fresh();
    const browser = await lab.signIn(customer);
    const line = await opened(browser);
    const elsewhere = browser.at((await lab.another()).port);
    const { json } = await elsewhere.post('/api/v1/handshake');
    await line.phase('queued');
    const { handshake } = json as { handshake: string };
    await elsewhere.post('/api/v1/handshake/cancel', { handshake });
    await line.phase('cancelled');
    expect(phases(line)).toEqual([null, 'queued', 'cancelled']);
  });

  test('beats, and ends when the session has ended', async () => {
    const before = new Set(await redis.keys('*:session:*'));
    const line = await opened(await lab.signIn(lab.fresh(), { api: quick }));
    await line.message(isBeat);
    await redis.del((await redis.keys('*:session:*')).filter((key) => !before.has(key)));
    expect(await line.closed).toBe(CLOSE.signedOut);
  });

  test('of a browser that does not answer is ended', async () => {
    const browser = await lab.signIn(lab.fresh(), { api: quick });
    const line = browser.live();
    line.socket.removeAllListeners('ping');
    line.socket.pong = () => {};
    await line.opened;
    // Cut, without a goodbye.
    expect(await line.closed).toBe(1006);
  });

  test.each([
    ['says something', (line: Line) => line.socket.send('hello'), 1008],
    ['says a lot', (line: Line) => line.socket.send('x'.repeat(10_000)), 1009],
  ])('of a page that %s is closed', async (_what, say, code) => {
    const line = await opened(await lab.signIn(lab.fresh()));
    say(line);
    expect(await line.closed).toBe(code);
  });

  test('has a worker take what is parked once its page says that somebody is there; who says it too often is closed', async () => {
    const customer = lab.fresh();
    const browser = await lab.signIn(customer);
    const id = randomUUID();
    await lab.queue.add(
      'handshake',
      { ...FIRST, customer, requestedBy: 'customer' },
      { jobId: id, delay: 600_000 },
    );
    await lab.snapshots.publish(
      customer,
      snapshotOf(id, { phase: 'waiting', link: fullLink(), parked: true }),
    );
    const [line, other] = [await opened(browser), await opened(browser)];
    line.socket.send(HERE);
    await until(async () => (await (await lab.queue.getJob(id))?.getState()) === 'waiting');
    for (let times = 0; times < 60; times += 1) line.socket.send(HERE);
    expect(await line.closed).toBe(1008);
    other.socket.send(HERE);
    expect(other.socket.readyState).toBe(other.socket.OPEN);
  });

  test('is refused to a customer who has twenty, and given again when one is closed', async () => {
    const browser = await lab.signIn(lab.fresh());
    const lines = await Promise.all(Array.from({ length: 20 }, () => opened(browser)));
    expect(await browser.live().opened).toBe(429);
    const [line] = lines;
    line?.socket.close();
    await line?.closed;
    expect(await browser.live().opened).toBe(101);
  });

  test('is at its own address only', async () => {
    const browser = await lab.signIn(lab.fresh());
    expect((await browser.get('/api/v1/live')).status).toBe(404);
    const upgrade = { connection: 'Upgrade', upgrade: 'websocket', origin: browser.origin };
    for (const path of ['/', '/api/v1/live?x=1', '/api/v1/handshake'])
      expect((await browser.get(path, upgrade)).status).toBe(404);
  });

  test('needs an Origin', async () => {
    const browser = await lab.signIn(lab.fresh());
    expect(await browser.live({ origin: undefined }).opened).toBe(403);
  });
});

describe('when Redis goes away', () => {
  let alone: ApiLab;
  let spare: Api;
  beforeAll(async () => {
    alone = await startApiLab();
    spare = await alone.another();
  });
  afterAll(() => alone.stop());

  test('pages stay, hear the true state when it is back, and everything else says so meanwhile', async () => {
    const customer = alone.fresh();
    const browser = await alone.signIn(customer);
    const line = await opened(browser);
    const base = snapshotOf(randomUUID());
    await alone.snapshots.publish(customer, base);
    await line.phase('reaching');
    // Written where nobody could hear of it.
    const direct = new Redis(alone.redis.url);
    const newer = { ...base, phase: 'exchanging' as const, seq: 5 };
    await direct.hset(`keyferry:snapshot:${customer}`, { snapshot: JSON.stringify(newer), seq: 5 });
    direct.disconnect();
    await alone.redis.halt();

    const health = browser.at(alone.api.healthPort);
    const [read, started, ready, refused, page] = await Promise.all([
      browser.get('/api/v1/handshake'),
      browser.post('/api/v1/handshake'),
      health.get('/readyz'),
      browser.live().opened,
      browser.get('/'),
    ]);
    for (const { status, json } of [read, started])
      expect([status, json]).toMatchObject([503, { code: 'service_unavailable', status: 503 }]);
    expect([ready.status, (await health.get('/healthz')).status]).toEqual([503, 200]);
    expect(refused).toBe(503);
    // The page comes all the same, and says what is the matter.
    expect([page.status, page.text]).toEqual([503, expect.stringContaining('the page')]);

    await alone.redis.resume();
    await line.phase('exchanging');
    expect(line.socket.readyState).toBe(line.socket.OPEN);
    expect(await browser.live().opened).toBe(101);
    // Its lines come back one after another.
    await until(async () => (await health.get('/readyz')).status === 200);
  });

  test('closing sends pages elsewhere', async () => {
    const browser = (await alone.signIn(alone.fresh())).at(spare.port);
    const line = await opened(browser);
    await spare.close();
    expect(await line.closed).toBe(CLOSE.goingAway);
  });
});
