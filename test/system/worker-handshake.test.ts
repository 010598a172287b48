import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Phase } from '../../core/contract/phases.ts';
import { FIRST } from '../../core/contract/providers.ts';
import { codeBinding } from '../../core/contract/sealed.ts';
import type { Snapshot } from '../../core/contract/snapshot.ts';
import { Secret } from '../../core/secrets/secret.ts';
import type { Box, BoxOptions } from '../../lab/box.ts';
import { filesBelow, leaks } from '../../lab/leaks.ts';
import type { RunningWorker } from '../../worker/process.ts';
import { leftOn, type PracticeLab, startPracticeLab } from '../support/practice-lab.ts';
import { until } from '../support/redis-system.ts';
import { phasesOf, startWorkerLab, type WorkerLab } from '../support/worker-lab.ts';

const MINUTE = 60_000;
const HAPPY_PATH = ['reaching', 'preparing', 'opening', 'waiting', 'exchanging', 'installing', 'proving'];
/** Nothing listens there. */
const NOWHERE = { ssh: 'ssh://nobody@127.0.0.1:1', knownHosts: './none' };

let lab: PracticeLab;
let workers: WorkerLab;
let worker: RunningWorker;

beforeAll(async () => {
  [lab, workers] = await Promise.all([startPracticeLab(), startWorkerLab()]);
  worker = await workers.worker();
});

afterAll(async () => {
  await workers?.stop();
  await lab?.stop();
});

let customers = 0;

/** A new customer with a box of their own; their handshake begins. */
async function begin(options?: BoxOptions): Promise<{ customer: string; box: Box; id: string }> {
  customers += 1;
  const customer = `customer-${customers}`;
  const box = await lab.box({}, options);
  workers.list(customer, box);
  return { customer, box, id: await workers.ask(customer) };
}

