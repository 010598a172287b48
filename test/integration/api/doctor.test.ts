import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { Queue, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { pino } from 'pino';
import { type DoctorRun, doctorRunSchema } from '../../../core/contract/doctor-report.ts';
import { DOCTOR, DOCTOR_RUN_WAITS_MS } from '../../../core/contract/jobs.ts';
import { readConfig } from '../../../core/process/config.ts';
import { Blockers } from '../../../core/store/blockers.ts';
import { DoctorReports } from '../../../core/store/doctor-reports.ts';
import { openRedis } from '../../../core/store/redis.ts';
import type { Box } from '../../../lab/box.ts';
import { boxEntry, writeBoxesFile } from '../../../lab/boxes-file.ts';
import { type RunningWorker, startWorker } from '../../../worker/process.ts';
import { type ApiLab, BASE, startApiLab } from '../../support/api-lab.ts';
import { DoctorLab, SECRET } from '../../support/doctor-lab.ts';
import { leftOn } from '../../support/practice-lab.ts';
import { wrap } from '../../support/unwell-box.ts';
import type { Answer } from '../../support/visitor.ts';

const boxes = new DoctorLab();
const directory = mkdtempSync(join(tmpdir(), 'keyferry-doctor-runs-'));
const file = join(directory, 'boxes.yaml');
const workers: RunningWorker[] = [];
let lab: ApiLab;
let logged = '';

beforeAll(async () => {
  [lab] = await Promise.all([startApiLab(), boxes.start()]);
  writeFileSync(file, 'boxes: {}\n');
});

afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.stop()));
});

afterAll(async () => {
  await Promise.all([lab?.stop(), boxes.stop()]);
  rmSync(directory, { recursive: true, force: true });
});

async function worker(): Promise<RunningWorker> {
  const { REDIS_URL, DATABASE_URL, SEALING_KEYS, WORKER_KEYS } = lab.environment;
  const config = readConfig('worker', {
    REDIS_URL,
    DATABASE_URL,
    SEALING_KEYS,
    WORKER_KEYS,
    BOXES_FILE: file,
    HEALTH_PORT: '0',
  });
  const write = (line: string) => {
    logged += line;
  };
  const log = pino({ level: 'debug' }, { write });
  const started = await startWorker(config, log);
  workers.push(started);
  return started;
}

const list = (customer: string, box: Box) => writeBoxesFile(file, new Map([[customer, boxEntry(box)]]));
const headers = () => ({ authorization: `Bearer ${lab.apiKey}` });
const get = (path: string): Promise<Answer> => lab.visitor(BASE).get(path, headers());
const ask = async (customer: string) => {
  const asked = await lab.visitor(BASE).post(`/api/v1/boxes/${customer}/doctor`, {}, headers());
  return { ...asked, run: doctorRunSchema.parse(asked.json), location: String(asked.headers.location) };
};

/** What is said of a run once it stands so; asked for as a console would, for at most 30 s. */
async function until(location: string, ...states: DoctorRun['state'][]): Promise<DoctorRun> {
  for (let tries = 0; ; tries += 1) {
    const run = doctorRunSchema.parse((await get(location)).json);
    if (states.includes(run.state)) return run;
    if (tries === 300) throw new Error(`it is ${run.state}`);
    await sleep(100);
  }
}

function jobs(): { queue: Queue; connection: Redis } {
  const connection = openRedis({ url: lab.redis.url, prefix: '' }, 'ask', pino({ level: 'silent' }));
  return { queue: new Queue(DOCTOR, { connection, prefix: 'keyferry' }), connection };
}

describe('the platform has a box looked at', () => {
  test('and reads the report of it, in which there is no secret; nothing is left on the box', async () => {
    await worker();
    const customer = lab.fresh();
    const box = await boxes.freshBox({ env: { ANTHROPIC_API_KEY: SECRET } });
    list(customer, box);
    const { status, run, location } = await ask(customer);
    expect([status, run.state]).toEqual([202, 'waiting']);
    const { report } = await until(location, 'done', 'failed');
    expect(report?.verdict).toBe('warning');
    expect(report?.findings.find(({ id }) => id === 'claude')).toMatchObject({ status: 'ok' });
    expect(report?.findings.find(({ id }) => id === 'variables')).toMatchObject({
      status: 'warning',
      seen: expect.stringContaining('ANTHROPIC_API_KEY'),
      fix: expect.any(String),
    });
    const redis = openRedis({ url: lab.redis.url, prefix: '' }, 'ask', pino({ level: 'silent' }));
    const kept = await redis.hgetall(`keyferry:${DOCTOR}:${run.run}`);
    redis.disconnect();
    expect(kept.returnvalue).toContain('ANTHROPIC_API_KEY');
    // It is recorded as it was told.
    const recorded = await new DoctorReports(lab.database).of(customer);
    expect(recorded).toMatchObject([{ run: run.run, box: 'default', report }]);
    expect(JSON.stringify([kept, report, recorded, logged])).not.toContain(SECRET);
    expect(await leftOn(box)).toEqual([]);
  });

  test('whose customer is not in the inventory: that is the report', async () => {
    await worker();
    const { location } = await ask(lab.fresh());
    const { report } = await until(location, 'done', 'failed');
    expect(report?.verdict).toBe('blocks');
    expect(report?.findings.map(({ id, error }) => [id, error])).toEqual([['ssh', 'box_not_listed']]);
  });
});

