import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { Queue, QueueEvents } from 'bullmq';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { Webhook as Verifier } from 'standardwebhooks';
import { type CustomerWebhook, WEBHOOKS } from '../../../core/contract/jobs.ts';
import { FIRST } from '../../../core/contract/providers.ts';
import { type Database, openDatabase } from '../../../core/store/database.ts';
import { appendEvent } from '../../../core/store/events.ts';
import { type ApiLab, startApiLab } from '../../support/api-lab.ts';
import { until } from '../../support/redis-system.ts';

/** A platform that hears of handshakes; the test plays the worker that tells. */
const SECRET = `whsec_${randomBytes(32).toString('base64')}`;

interface Heard {
  headers: IncomingHttpHeaders;
  body: string;
}

let platform: Server;
let heard: Heard[];
/** What the platform answers, one after the other; 204 when there is nothing left. */
let answers: { status: number; headers?: Record<string, string> }[];
let lab: ApiLab;
let redis: Redis;
let queue: Queue<CustomerWebhook>;
let events: QueueEvents;
let listening: Redis;
let record: Database;

beforeAll(async () => {
  platform = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    heard.push({ headers: request.headers, body });
    const { status, headers } = answers.shift() ?? { status: 204 };
    response.writeHead(status, headers).end(status === 204 ? undefined : 'an answer of the platform');
  }).listen(0, '127.0.0.1');
  await once(platform, 'listening');
  const url = `http://127.0.0.1:${(platform.address() as AddressInfo).port}/hooks`;
  lab = await startApiLab({ environment: { WEBHOOK_URL: url, WEBHOOK_SECRET: SECRET } });
  redis = new Redis(lab.redis.url, { maxRetriesPerRequest: null });
  queue = new Queue(WEBHOOKS, { connection: redis, prefix: 'keyferry' });
  listening = redis.duplicate();
  events = new QueueEvents(WEBHOOKS, { connection: listening, prefix: 'keyferry' });
  await events.waitUntilReady();
  const { DATABASE_URL: database = '' } = lab.environment;
  record = openDatabase({ url: database, connections: 2, name: 'test' }, pino({ level: 'silent' }));
  heard = [];
  answers = [];
});
afterEach(() => {
  heard = [];
  answers = [];
});
afterAll(async () => {
  await events.close();
  await queue.close();
  listening.disconnect();
  redis.disconnect();
  await record.destroy();
  await lab.stop();
  platform.close();
});

function webhook(): CustomerWebhook {
  return {
    type: 'handshake.failed',
    timestamp: new Date().toISOString(),
    data: { ...FIRST, customer: lab.fresh(), handshake: randomUUID(), error: 'box_unreachable' },
  };
}

const tell = (data: CustomerWebhook, attempts = 12, jobId = `${data.data.handshake}-failed`) =>
  queue.add('webhook', data, {
    jobId,
    attempts,
    backoff: { type: 'exponential', delay: 5 },
    stackTraceLimit: 0,
  });

test('a webhook is delivered, signed, with the id of its job', async () => {
  const told = webhook();
  const job = await tell(told);
  await job.waitUntilFinished(events);
  expect(heard).toHaveLength(1);
  const [{ headers, body } = { headers: {}, body: '' }] = heard;
  expect(headers['webhook-id']).toBe(job.id);
  expect(headers['content-type']).toBe('application/json');
  expect(new Verifier(SECRET).verify(body, headers as Record<string, string>)).toEqual(told);
  const other = new Verifier(`whsec_${randomBytes(32).toString('base64')}`);
  expect(() => other.verify(body, headers as Record<string, string>)).toThrow();
});

test('one that is not heard is sent again with the same id until it is', async () => {
  answers = [
    { status: 500 },
    { status: 404 },
    // Followed, it would reach somebody else.
    { status: 307, headers: { location: 'http://127.0.0.1:9/' } },
  ];
  const told = webhook();
  const job = await tell(told);
  await job.waitUntilFinished(events);
  expect(heard.map(({ headers }) => headers['webhook-id'])).toEqual(Array(4).fill(job.id));
  for (const { headers, body } of heard)
    expect(new Verifier(SECRET).verify(body, headers as Record<string, string>)).toEqual(told);
  const { text } = await lab.visitor('127.0.0.1').at(lab.api.healthPort).get('/metrics');
  expect(text).toContain('keyferry_webhooks_total{result="refused"} 3');
});

test('one that is never heard fails with our own word for it, and nothing of what was answered', async () => {
  answers = [{ status: 500 }, { status: 500 }];
  const job = await tell(webhook(), 2);
  await expect(job.waitUntilFinished(events)).rejects.toThrow('refused');
  const failed = await queue.getJob(job.id ?? '');
  expect([failed?.failedReason, failed?.stacktrace]).toEqual(['refused', []]);
  expect(lab.logged()).not.toContain('an answer of the platform');
});

test('what is no webhook is not sent, and not tried again', async () => {
  const job = await tell({ ...webhook(), type: 'handshake.gossip' as CustomerWebhook['type'] });
  await expect(job.waitUntilFinished(events)).rejects.toThrow('invalid');
  expect(heard).toEqual([]);
});

test('a release is told without a customer', async () => {
  const told = {
    type: 'release.tried',
    timestamp: new Date().toISOString(),
    data: {
      program: 'openclaw',
      version: '2026.9.7',
      verdict: 'drift',
      at: new Date().toISOString(),
      widths: [40, 80, 400],
      failedAt: [],
      summary: 'It connects at 40, 80 and 400 columns.',
    },
  };
  const job = await queue.add('release.tried', told as unknown as CustomerWebhook, { jobId: randomUUID() });
  await job.waitUntilFinished(events);
  expect(JSON.parse(heard[0]?.body ?? '')).toEqual(told);
});

test.each([
  ['delivered', [], 12],
  ['failed', [{ status: 500 }, { status: 500 }], 2],
])('the record says that it was %s', async (state, given, attempts) => {
  answers = [...given];
  const told = webhook();
  const { customer } = told.data;
  const event = { once: randomUUID(), type: told.type, at: new Date(), customer, data: told.data };
  await record.transaction().execute((tx) => appendEvent(tx, event));
  const read = () =>
    record
      .selectFrom('events')
      .select(['id', 'webhook'])
      .where('once', '=', event.once)
      .executeTakeFirstOrThrow();
  const { id } = await read();
  const job = await tell(told, attempts, id);
  await job.waitUntilFinished(events).catch(() => undefined);
  await until(async () => (await read()).webhook === state);
  expect(heard[0]?.headers['webhook-id']).toBe(id);
});