const at = (id: string, phase: Phase) => workers.until(id, (snapshot) => snapshot.phase === phase);
const waiting = (id: string) => at(id, 'waiting');
const wrong = (code: string) => code.replace(/^[^#]{8}/, 'AAAAAAAA');
const signIn = async (id: string, { link = '' }: Snapshot) => workers.leave(id, lab.anthropic.signIn(link));

test('a job becomes a connection, and every change is told on the way, whole and in order', async () => {
  const { customer, box, id } = await begin();
  const first = await waiting(id);
  expect(Date.parse(first.phaseEndsAt ?? '') - Date.parse(first.at)).toBe(15 * MINUTE);
  await signIn(id, first);
  const { connection } = await at(id, 'connected');
  expect(connection).toMatchObject({ profile: 'anthropic:manual', model: 'anthropic/claude-opus-5-5' });
  const told = workers.heard(id);
  expect(phasesOf(told)).toEqual(['queued', ...HAPPY_PATH, 'connected']);
  expect(told.slice(1).map(({ attempt, seq }) => [attempt, seq])).toEqual(
    told.slice(1).map((_, index) => [1, index + 1]),
  );
  expect(told.filter(({ link }) => link).map(({ phase }) => phase)).toEqual(['waiting']);
  expect(await workers.snapshots.read(customer)).toEqual({ snapshot: told.at(-1), connection });
  expect(lab.anthropic.bearers.at(-1)).toBe(lab.anthropic.minted.at(-1));
  expect(await leftOn(box)).toEqual([]);
  await expect(workers.ended(id)).resolves.toMatchObject({ state: 'completed', returnvalue: null });
  const webhook = await workers.webhook(id);
  expect(webhook.data).toMatchObject({
    type: 'handshake.connected',
    data: { customer, handshake: id, connection },
  });
  expect(webhook.opts.attempts).toBe(12);
});

test('a code that is refused, and one of a wrong shape, are told; then a good one is taken', async () => {
  const { id } = await begin();
  const first = await waiting(id);
  await workers.leave(id, 'not a code');
  const { rejected, link, phaseEndsAt } = await workers.until(id, (told) => told.rejected !== undefined);
  expect(rejected).toMatchObject({ code: 'code_malformed', retryable: true });
  expect(link).toBe(first.link);
  expect(phaseEndsAt).toBeDefined();
  await workers.leave(id, wrong(lab.anthropic.signIn(first.link ?? '')));
  const fresh = await workers.until(id, (told) => told.rejected?.code === 'code_rejected');
  expect(fresh.link).not.toBe(first.link);
  await signIn(id, fresh);
  await at(id, 'connected');
});

test('whoever starts again right after the end has a new handshake; before the end it is the same one', async () => {
  const { customer, box, id } = await begin();
  const first = await waiting(id);
  expect(await workers.ask(customer)).toBe(id);
  await signIn(id, first);
  await at(id, 'connected');
  const second = await workers.ask(customer);
  expect(second).not.toBe(id);
  await signIn(second, await waiting(second));
  await at(second, 'connected');
  expect(await leftOn(box)).toEqual([]);
});

describe('cancelled', () => {
  const hanging = { script: '#!/bin/sh\nexec sleep 300\n' };
  const reach: Record<string, () => Promise<{ id: string; box: Box; release?: () => void }>> = {
    opening: async () => {
      const begun = await begin({ claude: hanging });
      await at(begun.id, 'opening');
      return begun;
    },
    waiting: async () => {
      const begun = await begin();
      await waiting(begun.id);
      return begun;
    },
    exchanging: async () => {
      const begun = await begin();
      const first = await waiting(begun.id);
      const release = lab.anthropic.tokenEndpoint.hold();
      await signIn(begun.id, first);
      await at(begun.id, 'exchanging');
      return { ...begun, release };
    },
    proving: async () => {
      const begun = await begin();
      const first = await waiting(begun.id);
      const release = lab.anthropic.messages.hold();
      await signIn(begun.id, first);
      await at(begun.id, 'proving');
      return { ...begun, release };
    },
  };

  test.each(Object.entries(reach))('in %s: told, and nothing stays on the box', async (phase, getThere) => {
    const { id, box, release } = await getThere();
    await workers.mailbox.cancel(id);
    const last = await at(id, 'cancelled');
    release?.();
    expect(last).not.toHaveProperty('error');
    expect(workers.heard(id).at(-2)?.phase).toBe(phase);
    expect(await leftOn(box)).toEqual([]);
    await expect(workers.ended(id)).resolves.toMatchObject({ failedReason: 'cancelled' });
    expect(await workers.mailbox.isCancelled(id)).toBe(false);
  });

  test('before any worker begins: the box is never touched', async () => {
    workers.list('early', NOWHERE);
    const id = await workers.ask('early', { delay: 100 });
    await workers.mailbox.cancel(id);
    await at(id, 'cancelled');
    expect(phasesOf(workers.heard(id))).toEqual(['queued', 'cancelled']);
  });
});

describe('a failure', () => {
  const end = (id: string) => workers.until(id, ({ error }) => error !== undefined);

  test('that may pass is tried again, and told in between; then it fails with its row', async () => {
    workers.list('far', { ...NOWHERE, ...pinnedFor(1, await lab.box()) });
    const id = await workers.ask('far');
    const { error, attempt } = await end(id);
    expect(error).toMatchObject({ code: 'box_unreachable', retryable: true });
    expect(attempt).toBe(3);
    expect(workers.heard(id).map(({ phase, notice }) => [phase, notice])).toEqual([
      ['queued', undefined],
      ['reaching', undefined],
      ['queued', 'retrying'],
      ['reaching', 'retrying'],
      ['queued', 'retrying'],
      ['reaching', 'retrying'],
      ['failed', undefined],
    ]);
    const job = await workers.ended(id);
    expect(job).toMatchObject({ state: 'failed', failedReason: 'box_unreachable', stacktrace: [] });
    expect(await workers.webhook(id)).toMatchObject({
      data: { data: { error: 'box_unreachable' } },
    });
  });

  test.each([
    ['box_not_listed', undefined],
    ['host_key_unknown', NOWHERE],
  ])('that will not pass is final at once: %s', async (code, entry) => {
    const customer = `no-${code.replaceAll('_', '-')}`;
    if (entry) workers.list(customer, entry);
    const id = await workers.ask(customer);
    const { error, attempt } = await end(id);
    expect([error?.code, attempt]).toEqual([code, 1]);
    await expect(workers.ended(id)).resolves.toMatchObject({ failedReason: code, stacktrace: [] });
  });

  test('on the box after a code was typed is not tried again', async () => {
    const { id, box } = await begin();
    const first = await waiting(id);
    lab.anthropic.messages.next(401, 401);
    await signIn(id, first);
    const { error, attempt } = await end(id);
    expect([error?.code, attempt]).toEqual(['key_rejected', 1]);
    expect(await leftOn(box)).toEqual([]);
  });

  test('of a handshake that cost several workers their lives ends it before it costs another', async () => {
    const id = await workers.ask('poison', { delay: 300 });
    await workers.client.hset(workers.queue.toKey(id), 'stc', 21);
    const { error } = await end(id);
    expect(error?.code).toBe('worker_lost');
    expect(phasesOf(workers.heard(id))).toEqual(['queued', 'failed']);
  });
});

/** The keys of a real box, pinned for a port that nobody listens at. */
function pinnedFor(port: number, box: Box): object {
  const knownHosts = join(box.home, 'known_hosts');
  writeFileSync(knownHosts, readFileSync(box.knownHostsFile, 'utf8').replaceAll(`:${box.port}`, `:${port}`));
  return { knownHosts, identity: box.identityFile };
}

test('a worker that died after telling the end leaves only the queue to be tidied', async () => {
  const id = await workers.ask('told', { delay: 300 });
  const { timestamp } = await workers.job(id);
  const now = new Date().toISOString();
  const startedAt = new Date(timestamp).toISOString();
  const told = { handshake: id, startedAt, at: now, attempt: 1, seq: 9, phase: 'failed' as const };
  const error = { code: 'claude_missing' as const, message: 'x', retryable: false };
  await workers.snapshots.publish('told', { ...FIRST, ...told, error });
  await expect(workers.ended(id)).resolves.toMatchObject({ failedReason: 'claude_missing' });
  expect(phasesOf(workers.heard(id))).toEqual(['queued', 'failed']);
  expect(await workers.webhook(id)).toBeDefined();
});

test('a code that was left for an earlier link is never typed', async () => {
  const { id } = await begin();
  await workers.leave(id, `${'B'.repeat(43)}#${'C'.repeat(43)}`);
  const first = await waiting(id);
  await signIn(id, first);
  await at(id, 'connected');
  expect(workers.heard(id).filter(({ rejected }) => rejected)).toEqual([]);
});

test('a code that a customer left is not typed on the box of another, whom somebody has named in the job, and is answered as unreadable', async () => {
  const [alice, bob] = ['renamed-alice', 'renamed-bob'];
  workers.list(bob, await lab.box());
  const handshake = await workers.ask(alice, { delay: 1_000 });
  await (await workers.job(handshake)).updateData({ ...FIRST, customer: bob, requestedBy: 'customer' });
  const { link = '' } = await waiting(handshake);
  const code = lab.anthropic.signIn(link);
  const envelope = await workers.keys.seal(new Secret(code), codeBinding({ customer: alice, handshake }));
  await workers.mailbox.leaveCode({ handshake }, envelope);
  const said = await workers.until(handshake, ({ rejected }) => rejected !== undefined);
  expect(said).toMatchObject({ phase: 'waiting', link, rejected: { code: 'sealed_unreadable' } });
  // The box is well: a code that was left for it is typed.
  await workers.leave(handshake, code);
  await at(handshake, 'connected');
});

test('the health port says that it works, and counts', async () => {
  const get = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${worker.healthPort}${path}`);
    return `${response.status} ${await response.text()}`;
  };
  await at(await workers.ask('nobody-has-listed-me'), 'failed');
  const { id } = await begin();
  await waiting(id);
  expect(await get('/healthz')).toMatch(/^200 /);
  await until(async () => (await get('/readyz')) === '200 ready\n');
  const metrics = await get('/metrics');
  expect(metrics).toMatch(/keyferry_handshakes_active\{phase="opening"\} 0/);
  expect(metrics).toMatch(/keyferry_handshakes_active\{phase="waiting"\} 1/);
  expect(metrics).toMatch(/attempts_ended_total\{outcome="failed",code="box_not_listed"\} [1-9]/);
  expect(metrics).toMatch(/keyferry_phase_seconds_count\{phase="opening"\} [1-9]/);
  expect(metrics).not.toMatch(/customer-/);
  await workers.mailbox.cancel(id);
  await at(id, 'cancelled');
});

test('waiting handshakes share the connections to Redis', async () => {
  const clients = async () => ((await workers.client.client('LIST')) as string).trim().split('\n').length;
  const before = await clients();
  const ids = await Promise.all([1, 2, 3].map(async () => (await begin()).id));
  await Promise.all(ids.map(waiting));
  expect(await clients()).toBe(before);
  await Promise.all(ids.map((id) => workers.mailbox.cancel(id)));
  await Promise.all(ids.map((id) => at(id, 'cancelled')));
});

test('no secret of all this is in Redis, the database, their files, jobs, events or logs', async () => {
  expect(lab.anthropic.secrets.length).toBeGreaterThan(10);
  const places = {
    logs: workers.logs(),
    ...(await workers.everythingInRedis()),
    ...filesBelow(workers.redis.directory),
    ...(await workers.everythingInDatabase()),
  };
  expect(Object.keys(places).some((name) => name.endsWith('.aof'))).toBe(true);
  expect(leaks(lab.anthropic.secrets, places)).toEqual([]);
  expect(workers.logs()).not.toMatch(/https:\/\/claude/);
});
