import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { type CustomerState, customerStateSchema } from '../../core/contract/http-api.ts';
import { isFinal, type Phase } from '../../core/contract/phases.ts';
import type { Box } from '../../lab/box.ts';
import { startGateway } from '../../lab/gateway.ts';
import { HeadlessCustomer } from '../../lab/headless-customer.ts';
import { type System, startSystem } from '../../lab/system.ts';
import { QUICK_WORKER } from '../../scripts/chaos/run.ts';
import { chat } from '../support/box-gateway.ts';
import { Chatting, isChatting } from '../support/chatting.ts';
import { duringTests } from '../support/during-tests.ts';

/**
 * A customer who chats all the time, through the gateway of the real OpenClaw, renews their setup-token again and again, and
 * the worker process gets SIGKILL at another step each time; another one finishes. `npm run chaos -- --fault renewal` does the
 * same with simulated programs: 1,000 renewals, most of which meet a kill.
 */
const MINUTE = 60_000;
const NAME = 'alice';
const PROGRAMS = { claude: '2.1.332', openclaw: '2026.9.6' };
/** Milliseconds into a command of OpenClaw's that takes 3 to 20 s. */
const INTO_MS = 2_500;
/** Milliseconds between two looks at a process, and between two questions to the api, which counts them. */
const LOOK_MS = 50;
const ASK_MS = 500;

type Snapshot = NonNullable<CustomerState['snapshot']>;
/** Where the worker is killed: as a phase begins, or in the `time`-th command with these words, or once that has ended. */
type Cut = { phase: Phase } | { command: RegExp; time?: number; when: 'in' | 'after' };

const CUTS: readonly Cut[] = [
  { phase: 'installing' },
  { command: /auth order set/, when: 'in' },
  { command: /auth order set/, when: 'after' },
  { phase: 'proving' },
  { command: /infer model run/, when: 'in' },
  { command: /auth order set/, time: 2, when: 'in' },
  { command: /auth order set/, time: 2, when: 'after' },
  { command: /config unset auth\.profiles/, when: 'in' },
  { command: /config unset auth\.profiles/, when: 'after' },
  { command: /auth logout/, when: 'in' },
  { command: /auth logout/, when: 'after' },
  { command: /auth order clear/, when: 'in' },
];

const { system } = duringTests({
  system: () => startSystem({ customers: [NAME], programs: PROGRAMS, workerMain: QUICK_WORKER }),
});

test(
  `${CUTS.length} renewals behind a gateway, the worker process killed in each: no turn fails but as the configuration changes under it, and one token is left`,
  async () => {
    const box = system.box(NAME);
    const customer = await HeadlessCustomer.open(await system.connectLink(NAME));
    expect((await signIn(customer)).phase).toBe('connected');
    await startGateway(box);
    const chatting = new Chatting(box);
    const kills: string[] = [];
    try {
      for (const cut of CUTS) {
        const killed = new AbortController();
        const killing = killAt(system, customer, cut, killed.signal);
        const end = await signIn(customer);
        killed.abort();
        kills.push(await killing);
        expect([kills.at(-1), end.phase, end.error?.code]).toEqual([kills.at(-1), 'connected', undefined]);
        expect([kills.at(-1), await tokensOn(box)]).toEqual([kills.at(-1), [end.connection?.profile]]);
        await chatting.next();
        expect([kills.at(-1), chatting.unexplained]).toEqual([kills.at(-1), []]);
      }
    } finally {
      await chatting.stop();
    }
    expect(chatting.unexplained).toEqual([]);
    expect(Object.keys(chatting.answered)).toEqual(['anthropic']);
    expect(chatting.answered.anthropic).toBeGreaterThan(CUTS.length);
    expect(await chat(box, true)).toMatchObject({ provider: 'anthropic' });
    expect(system.anthropic.bearers.at(-1)).toBe(system.anthropic.minted.at(-1));
    const { answered, failed, changes } = chatting;
    const refused = `${failed.length} refused for one of ${changes.length} changes of the configuration`;
    console.info(`${answered.anthropic} turns answered, ${refused}; killed: ${kills.join(', ')}`);
    // A command that a renewal does not come to kills nobody.
    expect(kills.filter((kill) => kill === 'nowhere').length).toBeLessThanOrEqual(1);
  },
  120 * MINUTE,
);

