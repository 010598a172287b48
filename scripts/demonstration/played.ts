import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { connectionRecordSchema } from '../../core/contract/connection-record.ts';
import { connectionRunSchema } from '../../core/contract/connection-run.ts';
import { doctorRunSchema } from '../../core/contract/doctor-report.ts';
import { rowOf } from '../../core/contract/providers.ts';
import { HeadlessCustomer } from '../../lab/headless-customer.ts';
import type { System } from '../../lab/system.ts';
import type { KeyferryEvent } from '../../packages/server/index.ts';
import { bringThem, PLAYED, type Played } from './customers.ts';
import { follow } from './follow.ts';
import type { OtherProviders } from './other-providers.ts';
import type { WebhookReceiver } from './webhooks.ts';

/** A run of the doctor, or a test, that is not over by then does not end; nor does a webhook come that has not. */
const PATIENCE_MS = 60_000;
const LOOK_MS = 250;

interface Means {
  system: System;
  others: OtherProviders;
  webhooks: WebhookReceiver;
  signal: AbortSignal;
}

/** What became of one of them. */
interface Outcome {
  line: string;
  /** The handshake ended as the doctor had said that it would, and the platform was told of everything. */
  isRight: boolean;
}

/**
 * Gives the four other customers their boxes and plays them, all at once, or one after the other where the real programs
 * are on the boxes (`inTurn`): asks the doctor first, then connects. Tells what became of each, and resolves with whether
 * the doctor was right.
 */
export async function playOthers(
  means: Means & { inTurn: boolean },
  tell: (line: string) => void,
): Promise<boolean> {
  await bringThem(means.system, means.others);
  means.signal.throwIfAborted();
  const outcomes: Outcome[] = [];
  const play = async (one: Played) => void outcomes.push(await playOne(one, means));
  if (means.inTurn) for (const one of PLAYED) await play(one);
  else await Promise.all(PLAYED.map(play));
  tell('\nThe demo has played the other customers, after asking the doctor about each box:');
  for (const line of outcomes.map((one) => one.line).toSorted()) tell(`  ${line}`);
  return outcomes.every(({ isRight }) => isRight);
}

async function playOne({ customer, key, isRevoked }: Played, means: Means): Promise<Outcome> {
  const { system, others, webhooks, signal } = means;
  const isTold = (...types: KeyferryEvent['type'][]) =>
    Promise.all(types.map((type) => webhooks.until(type, customer, patienceOf(signal)))).then((told) =>
      told.every(Boolean),
    );
  const said = await doctorOf(customer, means);
  const visitor = await HeadlessCustomer.open(await system.connectLink(customer));
  const made = key && others.mint(key);
  if (key && made) await visitor.bringKey(key, made.text);
  else await visitor.post('handshake');
  const { phase, error } = await follow(visitor, { system, signal, hear: () => {} });
  const foreseen = said === undefined ? phase === 'connected' : error?.code === said;
  const words = [
    customer.padEnd(6),
    `the doctor: ${said ?? 'nothing blocks'}`.padEnd(30),
    phase === 'connected'
      ? `connected (${key ? `a key of ${rowOf(key)?.name}` : 'Claude'})`
      : `${phase}: ${error?.code}`,
  ];
  // What is told is on record.
  const told = await (phase === 'connected'
    ? isTold('handshake.connected')
    : isTold('handshake.failed', 'case.opened'));
  const line = words.join('  ').trimEnd();
  if (!isRevoked || !made || phase !== 'connected') return { line, isRight: foreseen && told };
  made.mode = 'revoked';
  const health = await healthAfterTest(customer, means);
  const isWorse = health === 'attention' && (await isTold('connection.attention', 'case.opened'));
  return { line: `${line}; its key was revoked since: ${health}`, isRight: foreseen && told && isWorse };
}

/** The error with which the doctor says that a handshake would end; undefined: with none. */
export async function doctorOf(
  customer: string,
  { system, signal }: Pick<Means, 'system' | 'signal'>,
): Promise<string | undefined> {
  const path = `/api/v1/boxes/${customer}/doctor`;
  const { run } = doctorRunSchema.parse(await asked(system, 'POST', path, {}));
  const over = await untilOver(signal, async () =>
    doctorRunSchema.parse(await asked(system, 'GET', `${path}/${run}`)),
  );
  if (over.error) return over.error;
  return over.report?.findings.find(({ status }) => status === 'blocks')?.error;
}

/** Has their only connection tested on its box; its health after that. */
async function healthAfterTest(customer: string, { system, signal }: Means): Promise<string> {
  const path = `/api/v1/customers/${customer}`;
  const find = async () =>
    z
      .object({ items: z.array(connectionRecordSchema) })
      .parse(await asked(system, 'GET', `${path}/connections`)).items[0];
  const connection = await find();
  const test = await asked(system, 'POST', `${path}/connections/${connection?.id}/test`, {});
  const { run } = connectionRunSchema.parse(test);
  await untilOver(signal, async () =>
    connectionRunSchema.parse(await asked(system, 'GET', `${path}/connection-runs/${run}`)),
  );
  return (await find())?.health ?? 'not there';
}

const patienceOf = (signal: AbortSignal) => AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);

/** Asks until a run is over. Throws if that takes too long. */
async function untilOver<Run extends { state: string }>(
  signal: AbortSignal,
  ask: () => Promise<Run>,
): Promise<Run> {
  const patience = patienceOf(signal);
  for (;;) {
    const run = await ask();
    if (run.state === 'done' || run.state === 'failed') return run;
    await sleep(LOOK_MS, undefined, { signal: patience });
  }
}

/** What the platform's API answers. Throws with the problem if that is not a success. */
async function asked(system: System, method: string, path: string, body?: object): Promise<unknown> {
  const { status, text } = await system.platform(method, path, body);
  if (status >= 300) throw new Error(`${method} ${path}: ${status} ${text}`);
  return JSON.parse(text);
}
