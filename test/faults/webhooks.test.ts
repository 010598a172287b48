import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import pg from 'pg';
import { z } from 'zod';
import { HANDSHAKES, WEBHOOKS } from '../../core/contract/jobs.ts';
import { FIRST } from '../../core/contract/providers.ts';
import { asked } from '../../lab/postgres.ts';
import { type System, startSystem } from '../../lab/system.ts';
import { until } from '../support/redis-system.ts';

/**
 * A handshake ends, and the platform is told. At each step of that way something is killed: the step is held by a lock
 * in the database, or by the platform that does not answer, until it has been.
 */
let system: System;
let platform: Server;
let redis: Redis;
let handshakes: Queue;
let webhooks: Queue;

/** What the platform has heard, delivery by delivery. */
const heard: { id: string; handshake: string; type: string }[] = [];
/** Deliveries of this handshake are left without an answer. */
let unanswered: { handshake: string; responses: ServerResponse[] } | undefined;
const ended: string[] = [];

const bodySchema = z.object({ type: z.string(), data: z.object({ handshake: z.string() }) });

beforeAll(async () => {
  platform = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    const { type, data } = bodySchema.parse(JSON.parse(body));
    heard.push({ id: String(request.headers['webhook-id']), handshake: data.handshake, type });
    if (unanswered?.handshake === data.handshake) unanswered.responses.push(response);
    else response.writeHead(204).end();
  }).listen(0, '127.0.0.1');
  await once(platform, 'listening');
  const env = {
    WEBHOOK_URL: `http://127.0.0.1:${(platform.address() as AddressInfo).port}/hooks`,
    WEBHOOK_SECRET: `whsec_${randomBytes(32).toString('base64')}`,
  };
  system = await startSystem({ folder: true, env });
  redis = new Redis(system.redis.url, { maxRetriesPerRequest: null }).on('error', () => {});
  const options = { connection: redis, prefix: 'keyferry' };
  handshakes = new Queue(HANDSHAKES, options);
  webhooks = new Queue(WEBHOOKS, options);
  for (const each of [handshakes, webhooks]) each.on('error', () => {});
});
afterAll(async () => {
  await Promise.all([handshakes?.close(), webhooks?.close()]);
  redis?.disconnect();
  await system?.stop();
  platform?.closeAllConnections();
  platform?.close();
});

/** A handshake for somebody who has no box: it fails at once, and nothing else happens. */
async function begin(handshake: string, customer: string): Promise<void> {
  const data = { ...FIRST, customer, requestedBy: 'customer' };
  await handshakes.add('handshake', data, { jobId: handshake, deduplication: { id: customer } });
  ended.push(handshake);
}

/** Holds a lock in the database until it is let go, or the database has ended. */
async function holding(...statements: string[]): Promise<{ letGo: () => Promise<void> }> {
  const client = new pg.Client({ connectionString: system.databaseUrl });
  client.on('error', () => {});
  await client.connect();
  await client.query('begin');
  for (const statement of statements) await client.query(statement);
  // One whose database was killed has nobody to say goodbye to.
  return {
    letGo: () => Promise.race([client.end().catch(() => {}), sleep(1_000, undefined, { ref: false })]),
  };
}

const HANDING_OVER = 'select pg_advisory_xact_lock(4017002)';
type Row = Record<string, string>;
const ask = (statement: string) => asked<Row>(system.databaseUrl, statement);
/** What is told of each: that it has failed, and that it is a case. */
const TOLD = ['case.opened', 'handshake.failed'];
const eventsOf = (handshake: string) =>
  ask(`select id, seq, webhook from events where data->>'handshake' = '${handshake}' order by seq`);
const eventOf = async (handshake: string): Promise<Row | undefined> => (await eventsOf(handshake))[0];

