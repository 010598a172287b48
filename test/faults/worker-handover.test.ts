import { createHash, randomUUID } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Phase } from '../../core/contract/phases.ts';
import { FIRST } from '../../core/contract/providers.ts';
import type { Snapshot } from '../../core/contract/snapshot.ts';
import { Secret } from '../../core/secrets/secret.ts';
import type { Box, BoxOptions } from '../../lab/box.ts';
import { filesBelow, leaks } from '../../lab/leaks.ts';
import { signalAll } from '../../lab/signal-all.ts';
import type { WorkerTimes } from '../../worker/process.ts';
import { duringTests } from '../support/during-tests.ts';
import { cutSsh, leftOn, startPracticeLab } from '../support/practice-lab.ts';
import { phasesOf, startWorkerLab } from '../support/worker-lab.ts';

/** A worker that dies is found out within seconds. */
const QUICK: WorkerTimes = { lockMs: 4_000, stalledMs: 250 };
/** One that dies is not found out within its test, and one that is slow does not lose what it has. */
const SLOW: WorkerTimes = { lockMs: 300_000, stalledMs: 250 };

const { lab, workers } = duringTests({ workers: startWorkerLab, lab: startPracticeLab });

afterEach(() => workers.stopWorkers());

/** Of a box where tmux cannot begin a session. */
const WITHOUT_HOLDER: BoxOptions = { env: { PATH: `${brokenTmux()}:/usr/local/bin:/usr/bin:/bin` } };

