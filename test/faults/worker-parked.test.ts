import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, test } from '@jest/globals';
import { codeBinding } from '../../core/contract/sealed.ts';
import type { Snapshot } from '../../core/contract/snapshot.ts';
import { Secret } from '../../core/secrets/secret.ts';
import { wakeParked } from '../../core/store/parked.ts';
import type { Box } from '../../lab/box.ts';
import type { WorkerTimes } from '../../worker/process.ts';
import { duringTests } from '../support/during-tests.ts';
import { leftOn, startPracticeLab } from '../support/practice-lab.ts';
import { type RedisLine, redisLine } from '../support/redis-line.ts';
import { until } from '../support/redis-system.ts';
import { startWorkerLab } from '../support/worker-lab.ts';

/** A worker lets go of what waits at once, and one that dies is found out within seconds. */
const QUICK: WorkerTimes = { lockMs: 4_000, stalledMs: 250, parkAfterMs: 200 };

const { lab, workers } = duringTests({ workers: startWorkerLab, lab: startPracticeLab });
const lines: RedisLine[] = [];

afterEach(async () => {
  await workers.stopWorkers();
  await Promise.all(lines.splice(0).map((line) => line.stop()));
});

interface Begun {
  customer: string;
  box: Box;
  id: string;
}

async function begin(): Promise<Begun> {
  const customer = `parked-${randomUUID().slice(0, 8)}`;
  const box = await lab.box({});
  workers.list(customer, box);
  return { customer, box, id: await workers.ask(customer) };
}

/** As the api does it; no worker need be up to hear of it. */
async function paste({ customer, id }: Begun, { link = '' }: Snapshot): Promise<string> {
  const code = lab.anthropic.signIn(link);
  const owner = { customer, handshake: id };
  await workers.mailbox.leaveCode(owner, await workers.keys.seal(new Secret(code), codeBinding(owner)));
  await wakeParked(await workers.job(id), workers.snapshots);
  return code;
}

const parked = (id: string, attempt = 1) =>
  workers.until(id, (told) => told.parked === true && told.attempt >= attempt);
const over = (id: string) =>
  workers.until(id, ({ phase }) => phase === 'connected' || phase === 'failed' || phase === 'expired');
const typed = (code: string) => lab.anthropic.exchanges.filter((each) => code.startsWith(each.code)).length;
const stateOf = async (id: string) => (await workers.job(id)).getState();

/** A part of what a client sends to Redis: words one after the other. */
const words = (...all: readonly string[]) => all.map((word) => `$${word.length}\r\n${word}`).join('\r\n');
const inQueue = (part: string) => `${workers.prefix}:handshakes:${part}`;

const SAID = () => '"parked":true';
const ASIDE = (id: string) => words(inQueue('delayed'), inQueue(id));
const LOOKED = (id: string) => words(`${workers.prefix}:code:${id}`, `${workers.prefix}:cancel:${id}`);

/** What a worker asks Redis for as it parks one; that it is put aside comes between these two. */
const STEPS: readonly [string, (id: string) => string][] = [
  ['it has said that it does', SAID],
  ['it has looked for mail', LOOKED],
];

/** One whose worker is killed once Redis has done a step of parking it. */
async function killedAt(step: (id: string) => string): Promise<Begun & { link: Snapshot }> {
  const line = await redisLine(workers.redis.url);
  lines.push(line);
  const begun = await begin();
  const lost = line.loseAnswerTo(step(begun.id));
  const dying = await workers.process(QUICK, { REDIS_URL: line.url });
  await lost;
  line.open(false);
  await dying.end('SIGKILL');
  const link = await workers.until(begun.id, ({ phase }) => phase === 'waiting');
  return { ...begun, link };
}

describe.each(STEPS)('a worker that is killed while it parks a handshake, when %s', (_, step) => {
  test('leaves it to another one, which types the code that comes then, once', async () => {
    const one = await killedAt(step);
    const code = await paste(one, one.link);
    await workers.worker(QUICK);
    expect(await over(one.id)).toMatchObject({ phase: 'connected', attempt: 2 });
    expect(typed(code)).toBe(1);
    expect(new Set(workers.heard(one.id).flatMap(({ link }) => link ?? []))).toEqual(
      new Set([one.link.link]),
    );
    expect(await leftOn(one.box)).toEqual([]);
  });
});

test('one whose worker is killed half way, and for which nothing came, is held again, and then parked', async () => {
  const one = await killedAt(ASIDE);
  await workers.worker(QUICK);
  await parked(one.id, 2);
  await until(async () => (await stateOf(one.id)) === 'delayed');
  // Redis keeps it, too.
  await workers.redis.halt('SIGKILL');
  await workers.redis.resume();
  await until(async () => (await workers.client.ping()) === 'PONG');
  const code = await paste(one, one.link);
  expect(await over(one.id)).toMatchObject({ phase: 'connected' });
  expect(typed(code)).toBe(1);
});

test('a code that comes while its worker is about to let go of it is typed once, by whoever has it then', async () => {
  const line = await redisLine(workers.redis.url);
  lines.push(line);
  const one = await begin();
  await workers.worker(QUICK, { REDIS_URL: line.url });
  const link = await workers.until(one.id, ({ phase }) => phase === 'waiting');
  // The worker hears of it only after it has decided.
  line.delay(400);
  await parked(one.id);
  const code = await paste(one, link);
  expect(await over(one.id)).toMatchObject({ phase: 'connected' });
  expect(typed(code)).toBe(1);
});