/** Each brings it to where it is held, and answers how to let it go on. */
const STEPS: Record<string, (handshake: string, customer: string) => Promise<() => Promise<void>>> = {
  'that is to go on record': async (handshake, customer) => {
    const lock = `select pg_advisory_xact_lock(hashtextextended('connections:${customer}', 0))`;
    const { letGo } = await holding(lock);
    await begin(handshake, customer);
    await until(async () => {
      const [row] = await ask(
        "select count(*) as n from pg_locks where locktype = 'advisory' and not granted",
      );
      return Number(row?.n) > 0;
    });
    return letGo;
  },
  'on record, before it is handed over': async (handshake, customer) => {
    const { letGo } = await holding(HANDING_OVER);
    await begin(handshake, customer);
    await until(async () => (await eventOf(handshake)) !== undefined);
    return letGo;
  },
  'in the queue, before that is on record': async (handshake, customer) => {
    const before = await holding(HANDING_OVER);
    await begin(handshake, customer);
    await until(async () => (await eventOf(handshake)) !== undefined);
    const { id } = (await eventOf(handshake)) ?? {};
    const { letGo } = await holding(`select * from events where id = '${id}' for update`);
    await before.letGo();
    await until(async () => (await webhooks.getJob(id ?? '')) !== undefined);
    return letGo;
  },
  'that the platform has, and has not answered': async (handshake, customer) => {
    unanswered = { handshake, responses: [] };
    await begin(handshake, customer);
    await until(() => unanswered?.responses.length !== 0);
    return async () => {
      const { responses = [] } = unanswered ?? {};
      unanswered = undefined;
      for (const response of responses) response.writeHead(204).end();
    };
  },
};

const VICTIMS: Record<string, { kill: () => Promise<unknown>; back: () => Promise<unknown> }> = {
  worker: {
    kill: async () => system.workers[0]?.stop('SIGKILL'),
    back: async () => system.workers[0]?.start(),
  },
  api: { kill: async () => system.apis[0]?.stop('SIGKILL'), back: async () => system.apis[0]?.start() },
  database: { kill: () => system.postgres.halt('SIGKILL'), back: () => system.postgres.resume() },
  Redis: { kill: () => system.redis.halt('SIGKILL'), back: () => system.redis.resume() },
};

/** Everything is handed over, and nothing is being delivered. */
const isQuiet = async () => {
  const [row] = await ask("select count(*) as n from events where webhook = 'waiting'");
  const busy = await webhooks.getJobCountByTypes('wait', 'active', 'delayed', 'prioritized');
  return Number(row?.n) === 0 && busy === 0;
};
const idsOf = (handshake: string) =>
  new Set(heard.filter((each) => each.handshake === handshake).map(({ id }) => id));

describe.each(Object.entries(STEPS))('an outcome %s', (step, hold) => {
  test.each(Object.entries(VICTIMS))(
    'is told once although somebody kills: %s',
    async (_, { kill, back }) => {
      const [handshake, customer] = [randomUUID() as string, `nobody-${randomUUID().slice(0, 8)}`];
      const letGo = await hold(handshake, customer);
      await kill();
      await letGo();
      await back();
      await until(() => idsOf(handshake).size === TOLD.length);
      await until(isQuiet);
      expect(idsOf(handshake)).toEqual(new Set((await eventsOf(handshake)).map(({ id }) => id)));
      const { id: held } = (await eventOf(handshake)) ?? {};
      const times = heard.filter(({ id }) => id === held).length;
      // Only what was delivered while something died can come again, with the id that it had; the case is not held.
      if (!step.includes('platform')) expect(times).toBe(1);
    },
  );
});

test('counted at the end, there is one event of each kind for each handshake, one webhook for each event, and nothing else', async () => {
  const rows = await ask("select id, type, data->>'handshake' as handshake from events order by seq");
  for (const kind of TOLD) {
    const told = rows.filter(({ type }) => type === kind);
    expect(told.map(({ handshake }) => handshake).toSorted()).toEqual(ended.toSorted());
  }
  expect(new Set(heard.map(({ id }) => id))).toEqual(new Set(rows.map(({ id }) => id)));
  expect(new Set(heard.map(({ type }) => type))).toEqual(new Set(TOLD));
  const jobs = await webhooks.getJobs();
  expect(jobs.map(({ id }) => id).toSorted()).toEqual(rows.map(({ id }) => id).toSorted());
});
