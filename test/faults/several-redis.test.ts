import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type LabRedis, startRedis } from '../../lab/redis.ts';
import { connectLink } from '../support/api-lab.ts';
import { type PracticeLab, startPracticeLab } from '../support/practice-lab.ts';
import { type Arrival, type RedisSystem, startRedisSystem, until } from '../support/redis-system.ts';
import { Visitor } from '../support/visitor.ts';

/** docs/capacity.md, "More than one Redis": an installation for each, on one database server. */
let lab: PracticeLab;
let redis: [LabRedis, LabRedis];
let one: RedisSystem;
let two: RedisSystem;

beforeAll(async () => {
  lab = await startPracticeLab();
  redis = await Promise.all([startRedis(), startRedis()]);
  const start = (at: 0 | 1, domain: string) =>
    startRedisSystem({ lab, redis: { REDIS_URL: redis[at].url }, domain });
  [one, two] = await Promise.all([start(0, 'one.keyferry.test'), start(1, 'two.keyferry.test')]);
});

afterAll(async () => {
  await Promise.all([one?.stop(), two?.stop()]);
  await Promise.all((redis ?? []).map((each) => each.stop()));
  await lab?.stop();
});

const readiness = ({ api, worker }: RedisSystem) =>
  Promise.all(
    [api, worker].map(
      async ({ healthPort }) => (await fetch(`http://127.0.0.1:${healthPort}/readyz`)).status,
    ),
  );

describe('customers in two installations, each with a Redis of its own', () => {
  let ours: Arrival;
  let theirs: Arrival;
  let waiting: Awaited<ReturnType<Arrival['begin']>>;

  beforeAll(async () => {
    [ours, theirs] = await Promise.all([one.arrive(), two.arrive()]);
    waiting = await ours.begin();
  });

  test('go on where one Redis is away: that costs its own alone', async () => {
    const begun = await theirs.begin();
    await redis[0].halt();
    await ours.line.message((each) => each.type === 'service' && !each.available);
    await until(async () => (await readiness(one)).every((status) => status === 503));

    await theirs.signIn(begun);
    await theirs.line.phase('connected');
    expect(await readiness(two)).toEqual([200, 200]);
    const told = theirs.line.messages.filter(({ type }) => type === 'service');
    expect(told).toEqual([]);

    await redis[0].resume();
    await ours.signIn(waiting);
    const { snapshot } = await ours.line.phase('connected');
    expect(snapshot?.handshake).toBe(waiting.handshake);
  });

  test('are nobody’s in the other: its api knows neither the platform’s key nor their address, and no worker of it their box', async () => {
    const strayed = await new Visitor(two.api.port, `${one.customer}.${one.domain}`).get('/');
    expect(strayed.status).toBe(404);
    const server = new Visitor(two.api.port, two.domain);
    await expect(connectLink(server, one.apiKey, { customer: one.customer })).rejects.toThrow(/401/);
    const { browser, line } = await two.arrive(one.customer);
    await browser.post('/api/v1/handshake');
    const { snapshot } = await line.phase('failed');
    expect(snapshot?.error).toMatchObject({ code: 'box_not_listed' });
  });
});
