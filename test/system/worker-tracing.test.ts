import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { z } from 'zod';
import { leaks } from '../../lab/leaks.ts';
import { type PracticeLab, startPracticeLab } from '../support/practice-lab.ts';
import { until } from '../support/redis-system.ts';
import { startWorkerLab, type WorkerLab } from '../support/worker-lab.ts';

const HAPPY_PATH = ['reaching', 'preparing', 'opening', 'waiting', 'exchanging', 'installing', 'proving'];

/** As much of OTLP's JSON as is looked at here. */
const spanSchema = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
  name: z.string(),
  startTimeUnixNano: z.string(),
  endTimeUnixNano: z.string(),
  attributes: z.array(
    z.object({
      key: z.string(),
      value: z.object({ stringValue: z.string().optional(), intValue: z.number().optional() }),
    }),
  ),
  status: z.object({ code: z.number().optional(), message: z.string().optional() }),
});
type Span = z.infer<typeof spanSchema>;
const exportSchema = z.object({
  resourceSpans: z.array(z.object({ scopeSpans: z.array(z.object({ spans: z.array(spanSchema) })) })),
});

let lab: PracticeLab;
let workers: WorkerLab;
let collector: Server;
let endpoint: string;
const bodies: string[] = [];
const paths = new Set<string>();
let status = 200;

beforeAll(async () => {
  [lab, workers] = await Promise.all([startPracticeLab(), startWorkerLab()]);
  collector = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    paths.add(`${request.method} ${request.url}`);
    if (status === 200) bodies.push(body);
    response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
  }).listen(0, '127.0.0.1');
  await once(collector, 'listening');
  endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
});

afterEach(() => workers.stopWorkers());

afterAll(async () => {
  await workers?.stop();
  await lab?.stop();
  collector?.closeAllConnections();
  collector?.close();
});

const at = (id: string, phase: string) => workers.until(id, (snapshot) => snapshot.phase === phase);
const traced = () => workers.worker({}, { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint });

function spansOf(handshake: string): Span[] {
  const all = bodies.flatMap((body) =>
    exportSchema
      .parse(JSON.parse(body))
      .resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
  );
  return all.filter(({ traceId }) => traceId === handshake.replaceAll('-', ''));
}

const attribute = ({ attributes }: Span, name: string) =>
  attributes.find(({ key }) => key === name)?.value.stringValue;

test('a handshake is one trace, from the click to the proof, also over two workers; it is out when the worker has stopped', async () => {
  const first = await traced();
  workers.list('traced', await lab.box());
  const id = await workers.ask('traced');
  const { link = '', startedAt } = await at(id, 'waiting');
  await first.stop();
  const second = await traced();
  await workers.leave(id, lab.anthropic.signIn(link));
  const { at: endedAt } = await at(id, 'connected');
  await workers.ended(id);
  await second.stop();
  expect([...paths]).toEqual(['POST /v1/traces']);
  const spans = spansOf(id);
  const roots = spans.filter(({ name }) => name === 'handshake');
  expect(roots).toHaveLength(1);
  const [root] = roots as [Span];
  expect(root.parentSpanId ?? '').toBe('');
  const ms = (nano: string) => Number(BigInt(nano) / 1_000_000n);
  expect(ms(root.startTimeUnixNano)).toBe(Date.parse(startedAt));
  expect(ms(root.endTimeUnixNano)).toBeGreaterThanOrEqual(Date.parse(endedAt) - 1_000);
  expect(attribute(root, 'keyferry.customer')).toBe('traced');
  expect(attribute(root, 'keyferry.end')).toBe('connected');
  const attempts = spans.filter(({ name }) => name === 'attempt');
  expect(attempts.map((span) => attribute(span, 'error.type'))).toEqual(['worker_stopped', undefined]);
  for (const attempt of attempts) expect(attempt.parentSpanId).toBe(root.spanId);
  const last = spans.filter(({ parentSpanId }) => parentSpanId === attempts[1]?.spanId);
  expect(last.map(({ name }) => name)).toEqual(HAPPY_PATH);
  const queued = spans.filter(({ name }) => name === 'queued');
  expect(queued.map(({ parentSpanId }) => parentSpanId)).toEqual([root.spanId]);
});

test('a failed one says with what, and nothing that the box printed', async () => {
  const worker = await traced();
  workers.list(
    'broken',
    await lab.box({}, { claude: { script: '#!/bin/sh\necho strange words; exit 3\n' } }),
  );
  const id = await workers.ask('broken', { attempts: 1 });
  const { error } = await at(id, 'failed');
  await workers.ended(id);
  await worker.stop();
  const root = spansOf(id).find(({ name }) => name === 'handshake');
  expect(root?.status).toMatchObject({ code: 2, message: error?.code });
});

test('a collector that refuses costs no handshake anything, and is in the log once', async () => {
  status = 400;
  const worker = await traced();
  for (const customer of ['refused-1', 'refused-2']) {
    workers.list(customer, await lab.box());
    const id = await workers.ask(customer);
    await workers.leave(id, lab.anthropic.signIn((await at(id, 'waiting')).link ?? ''));
    await at(id, 'connected');
    // Longer than spans wait for others.
    if (customer === 'refused-1') await until(() => workers.logs().includes('traces cannot be sent'));
  }
  await worker.stop();
  expect(workers.logs().split('traces cannot be sent')).toHaveLength(2);
});

test('no trace holds a secret, a link or a screen', () => {
  expect(bodies.length).toBeGreaterThan(1);
  const all = bodies.join('\n');
  expect(leaks(lab.anthropic.secrets, { all })).toEqual([]);
  expect(all).not.toMatch(/https:|strange words|█/);
});
