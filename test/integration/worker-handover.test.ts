import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import type { Phase } from '../../core/phases.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import type { Box } from '../../scripts/lab/box.ts';
import type { WorkerTimes } from '../../worker/process.ts';
import { filesBelow, leaks } from '../support/grep-proof.ts';
import { leftOn, type PracticeLab, startPracticeLab } from '../support/practice-lab.ts';
import { startWorkerLab, type WorkerLab } from '../support/worker-lab.ts';

jest.setTimeout(60_000);

/** A worker that dies is found out within seconds. */
const QUICK: WorkerTimes = { lockMs: 4_000, stalledMs: 250 };
/** A worker that dies is not found out within this test. */
const SLOW: WorkerTimes = { lockMs: 300_000, stalledMs: 250 };

let lab: PracticeLab;
let workers: WorkerLab;

beforeAll(async () => {
  [lab, workers] = await Promise.all([startPracticeLab(), startWorkerLab()]);
});

afterAll(async () => {
  await workers?.stop();
  await lab?.stop();
});

afterEach(() => workers.stopWorkers());

async function begin(): Promise<{ customer: string; box: Box; id: string }> {
  const customer = `customer-${randomUUID().slice(0, 8)}`;
  const box = await lab.box();
  workers.list(customer, box);
  return { customer, box, id: await workers.ask(customer) };
}

const at = (id: string, phase: Phase, attempt = 1) =>
  workers.until(id, (told) => told.phase === phase && told.attempt >= attempt);
const signIn = async (id: string, { link = '' }: Snapshot) => workers.leave(id, lab.anthropic.signIn(link));
const told = (id: string) => workers.heard(id).map(({ phase, attempt, notice }) => [phase, attempt, notice]);

test('a killed worker’s handshake is taken over, with a fresh link that says so, and finished', async () => {
  const dying = await workers.process(QUICK);
  const { id, box } = await begin();
  const first = await at(id, 'waiting');
  await dying.end('SIGKILL');
  await workers.worker(QUICK);
  const second = await at(id, 'waiting', 2);
  expect(second.notice).toBe('fresh_link');
  expect(second.link).not.toBe(first.link);
  await signIn(id, second);
  const { attempt, notice } = await at(id, 'connected');
  expect([attempt, notice]).toEqual([2, undefined]);
  expect(lab.anthropic.bearers.at(-1)).toBe(lab.anthropic.minted.at(-1));
  expect(await leftOn(box)).toEqual([]);
});

test('a worker that is told to stop hands a waiting handshake over at once', async () => {
  const leaving = await workers.process(SLOW);
  const { id, box } = await begin();
  const first = await at(id, 'waiting');
  await workers.worker(SLOW);
  expect(await leaving.end('SIGTERM')).toBe(0);
  const second = await at(id, 'waiting', 2);
  expect(second.link).not.toBe(first.link);
  expect(told(id).filter(([phase]) => phase === 'queued')).toEqual([
    ['queued', 0, undefined],
    ['queued', 1, 'fresh_link'],
  ]);
  await signIn(id, second);
  await at(id, 'connected');
  expect(await leftOn(box)).toEqual([]);
});

test('a worker that is told to stop finishes first what is past the code', async () => {
  const worker = await workers.worker(SLOW);
  const { id } = await begin();
  const release = lab.anthropic.tokenEndpoint.hold();
  await signIn(id, await at(id, 'waiting'));
  await at(id, 'exchanging');
  const stopped = worker.stop();
  release();
  expect(await at(id, 'connected')).toMatchObject({ attempt: 1 });
  await stopped;
});

test('what is past the code and does not end in time fails, and the box is clean', async () => {
  const worker = await workers.worker({ ...SLOW, stopMs: 3_000 });
  const { id, box } = await begin();
  const release = lab.anthropic.tokenEndpoint.hold();
  await signIn(id, await at(id, 'waiting'));
  await at(id, 'exchanging');
  await worker.stop();
  release();
  const { error } = await at(id, 'failed');
  expect(error).toMatchObject({ code: 'worker_stopped', retryable: true });
  expect(await leftOn(box)).toEqual([]);
});

test('a worker that lost its lock ends the handshake and says nothing more; the next one finishes', async () => {
  await workers.worker(QUICK);
  const { id, box } = await begin();
  await at(id, 'waiting');
  await workers.client.set(`${workers.queue.toKey(id)}:lock`, 'somebody-else', 'PX', 1_500);
  const second = await at(id, 'waiting', 2);
  expect(second.notice).toBe('fresh_link');
  expect(told(id)).toEqual(told(id).toSorted((a, b) => Number(a[1]) - Number(b[1])));
  expect(workers.logs()).toMatch(new RegExp(`"handshake":"${id}".*"outcome":"lost".*"code":"worker_lost"`));
  await signIn(id, second);
  await at(id, 'connected');
  expect(await leftOn(box)).toEqual([]);
});

test('a Redis that goes away and comes back costs a waiting handshake nothing', async () => {
  const worker = await workers.worker();
  const ready = async () => (await fetch(`http://127.0.0.1:${worker.healthPort}/readyz`)).status;
  const { id } = await begin();
  const first = await at(id, 'waiting');
  await workers.redis.halt();
  expect(await ready()).toBe(503);
  await workers.redis.resume();
  await signIn(id, first);
  expect(await at(id, 'connected')).toMatchObject({ attempt: 1 });
  expect(await ready()).toBe(200);
});

test('a sign-in that takes too long expires: told, passed on to the platform, not tried again', async () => {
  await workers.worker({ deadlines: { waiting: 300 } });
  const { id, box } = await begin();
  const { error, attempt } = await at(id, 'expired');
  expect([error?.code, attempt]).toEqual(['sign_in_expired', 1]);
  await expect(workers.ended(id)).resolves.toMatchObject({ failedReason: 'sign_in_expired' });
  expect(await workers.webhooks.getJob(`${id}-handshake-expired`)).toBeDefined();
  expect(await leftOn(box)).toEqual([]);
});

test('a handshake that a newer one has overtaken is given up, and the newer one’s word stands', async () => {
  await workers.worker(SLOW);
  const { customer, id, box } = await begin();
  await at(id, 'waiting');
  const now = new Date().toISOString();
  const newer = { handshake: randomUUID(), startedAt: now, at: now, attempt: 0, seq: 0 };
  await workers.snapshots.publish(customer, { ...newer, phase: 'queued' });
  await workers.leave(id, 'not a code');
  await expect(workers.ended(id)).resolves.toMatchObject({ failedReason: 'worker_lost' });
  expect((await workers.snapshots.read(customer)).snapshot?.handshake).toBe(newer.handshake);
  expect(await leftOn(box)).toEqual([]);
});

test('no secret of all this is in Redis, its files or logs', async () => {
  const places = {
    logs: workers.logs(),
    ...(await workers.everythingInRedis()),
    ...filesBelow(workers.redis.directory),
  };
  expect(leaks(lab.anthropic.secrets, places)).toEqual([]);
});
