import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { Queue } from 'bullmq';
import { DISCONNECTS, type DisconnectJob, type Removal } from '../../core/contract/jobs.ts';
import type { Snapshot } from '../../core/contract/snapshot.ts';
import { Connections } from '../../core/store/connections.ts';
import type { Box } from '../../lab/box.ts';
import { leaks } from '../../lab/leaks.ts';
import { type Providers, startProviders } from '../../lab/providers/providers.ts';
import { type PracticeLab, startPracticeLab } from '../support/practice-lab.ts';
import { until } from '../support/redis-system.ts';
import { startWorkerLab, type WorkerLab } from '../support/worker-lab.ts';

const MODEL = 'our-models/large';
const KEY = 'pk-platform-0123456789abcdefghijklmnop';

let lab: PracticeLab;
let providers: Providers;
let workers: WorkerLab;

beforeAll(async () => {
  [lab, providers, workers] = await Promise.all([startPracticeLab(), startProviders(), startWorkerLab()]);
  providers.accept('groq', KEY);
});
afterEach(async () => {
  await workers.stopWorkers();
});
afterAll(async () => {
  await workers?.stop();
  await lab?.stop();
  await providers?.stop();
});

const platform = (more: object = {}) => ({
  PLATFORM_PROVIDER: JSON.stringify({
    name: 'our-models',
    baseUrl: providers.baseUrl('groq'),
    api: 'openai-completions',
    models: [{ id: 'large' }],
    ...more,
  }),
});

let customers = 0;

/** A customer's handshake, to its end. */
async function connect(): Promise<{ customer: string; box: Box; id: string; end: Snapshot }> {
  customers += 1;
  const customer = `fallback-${customers}`;
  const box = await lab.box();
  workers.list(customer, box);
  const id = await workers.ask(customer);
  const { link = '' } = await workers.until(id, ({ phase }) => phase === 'waiting');
  await workers.leave(id, lab.anthropic.signIn(link));
  const end = await workers.until(id, ({ phase }) => phase === 'connected' || phase === 'failed');
  return { customer, box, id, end };
}

const configOf = (box: Box) => readFileSync(join(box.home, '.openclaw/openclaw.json'), 'utf8');

test('a handshake puts the platform’s model behind the customer’s, and a removal makes it the default again', async () => {
  await workers.worker({}, platform({ key: KEY }));
  const { customer, box, id, end } = await connect();
  expect(end).toMatchObject({ phase: 'connected', connection: { model: 'anthropic/claude-opus-5-5' } });
  expect(JSON.parse(configOf(box)).agents.defaults.model).toEqual({
    primary: 'anthropic/claude-opus-5-5',
    fallbacks: [MODEL],
  });
  // Good as the customer's credential is, nobody asks the platform.
  expect(providers.turns('groq')).toEqual([]);

  const queue: Queue<DisconnectJob, Removal> = new Queue(DISCONNECTS, {
    connection: workers.client,
    prefix: workers.prefix,
  });
  try {
    await workers.ended(id);
    const [current] = await new Connections(workers.database).current(customer);
    const job = await queue.add(
      'disconnect',
      {
        customer,
        box: 'default',
        provider: 'anthropic',
        profile: end.connection?.profile ?? '',
        connection: current?.id ?? '',
        requestedBy: 'platform',
      },
      { jobId: current?.id ?? '', attempts: 4, backoff: { type: 'exponential', delay: 200 } },
    );
    await until(async () => (await job.getState()) === 'completed');
    const { outcome, notes }: Partial<Removal> = (await queue.getJob(job.id ?? ''))?.returnvalue ?? {};
    expect([outcome, notes]).toEqual([
      'removed',
      expect.arrayContaining([`OpenClaw's default model is now ${MODEL}, the platform's own.`]),
    ]);
  } finally {
    await queue.close();
  }
  expect(JSON.parse(configOf(box)).agents.defaults.model.primary).toBe(MODEL);
  const everywhere = {
    config: configOf(box),
    logs: workers.logs(),
    redis: JSON.stringify(await workers.everythingInRedis()),
    database: JSON.stringify(await workers.everythingInDatabase()),
  };
  expect(leaks([KEY], everywhere)).toEqual([]);
}, 180_000);

test('where the platform’s key cannot be had, the customer is connected all the same, and support reads why', async () => {
  await workers.worker({}, platform({ keyFrom: '/nowhere/{customer}' }));
  const { box, id, end } = await connect();
  expect(end).toMatchObject({ phase: 'connected' });
  const { returnvalue } = await workers.ended(id);
  expect(JSON.stringify(returnvalue) + workers.logs()).toContain('The platform');
  expect(JSON.parse(configOf(box)).agents.defaults.model.fallbacks).toBeUndefined();
}, 180_000);
