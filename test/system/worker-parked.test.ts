import { appendFileSync, readFileSync } from 'node:fs';
import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import type { Phase } from '../../core/contract/phases.ts';
import { codeBinding } from '../../core/contract/sealed.ts';
import type { Snapshot } from '../../core/contract/snapshot.ts';
import { Secret } from '../../core/secrets/secret.ts';
import { wakeParked } from '../../core/store/parked.ts';
import type { Box, BoxOptions } from '../../lab/box.ts';
import { freePort } from '../../lab/redis.ts';
import { signalAll } from '../../lab/signal-all.ts';
import { duringTests } from '../support/during-tests.ts';
import { leftOn, startPracticeLab } from '../support/practice-lab.ts';
import { until } from '../support/redis-system.ts';
import { Tools } from '../support/unwell-box.ts';
import { phasesOf, startWorkerLab } from '../support/worker-lab.ts';

/** Handshakes that nobody holds, on boxes with a real sshd and tmux. */
const { lab, workers } = duringTests({ workers: startWorkerLab, lab: startPracticeLab });

const SOON = { parkAfterMs: 200 };
const FINAL: ReadonlySet<Phase> = new Set<Phase>(['connected', 'failed', 'cancelled', 'expired']);
const tools = new Tools();
let customers = 0;

afterEach(() => workers.stopWorkers());
afterAll(() => tools.remove());

interface Parked {
  customer: string;
  box: Box;
  id: string;
  link: string;
  told: Snapshot;
}

/** One whose worker has let go of it; that worker has stopped by then. */
async function parked(options: BoxOptions = {}, more = {}): Promise<Parked> {
  customers += 1;
  const customer = `parked-${customers}`;
  const box = await lab.box({}, options);
  workers.list(customer, box);
  const id = await workers.ask(customer);
  const worker = await workers.worker(SOON, more);
  const told = await workers.until(id, (snapshot) => snapshot.parked === true);
  await until(async () => (await workers.job(id)).getState().then((state) => state === 'delayed'));
  await until(() => box.sessionPids().length === 0);
  await worker.stop();
  return { customer, box, id, link: told.link ?? '', told };
}

const end = (id: string) => workers.until(id, ({ phase }) => FINAL.has(phase));
/** As the api does it: the code is there before anybody is woken, and no worker need be up to hear of it. */
async function paste({ customer, id, link }: Parked): Promise<string> {
  const code = lab.anthropic.signIn(link);
  const owner = { customer, handshake: id };
  await workers.mailbox.leaveCode(owner, await workers.keys.seal(new Secret(code), codeBinding(owner)));
  await wakeParked(await workers.job(id), workers.snapshots);
  return code;
}
const typed = (code: string) => lab.anthropic.exchanges.filter((each) => code.startsWith(each.code)).length;

/** From now on nobody listens where its box is listed. */
async function moveAway({ customer, box }: Parked): Promise<void> {
  const port = String(await freePort());
  const was = /\d+$/.exec(box.target)?.[0] ?? '';
  const known = readFileSync(box.knownHostsFile, 'utf8');
  appendFileSync(box.knownHostsFile, known.replaceAll(`:${was} `, `:${port} `));
  workers.list(customer, { ...box, target: box.target.replace(was, port) });
}

/** Of Redis's memory, without the recordings, which it has wherever it waits: what is a handshake's own. */
async function bytesOf({ customer, id }: Parked): Promise<number> {
  let sum = 0;
  for (const key of await workers.client.keys('*')) {
    const isTheirs = key.includes(id) || key.includes(customer);
    if (!isTheirs || /:recordings?(-of)?:/.test(key)) continue;
    sum += (await workers.client.memory('USAGE', key, 'SAMPLES', 0)) ?? 0;
  }
  return sum;
}

