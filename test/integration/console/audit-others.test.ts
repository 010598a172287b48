import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { ROUTES } from '../../../api/routes.ts';
import type { AuditEntry } from '../../../core/contract/audit-entry.ts';
import type { Snapshot } from '../../../core/contract/snapshot.ts';
import { verifyChain } from '../../../core/store/audit-chain.ts';
import { RECORD, Recorder, type RecordJob } from '../../../core/store/recorder.ts';
import { type LabPostgres, startPostgres } from '../../../lab/postgres.ts';
import { RecordWorker } from '../../../worker/queue/record-worker.ts';
import { BASE, connectLink } from '../../support/api-lab.ts';
import { type ConsoleLab, startConsoleLab } from '../../support/console-lab.ts';
import { until } from '../../support/redis-system.ts';
import type { Visitor } from '../../support/visitor.ts';

let postgres: LabPostgres;
let lab: ConsoleLab;
let support: Visitor;

beforeAll(async () => {
  postgres = await startPostgres();
  lab = await startConsoleLab({ environment: { DATABASE_URL: await postgres.database() } });
  // As long as it is not brought up to this version, nobody can sign in.
  await until(async () => {
    support = await lab.operator('support').catch(() => support);
    return support !== undefined;
  });
});
afterAll(async () => {
  await lab?.stop();
  await postgres?.stop();
});

const entriesOf = async (customer: string): Promise<AuditEntry[]> =>
  (await lab.audit.search({ customer }, 50)).reverse();
const platform = () => ({ authorization: `Bearer ${lab.apiKey}` });

test.each(
  ROUTES.filter(({ who, method }) => who !== 'anyone' && method !== 'get').map(
    (route) => [`${route.method} ${route.path}`, route] as const,
  ),
)('%s changes something, and has a name in the audit log', (_, route) => {
  expect(route).toHaveProperty('action', expect.any(String));
});

test('what the platform and a customer do is in the log, in order, and from where', async () => {
  const customer = lab.fresh();
  const browser = await lab.signIn(customer);
  const started = (await browser.post('/api/v1/handshake')).json as Snapshot;
  const { handshake } = started;
  // Started already: nothing is done.
  expect((await browser.post('/api/v1/handshake')).status).toBe(200);
  expect((await browser.post('/api/v1/handshake/cancel', { handshake })).status).toBe(202);
  const doctor = `/api/v1/boxes/${customer}/doctor`;
  expect((await lab.visitor(BASE).post(doctor, {}, platform())).status).toBe(202);
  const all = {
    outcome: 'done',
    customer,
    from: '127.0.0.1',
    id: expect.any(String),
    at: expect.any(String),
  };
  expect(await entriesOf(customer)).toEqual([
    { ...all, actor: 'platform', who: 'dashboard', action: 'connect-link' },
    { ...all, actor: 'customer', action: 'enter' },
    { ...all, actor: 'customer', action: 'start', handshake },
    { ...all, actor: 'customer', action: 'cancel', handshake },
    { ...all, actor: 'platform', who: 'dashboard', action: 'doctor' },
  ]);
});

test('what is refused or only looked at is not', async () => {
  const customer = lab.fresh();
  const path = await connectLink(lab.visitor(BASE), lab.apiKey, { customer });
  const browser = lab.visitor(`${customer}.${BASE}`);
  await browser.send('HEAD', path, {});
  await browser.get(path, { 'sec-purpose': 'prefetch' });
  await browser.open(path);
  await browser.get('/');
  expect((await browser.post('/api/v1/handshake', { nonsense: true })).status).toBe(400);
  const cancel = await browser.post('/api/v1/handshake/cancel', { handshake: 'not-there-now' });
  expect(cancel.status).toBe(404);
  expect((await entriesOf(customer)).map(({ action }) => action)).toEqual(['connect-link', 'enter']);
});

test('an operator who views a customer’s page is in the log as that, not as the customer', async () => {
  const customer = lab.fresh();
  const { json } = await support.post(`/api/v1/customers/${customer}/visit`);
  await lab.visitor(`${customer}.${BASE}`).open(new URL((json as { url: string }).url).pathname);
  expect((await entriesOf(customer)).map(({ actor, action }) => [actor, action])).toEqual([
    ['operator', 'visit'],
  ]);
});

describe('while the database is away', () => {
  test('customers and the platform go on, which is written when it is back; an operator’s action is refused', async () => {
    const customer = lab.fresh();
    await postgres.halt('SIGKILL');
    const wentAway = new Date().toISOString();
    const browser = await lab.signIn(customer);
    expect((await browser.post('/api/v1/handshake')).status).toBe(201);
    const refused = await support.post(`/api/v1/customers/${customer}/visit`);
    expect([refused.status, refused.json]).toEqual([
      503,
      expect.objectContaining({ code: 'service_unavailable' }),
    ]);
    expect(await lab.console().post('/api/v1/sign-in', lab.operators.support)).toMatchObject({ status: 503 });
    await postgres.resume();

    const redis = new Redis(lab.redis.url, { maxRetriesPerRequest: null });
    const queue = new Queue<RecordJob>(RECORD, { connection: redis, prefix: 'keyferry' });
    const log = pino({ level: 'silent' });
    const recorder = new Recorder(lab.database, queue, log);
    const worker = new RecordWorker({ redis, prefix: 'keyferry', recorder, log });
    try {
      await worker.start();
      await until(async () => (await entriesOf(customer).catch(() => [])).length === 3);
    } finally {
      await worker.stop();
      await queue.close();
      redis.disconnect();
    }
    const entries = await entriesOf(customer);
    expect(entries.map(({ action }) => action)).toEqual(['connect-link', 'enter', 'start']);
    for (const { at } of entries) expect(at >= wentAway).toBe(true);
    expect(await verifyChain(lab.database)).toMatchObject({ isWhole: true });
  });
});