/** Signs in as on the page; the end of that handshake, whoever brings it. */
async function signIn(customer: HeadlessCustomer): Promise<Snapshot> {
  const { text } = await customer.post('handshake', { provider: 'anthropic', method: 'setup-token' });
  const { handshake } = JSON.parse(text) as { handshake: string };
  const mine = (fits: (snapshot: Snapshot) => boolean) =>
    until(customer, (one) => one.handshake === handshake && fits(one));
  const { link = '' } = await mine(({ phase }) => phase === 'waiting');
  await customer.sendCode(handshake, system.anthropic.signIn(link));
  return mine(({ phase }) => isFinal(phase));
}

async function until(
  customer: HeadlessCustomer,
  isThere: (snapshot: Snapshot) => boolean,
): Promise<Snapshot> {
  for (const late = Date.now() + 20 * MINUTE; Date.now() < late; await sleep(ASK_MS)) {
    const { snapshot } = customerStateSchema.parse(JSON.parse((await customer.ask('GET', 'handshake')).text));
    if (snapshot && isThere(snapshot)) return snapshot;
  }
  throw new Error('It has not come to that.');
}

/** Kills the worker there, and starts it again; where it was. `over`: the renewal has ended without it. */
async function killAt(
  { workers: [worker], box }: System,
  customer: HeadlessCustomer,
  cut: Cut,
  over: AbortSignal,
): Promise<string> {
  const isThere = 'phase' in cut ? () => isIn(customer, cut.phase) : commandOf(box(NAME), cut);
  const pause = 'phase' in cut ? ASK_MS : LOOK_MS;
  for (; !(await isThere()); await sleep(pause)) if (over.aborted) return 'nowhere';
  await worker?.stop('SIGKILL');
  await worker?.start();
  return 'phase' in cut ? cut.phase : `${cut.when} ${cut.command.source} (${cut.time ?? 1})`;
}

async function isIn(customer: HeadlessCustomer, phase: Phase): Promise<boolean> {
  const { snapshot } = customerStateSchema.parse(JSON.parse((await customer.ask('GET', 'handshake')).text));
  return snapshot?.phase === phase;
}

/** True once a command of Keyferry's has run for a while, or is over. */
function commandOf(box: Box, { command, time = 1, when }: Extract<Cut, { command: RegExp }>) {
  const seen = new Map<number, number>();
  return async () => {
    const running = box.processes().filter((pid) => command.test(wordsOf(pid)) && !isChatting(pid));
    // One that OpenClaw starts itself once more is the same command.
    for (const pid of running)
      if (![...seen.keys()].includes(parentOf(pid)) && !seen.has(pid)) seen.set(pid, Date.now());
    const [pid, at] = [...seen][time - 1] ?? [];
    if (pid === undefined || at === undefined) return false;
    return when === 'in' ? Date.now() - at >= INTO_MS : !running.includes(pid);
  };
}

const wordsOf = (pid: number) => read(pid, 'cmdline').replaceAll('\0', ' ');
const parentOf = (pid: number) => Number(/^PPid:\s*(\d+)/m.exec(read(pid, 'status'))?.[1] ?? 0);

function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

/** Profiles with a token that OpenClaw has. */
async function tokensOn(box: Box): Promise<string[]> {
  const { stdout } = await box.run(['openclaw', 'models', 'status', '--json'], { timeoutMs: 2 * MINUTE });
  return (stdout.match(/"anthropic:[\w-]+=token:/g) ?? []).map((label) => label.slice(1, label.indexOf('=')));
}