describe('a sign-in that waits on its box, with no worker connected', () => {
  test('is connected by another worker once its code is there, by the same link, typed once', async () => {
    const one = await parked();
    expect(one.told).toMatchObject({ phase: 'waiting', attempt: 1, parked: true });
    expect(one.box.processes().length).toBeGreaterThan(0);
    expect(await workers.client.keys(`${workers.prefix}:handshakes:*:lock`)).toEqual([]);
    expect(await bytesOf(one)).toBeLessThanOrEqual(4_096);
    const code = await paste(one);
    await workers.worker(SOON);
    const last = await end(one.id);
    expect([last.phase, last.attempt]).toEqual(['connected', 2]);
    expect(typed(code)).toBe(1);
    const links = workers.heard(one.id).flatMap(({ link }) => link ?? []);
    expect(new Set(links)).toEqual(new Set([one.link]));
    expect(phasesOf(workers.heard(one.id)).slice(-5)).toEqual([
      'waiting',
      'exchanging',
      'installing',
      'proving',
      'connected',
    ]);
    expect(await leftOn(one.box)).toEqual([]);
  });

  test('is held again while its customer is there, keeps its end, and is parked once more', async () => {
    const one = await parked();
    await workers.worker(SOON);
    await wakeParked(await workers.job(one.id), workers.snapshots);
    const held = await workers.until(one.id, ({ attempt, parked: is }) => attempt === 2 && !is);
    expect(held).toMatchObject({ phase: 'waiting', link: one.link, phaseEndsAt: one.told.phaseEndsAt });
    const again = await workers.until(one.id, ({ attempt, parked: is }) => attempt === 2 && is === true);
    expect(again.link).toBe(one.link);
    const late = Date.parse(again.phaseEndsAt ?? '') - Date.parse(one.told.phaseEndsAt ?? '');
    expect(Math.abs(late)).toBeLessThan(2_000);
    await until(async () => (await workers.job(one.id)).getState().then((state) => state === 'delayed'));
    // Also where the api that left the code could wake nobody.
    const code = lab.anthropic.signIn(one.link);
    await workers.leave(one.id, code);
    expect((await end(one.id)).phase).toBe('connected');
    expect(typed(code)).toBe(1);
  });

  test('of which a box that is away for a while costs nothing, as often as its customer looks', async () => {
    const one = await parked();
    await moveAway(one);
    await workers.worker(SOON);
    for (const attempt of [2, 3, 4, 5]) {
      await wakeParked(await workers.job(one.id), workers.snapshots);
      const told = await workers.until(one.id, (said) => said.attempt === attempt && said.parked === true);
      expect(told).toMatchObject({ phase: 'waiting', link: one.link, phaseEndsAt: one.told.phaseEndsAt });
      await until(async () => (await (await workers.job(one.id)).getState()) === 'delayed');
    }
    // Pasted while it is away still, and there longer than a code lies otherwise.
    const code = await paste(one);
    await workers.until(one.id, ({ attempt }) => attempt === 7);
    expect(await workers.client.pttl(`${workers.prefix}:code:${one.id}`)).toBeGreaterThan(4 * 60_000);
    workers.list(one.customer, one.box);
    expect((await end(one.id)).phase).toBe('connected');
    expect(typed(code)).toBe(1);
  });

  test('of which the box is away as its time ends fails for that', async () => {
    const one = await parked({}, { WAITING_MINUTES: '0.1' });
    await moveAway(one);
    await workers.worker(SOON);
    const last = await end(one.id);
    expect([last.phase, last.error?.code]).toEqual(['failed', 'box_unreachable']);
  });

  test('that is cancelled is cleared from its box', async () => {
    const one = await parked();
    await workers.worker(SOON);
    await workers.mailbox.cancel(one.id);
    await wakeParked(await workers.job(one.id), workers.snapshots);
    expect((await end(one.id)).phase).toBe('cancelled');
    expect(await leftOn(one.box)).toEqual([]);
  });

  test('ends with its time, by the same words, and is cleared from its box', async () => {
    const one = await parked({}, { WAITING_MINUTES: '0.1' });
    await workers.worker(SOON);
    const last = await end(one.id);
    expect([last.phase, last.error?.code]).toEqual(['expired', 'sign_in_expired']);
    expect(await leftOn(one.box)).toEqual([]);
  });

  test('whose box has lost it begins again with a fresh link, and the code of the old one is not typed', async () => {
    const one = await parked();
    signalAll(one.box.processes(), 'SIGKILL');
    expect(await leftOn(one.box)).toEqual([]);
    const code = await paste(one);
    await workers.worker(SOON);
    const fresh = await workers.until(
      one.id,
      ({ phase, link }) => phase === 'waiting' && link !== undefined && link !== one.link,
    );
    expect(fresh.notice).toBe('fresh_link');
    expect(typed(code)).toBe(0);
    await workers.leave(one.id, lab.anthropic.signIn(fresh.link ?? ''));
    expect((await end(one.id)).phase).toBe('connected');
  });
});

test('a box whose tmux keeps nothing stays held', async () => {
  const bare = await lab.box({}, { env: { PATH: tools.before({ tmux: 'exit 1' }) } });
  workers.list('bare', bare);
  const held = await workers.ask('bare');
  await workers.worker(SOON);
  const { link = '' } = await workers.until(held, ({ phase }) => phase === 'waiting');
  // Another one, asked for later, is parked meanwhile.
  const box = await lab.box({});
  workers.list('beside', box);
  const beside = await workers.ask('beside');
  await workers.until(beside, ({ parked: is }) => is === true);
  expect(workers.heard(held).filter(({ parked: is }) => is)).toEqual([]);
  expect(bare.sessionPids().length).toBeGreaterThan(0);
  await workers.leave(held, lab.anthropic.signIn(link));
  expect((await end(held)).phase).toBe('connected');
});