/** A directory with a tmux that does nothing, for every user. */
function brokenTmux(): string {
  const directory = mkdtempSync(join(tmpdir(), `keyferry-lab-${process.pid}-`));
  chmodSync(directory, 0o755);
  writeFileSync(join(directory, 'tmux'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
  return directory;
}

async function begin(options: BoxOptions = {}): Promise<{ customer: string; box: Box; id: string }> {
  const customer = `customer-${randomUUID().slice(0, 8)}`;
  const box = await lab.box({}, options);
  workers.list(customer, box);
  return { customer, box, id: await workers.ask(customer) };
}

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}

const at = (id: string, phase: Phase, attempt = 1) =>
  workers.until(id, (told) => told.phase === phase && told.attempt >= attempt);
const signIn = async (id: string, { link = '' }: Snapshot) => workers.leave(id, lab.anthropic.signIn(link));
const told = (id: string) => workers.heard(id).map(({ phase, attempt, notice }) => [phase, attempt, notice]);

describe('a killed worker’s handshake is taken over', () => {
  async function kill(phase: Phase, id: string): Promise<Snapshot> {
    const dying = await workers.process(QUICK);
    const seen = await at(id, phase);
    await dying.end('SIGKILL');
    return seen;
  }

  test('with the same link where the box holds the program, and the customer sees nothing', async () => {
    const { id, box } = await begin();
    const first = await kill('waiting', id);
    // Pasted while nobody is there.
    await signIn(id, first);
    await workers.worker(SLOW);
    const { attempt, notice } = await at(id, 'connected');
    expect([attempt, notice]).toEqual([2, undefined]);
    const later = workers.heard(id).filter((snapshot) => snapshot.attempt === 2);
    expect(phasesOf(later)).toEqual(['waiting', 'exchanging', 'installing', 'proving', 'connected']);
    expect(later[0]?.link).toBe(first.link);
    expect(lab.anthropic.bearers.at(-1)).toBe(lab.anthropic.minted.at(-1));
    expect(await leftOn(box)).toEqual([]);
  });

  test('with a fresh link that says so where the box cannot hold it', async () => {
    const { id, box } = await begin(WITHOUT_HOLDER);
    const first = await kill('waiting', id);
    await workers.worker(SLOW);
    const second = await workers.until(
      id,
      ({ link, attempt }) => attempt > 1 && link !== first.link && !!link,
    );
    expect(second.notice).toBe('fresh_link');
    await signIn(id, second);
    const { attempt, notice } = await at(id, 'connected');
    expect([attempt, notice]).toEqual([2, undefined]);
    expect(lab.anthropic.bearers.at(-1)).toBe(lab.anthropic.minted.at(-1));
    expect(await leftOn(box)).toEqual([]);
  });

  test('with the code that it had typed: neither it nor the sign-in is asked for again', async () => {
    const dying = await workers.process(QUICK);
    const { id, box } = await begin();
    const minted = lab.anthropic.minted.length;
    const release = lab.anthropic.tokenEndpoint.hold();
    await signIn(id, await at(id, 'waiting'));
    await at(id, 'exchanging');
    await lab.anthropic.tokenEndpoint.arrival();
    await dying.end('SIGKILL');
    release();
    await workers.worker(SLOW);
    expect(await at(id, 'connected')).toMatchObject({ attempt: 2 });
    expect(lab.anthropic.minted.length).toBe(minted + 1);
    expect(workers.heard(id).filter(({ attempt, phase }) => attempt === 2 && phase === 'waiting')).toEqual(
      [],
    );
    expect(await leftOn(box)).toEqual([]);
  });

  test('with the code that it was about to type: that is typed now', async () => {
    const { customer, id, box } = await begin();
    const minted = lab.anthropic.minted.length;
    const { link = '', ...waiting } = await kill('waiting', id);
    // As it would be had the worker died a moment later.
    await workers.inFlightSecrets.keep(
      'code',
      { customer, handshake: id },
      new Secret(lab.anthropic.signIn(link)),
    );
    await workers.snapshots.publish(customer, { ...waiting, phase: 'exchanging', seq: waiting.seq + 1 });
    const others = { customer: 'somebody-else', handshake: id };
    await expect(workers.inFlightSecrets.read('code', others)).rejects.toThrow(/could not be opened/);
    await workers.worker(SLOW);
    await at(id, 'connected', 2);
    expect(lab.anthropic.minted.length).toBe(minted + 1);
    const later = workers.heard(id).filter(({ attempt }) => attempt === 2);
    expect(phasesOf(later)).toEqual(['exchanging', 'installing', 'proving', 'connected']);
    expect(later.filter(({ notice }) => notice)).toEqual([]);
    expect(await leftOn(box)).toEqual([]);
  });

  test.each([
    ['the box holds nothing', WITHOUT_HOLDER],
    ['the box holds the program', {}],
  ])('with the token that was made, also where %s', async (_, options) => {
    const dying = await workers.process(QUICK);
    const { customer, id, box } = await begin(options);
    const minted = lab.anthropic.minted.length;
    const release = lab.anthropic.messages.hold();
    await signIn(id, await at(id, 'waiting'));
    await lab.anthropic.messages.arrival();
    expect(Object.keys(await workers.everythingInRedis())).toContain(`kf-test:kept-token:${id}`);
    // As it would be had the first one taken something out of the configuration.
    const owner = { customer, handshake: id };
    await workers.inFlightSecrets.keep('own-key', owner, new Secret('{"auth":"api-key"}'));
    await dying.end('SIGKILL');
    release();
    await workers.worker(SLOW);
    expect(await at(id, 'connected')).toMatchObject({ attempt: 2 });
    expect(lab.anthropic.minted.length).toBe(minted + 1);
    await workers.ended(id);
    const { attempts } = (await workers.records.read(id)) ?? { attempts: [] };
    expect(attempts.at(-1)?.warnings).toContainEqual(
      expect.stringContaining('auth: "api-key" was taken out'),
    );
    expect(await workers.inFlightSecrets.read('own-key', owner)).toBeUndefined();
    expect(Object.keys(await workers.everythingInRedis())).not.toContain(`kf-test:kept-token:${id}`);
    expect(await leftOn(box)).toEqual([]);
  });

  test('and ended when it was cancelled meanwhile: nothing stays on the box', async () => {
    const { id, box } = await begin();
    await kill('waiting', id);
    await workers.mailbox.cancel(id);
    await workers.worker(SLOW);
    await at(id, 'cancelled');
    expect(await leftOn(box)).toEqual([]);
  });

  test('and what nobody came back for is ended by the next handshake on the box', async () => {
    const { customer, id, box } = await begin();
    await kill('waiting', id);
    const job = await workers.job(id);
    await job.removeDeduplicationKey();
    await workers.client.del(`${workers.queue.toKey(id)}:lock`);
    const next = await workers.ask(customer);
    expect(next).not.toBe(id);
    await workers.worker(SLOW);
    await signIn(next, await at(next, 'waiting'));
    await at(next, 'connected');
    expect(await leftOn(box)).toEqual([]);
  });
});

test('a program that dies in its holder is not gone on with: there is a fresh link, and the customer is told', async () => {
  await workers.worker(SLOW);
  const { id, box } = await begin();
  const first = await at(id, 'waiting');
  const isClaude = (pid: number) =>
    /^\S*node\0.*claude.*setup-token/.test(readOrEmpty(`/proc/${pid}/cmdline`));
  const found = box.processes().filter(isClaude);
  expect(found).toHaveLength(1);
  signalAll(found, 'SIGKILL');
  const second = await workers.until(id, ({ phase, link }) => phase === 'waiting' && link !== first.link);
  expect(second.notice).toBe('fresh_link');
  await signIn(id, second);
  await at(id, 'connected');
  expect(await leftOn(box)).toEqual([]);
});

test('a code that was kept for another link is never typed', async () => {
  const dying = await workers.process(QUICK);
  const { customer, id } = await begin();
  const { link = '', ...waiting } = await at(id, 'waiting');
  await dying.end('SIGKILL');
  const minted = lab.anthropic.minted.length;
  await workers.inFlightSecrets.keep(
    'code',
    { customer, handshake: id },
    new Secret(`${'B'.repeat(43)}#${'C'.repeat(43)}`),
  );
  await workers.snapshots.publish(customer, { ...waiting, phase: 'exchanging', seq: waiting.seq + 1 });
  await workers.worker(SLOW);
  const second = await at(id, 'waiting', 2);
  expect(second.link).toBe(link);
  expect(lab.anthropic.minted.length).toBe(minted);
  await signIn(id, second);
  await at(id, 'connected');
});

test('a token that was made is insisted on while the box is away, and named by its fingerprint when it was in vain', async () => {
  const customer = `customer-${randomUUID().slice(0, 8)}`;
  const box = await lab.box();
  workers.list(customer, box);
  await workers.worker(SLOW);
  const id = await workers.ask(customer, { attempts: 6, backoff: 20 });
  const release = lab.anthropic.messages.hold();
  await signIn(id, await at(id, 'waiting'));
  await lab.anthropic.messages.arrival();
  const listener = Number(readFileSync(join(dirname(box.knownHostsFile), 'sshd.pid'), 'utf8'));
  cutSsh(box, [listener]);
  release();
  const { attempt, error } = await at(id, 'failed');
  expect([attempt, error?.code]).toEqual([6, 'box_unreachable']);
  await workers.ended(id);
  const token = lab.anthropic.minted.at(-1) ?? '';
  const fingerprint = createHash('sha256').update(token).digest('hex').slice(0, 12);
  expect(workers.logs()).toContain(`its SHA-256 begins with ${fingerprint}`);
  expect(Object.keys(await workers.everythingInRedis())).not.toContain(`kf-test:kept-token:${id}`);
});

test('a link that is cut while the customer signs in costs them nothing', async () => {
  await workers.worker(SLOW);
  const { id, box } = await begin();
  const first = await at(id, 'waiting');
  cutSsh(box);
  expect(await at(id, 'waiting', 2)).toMatchObject({ link: first.link });
  await signIn(id, first);
  await at(id, 'connected');
  expect(await leftOn(box)).toEqual([]);
});

test.each([
  ['with the same link', {}, true],
  ['with a fresh one where the box cannot hold it', WITHOUT_HOLDER, false],
])('a worker that is told to stop hands a waiting handshake over at once, %s', async (_, options, same) => {
  const leaving = await workers.process(SLOW);
  const { id, box } = await begin(options);
  const first = await at(id, 'waiting');
  await workers.worker(SLOW);
  expect(await leaving.end('SIGTERM')).toBe(0);
  const second = await workers.until(
    id,
    ({ attempt, phase, link }) => attempt === 2 && phase === 'waiting' && (link === first.link) === same,
  );
  expect(second.notice).toBe(same ? undefined : 'fresh_link');
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

test('what is past the code and does not end in time goes on elsewhere', async () => {
  const worker = await workers.worker({ ...SLOW, stopMs: 9_000 });
  const { id, box } = await begin();
  const minted = lab.anthropic.minted.length;
  const release = lab.anthropic.tokenEndpoint.hold();
  await signIn(id, await at(id, 'waiting'));
  await at(id, 'exchanging');
  await worker.stop();
  release();
  await workers.worker(SLOW);
  expect(await at(id, 'connected')).toMatchObject({ attempt: 2 });
  expect(lab.anthropic.minted.length).toBe(minted + 1);
  expect(await leftOn(box)).toEqual([]);
});

test('what is past the code and does not end in time gets a fresh link where the box could not hold it', async () => {
  const worker = await workers.worker({ ...SLOW, stopMs: 9_000 });
  const { id, box } = await begin(WITHOUT_HOLDER);
  const release = lab.anthropic.tokenEndpoint.hold();
  await signIn(id, await at(id, 'waiting'));
  await at(id, 'exchanging');
  await worker.stop();
  release();
  expect(await leftOn(box)).toEqual([]);
  await workers.worker(SLOW);
  const second = await at(id, 'waiting', 2);
  expect(second.notice).toBe('fresh_link');
  await signIn(id, second);
  await at(id, 'connected');
});

test('a worker that lost its lock ends the handshake and says nothing more; the next one finishes', async () => {
  await workers.worker(SLOW);
  const { id, box } = await begin();
  const first = await at(id, 'waiting');
  await workers.client.set(`${workers.queue.toKey(id)}:lock`, 'somebody-else', 'PX', 1_500);
  const second = await at(id, 'waiting', 2);
  expect(second.link).toBe(first.link);
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
  expect(await workers.webhook(id)).toMatchObject({ name: 'handshake.expired' });
  expect(await leftOn(box)).toEqual([]);
});

test('a handshake that a newer one has overtaken is given up, and the newer one’s word stands', async () => {
  await workers.worker(SLOW);
  const { customer, id, box } = await begin();
  await at(id, 'waiting');
  const now = new Date().toISOString();
  const newer = { handshake: randomUUID(), startedAt: now, at: now, attempt: 0, seq: 0 };
  await workers.snapshots.publish(customer, { ...FIRST, ...newer, phase: 'queued' });
  await workers.leave(id, 'not a code');
  await expect(workers.ended(id)).resolves.toMatchObject({ failedReason: 'worker_lost' });
  expect((await workers.snapshots.read(customer)).snapshot?.handshake).toBe(newer.handshake);
  expect(await leftOn(box)).toEqual([]);
});

test('on the box no secret is in argv, environment, tmux buffers, or files but OpenClaw’s own store', async () => {
  await workers.worker(SLOW);
  const { id, box } = await begin();
  const looks: Record<string, string> = {};
  const look = async (when: string) => {
    for (const pid of box.processes())
      for (const kind of ['cmdline', 'environ'])
        looks[`${when}: ${kind} of ${pid}`] = readOrEmpty(`/proc/${pid}/${kind}`);
    const { stdout } = await box.run(['tmux', '-L', 'keyferry', 'list-buffers']);
    looks[`${when}: buffers`] = stdout;
    for (const [file, text] of Object.entries(
      filesBelow(box.home, /^\.openclaw\/agents\/.*auth-profiles\.json$/),
    ))
      looks[`${when}: ${file}`] = text;
  };
  const atCode = lab.anthropic.tokenEndpoint.hold();
  const atToken = lab.anthropic.messages.hold();
  await signIn(id, await at(id, 'waiting'));
  await lab.anthropic.tokenEndpoint.arrival();
  await look('exchanging');
  atCode();
  await lab.anthropic.messages.arrival();
  await look('proving');
  atToken();
  await at(id, 'connected');
  await look('connected');
  expect(Object.keys(looks).filter((place) => place.includes('cmdline')).length).toBeGreaterThan(5);
  expect(leaks(lab.anthropic.secrets, looks)).toEqual([]);
});

test('no secret of all this is in Redis, the database, their files or logs', async () => {
  const places = {
    logs: workers.logs(),
    ...(await workers.everythingInRedis()),
    ...filesBelow(workers.redis.directory),
    ...(await workers.everythingInDatabase()),
  };
  expect(leaks(lab.anthropic.secrets, places)).toEqual([]);
});