describe('one run at a time', () => {
  test('is made for a customer: who asks meanwhile gets the same; one that is ended can be asked for again', async () => {
    const customer = lab.fresh();
    const [one, two] = [await ask(customer), await ask(customer)];
    expect(two.run).toEqual(one.run);
    expect((await until(one.location, 'waiting')).report).toBeUndefined();
    expect((await ask(lab.fresh('bob'))).run.run).not.toBe(one.run.run);

    const box = await boxes.freshBox();
    wrap(box, 'openclaw', '[ "$2" = status ] && sleep 600');
    list(customer, box);
    const busy = await worker();
    await until(one.location, 'running');
    expect((await ask(customer)).run.run).toBe(one.run.run);
    await busy.stop();
    expect(await until(one.location, 'done', 'failed')).toMatchObject({
      state: 'failed',
      error: 'worker_stopped',
    });
    expect((await ask(customer)).run.run).not.toBe(one.run.run);
    expect(await leftOn(box)).toEqual([]);
  });

  test('for which nobody can be waiting any more is not made', async () => {
    const { queue, connection } = jobs();
    const [customer, jobId] = [lab.fresh(), randomUUID()];
    const timestamp = Date.now() - DOCTOR_RUN_WAITS_MS - 1_000;
    await queue.add('run', { customer }, { jobId, timestamp, attempts: 1, deduplication: { id: customer } });
    await worker();
    expect(await until(`/api/v1/boxes/${customer}/doctor/${jobId}`, 'done', 'failed')).toMatchObject({
      state: 'failed',
      error: 'look_late',
    });
    await queue.close();
    connection.disconnect();
  });

  test('for which a newer api asked, in words that this worker does not know, is made', async () => {
    const { queue, connection } = jobs();
    const [customer, jobId] = [lab.fresh(), randomUUID()];
    await queue.add('run', { customer, depth: 'whole' }, { jobId, attempts: 1 });
    await worker();
    // Of a customer who is in no inventory: it was read, and looked up.
    expect(await until(`/api/v1/boxes/${customer}/doctor/${jobId}`, 'done', 'failed')).toMatchObject({
      state: 'done',
    });
    await queue.close();
    connection.disconnect();
  });

  test('of which a worker of another version tells more is read without that', async () => {
    const { queue, connection } = jobs();
    const [customer, jobId] = [lab.fresh(), randomUUID()];
    const finding = { id: 'disk', status: 'warning', seen: 'Full.', why: 'It is full.' };
    const report = { verdict: 'warning', tookMs: 1, findings: [finding] };
    const said = {
      ...report,
      region: 'of a newer one',
      findings: [{ ...finding, mends: 'of an older one' }],
    };
    const other = new Worker(DOCTOR, async () => said, {
      connection: { url: lab.redis.url },
      prefix: 'keyferry',
    });
    await queue.add('run', { customer }, { jobId, attempts: 1 });
    const run = await until(`/api/v1/boxes/${customer}/doctor/${jobId}`, 'done', 'failed');
    expect(run).toEqual({ run: jobId, state: 'done', report });
    await other.close();
    await queue.close();
    connection.disconnect();
  });
});

test.each([
  ['kept its worker from everything else', true, 'worker_blocked'],
  ['was one of a worker that died', false, 'worker_lost'],
])('a run that %s, and nobody took it further, says so', async (_, hasBlocked, error) => {
  const connection = openRedis({ url: lab.redis.url, prefix: '' }, 'wait', pino({ level: 'silent' }));
  const dead = new Worker(DOCTOR, undefined, { connection, prefix: 'keyferry' });
  const customer = lab.fresh();
  const { run, location } = await ask(customer);
  const whose = { kind: 'run', id: run.run, customer } as const;
  try {
    if (hasBlocked) await new Blockers(connection, 'keyferry').add(whose);
    const job = await dead.getNextJob('dead');
    // What BullMQ writes of a job whose lock has ended.
    await job?.moveToFailed(new Error('job stalled more than allowable limit'), 'dead');
    expect(await until(location, 'failed')).toMatchObject({ error });
  } finally {
    await dead.close();
    connection.disconnect();
  }
});

describe('there is nothing', () => {
  test.each([
    ['of another customer', (run: string) => `/api/v1/boxes/bob/doctor/${run}`],
    ['of another name', () => `/api/v1/boxes/alice/doctor/${randomUUID()}`],
  ])('%s', async (_, path) => {
    const { run } = await ask('alice');
    expect((await get(path(run.run))).status).toBe(404);
  });

  test.each([
    ['run', () => '/api/v1/boxes/alice/doctor/x:y'],
    ['customer', () => `/api/v1/boxes/A_B/doctor/${randomUUID()}`],
  ])('under what cannot be a name; the answer says which: %s', async (field, path) => {
    const { status, json } = await get(path());
    expect([status, json]).toMatchObject([400, { errors: [{ in: 'path', field, rule: 'format' }] }]);
  });

  test('to be had for who cannot be a customer', async () => {
    const { status, json } = await lab.visitor(BASE).post('/api/v1/boxes/A_B/doctor', {}, headers());
    expect([status, json]).toMatchObject([400, { errors: [{ in: 'path', field: 'customer' }] }]);
  });
});
