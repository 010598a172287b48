import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Box } from '../../lab/box.ts';
import { practicePrograms } from '../../lab/practice/programs.ts';
import { startBaseline } from './baseline.ts';
import type { Bench } from './bench.ts';
import { restoreState } from './box-state.ts';
import { compile } from './compiled.ts';
import { type Result, ratios, show, summarizeEach } from './figures.ts';
import type { Reachable } from './ours.ts';
import { family, settled, type Usage, usage } from './processes.ts';
import type { Answer, Ask } from './waiting-worker.ts';

const WORKER = fileURLToPath(new URL('./waiting-worker.ts', import.meta.url));

/** So many of the warm-up's handshakes wait at once. */
const WARM_UP_AT_ONCE = 10;

/** Milliseconds for a box to start a handshake's programs and come to rest: one OpenClaw start after another. */
const REST_MS = 90_000;

/** For one waiting handshake. */
interface Cost {
  /** KiB. */
  memory: number;
  /** Milliseconds of processor, from nothing until the link is there. */
  toLink: number;
  /** The same until all that is opened early is open too, and waits. */
  toGetThere: number;
  /** Milliseconds of processor for a minute of waiting. */
  perMinute: number;
}

/** Memory and processor time of a waiting handshake, ours against the script's and its ssh's. */
export async function measureWaiting(bench: Bench): Promise<Result> {
  const { handshakes, wait, waitingRounds, warmUp } = bench;
  const ours: Cost[] = [];
  const theirs: Cost[] = [];
  for (let round = 1; round <= waitingRounds; round += 1) {
    bench.say(`waiting: round ${round} of ${waitingRounds}, ours`);
    await restoreState(bench.box, bench.signal);
    ours.push(await measureOurs(bench));
    bench.say(`waiting: round ${round} of ${waitingRounds}, expect`);
    await restoreState(bench.box, bench.signal);
    theirs.push(await measureTheirs(bench));
  }
  const [us, them] = [summarizeEach(rows(ours)), summarizeEach(rows(theirs))];
  const ratio = Object.fromEntries(
    Object.keys(us).map((name) => [name, ratios(us[name]?.all ?? [], them[name]?.all ?? [])]),
  );
  const row = (title: string, name: string, unit: string, digits: number) => {
    const [a, b, c] = [us[name], them[name], ratio[name]];
    if (!a || !b || !c) return [title];
    // A script that waits may need nothing at all.
    const over = Number.isFinite(c.max) ? show(c, '', 2) : '–';
    return [title, show(a, unit, digits), show(b, unit, digits), over];
  };
  return {
    title: `waiting: cost of one waiting handshake, from ${handshakes} at the same time`,
    columns: ['ours', 'expect + ssh', 'ours / expect'],
    rows: [
      row('memory (proportional)', 'memory', 'KiB', 0),
      row('processor to the link', 'toLink', 'ms', 0),
      row('processor to get there', 'toGetThere', 'ms', 0),
      row('processor per minute of waiting', 'perMinute', 'ms', 1),
      row('processor for 5 minutes in all', 'fiveMinutes', 'ms', 0),
    ],
    notes: [
      `Ours: one process with ${handshakes} handshakes less the same process with none, both after ${warmUp} others (with`,
      'simulated programs, on a box of their own) and one more have come and gone; each holds claude and, opened',
      'early, OpenClaw’s prompt and the change of its model. expect: that many scripts and their ssh, each holds',
      'claude alone: at the link it is there, and does the rest after the code.',
      `Waiting is watched for ${wait} s. Nothing on the box is counted on either side.`,
      'Aim: memory a tenth, processor to the link a quarter.',
    ],
    data: { handshakes, wait, warmUp, ours, theirs, ratio },
  };
}

function rows(costs: readonly Cost[]): Record<string, number>[] {
  return costs.map((cost) => ({ ...cost, fiveMinutes: cost.toGetThere + 5 * cost.perMinute }));
}

async function measureOurs(bench: Bench): Promise<Cost> {
  const { box, handshakes, signal } = bench;
  const compiled = compile(WORKER);
  // The collections that are asked for here would else throw all compiled code away.
  const execArgv = ['--expose-gc', '--no-flush-bytecode'];
  const worker = fork(compiled.script, { execArgv, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  try {
    const measure = () => usage([worker.pid ?? 0]);
    const collect = () => ask(worker, { ask: 'collect' }, signal);
    const open = (on: Box, count: number) =>
      ask(worker, { ask: 'start', box: reachable(on), handshakes: count }, signal);
    const start = async (on: Box, count: number) => {
      await open(on, count);
      await settled(on, REST_MS * count, signal);
    };
    const end = async () => {
      await ask(worker, { ask: 'check', handshakes }, signal);
      await ask(worker, { ask: 'cancel' }, signal);
      await restoreState(box, signal);
    };
    await warmUp(bench, start, () => ask(worker, { ask: 'cancel' }, signal));
    await restoreState(box, signal);
    // Each has the machine to itself, as it would if the box were another: OpenClaw's starts take both cores.
    const there = await getThere(bench, measure, () => open(box, 1));
    await end();
    // Even so such a collection costs V8 optimized code, for which the next handshakes pay: not those above.
    const none = await watch(bench, measure, collect);
    await start(box, handshakes);
    const some = await watch(bench, measure, collect);
    await end();
    return cost(bench, there, some, none);
  } finally {
    await endWorker(worker);
    compiled.remove();
  }
}

/**
 * Until much of our code has run often enough, it is being compiled beside; a worker that serves customers is past
 * that. The simulated programs, which start at once, take it there; the real ones draw more, so one of them follows.
 */
async function warmUp(
  bench: Bench,
  start: (on: Box, count: number) => Promise<void>,
  cancel: () => Promise<void>,
): Promise<void> {
  const { claude, openclaw, remove } = practicePrograms({ anthropic: bench.anthropic.baseUrl });
  try {
    const practice = await bench.lab.freshBox({ claude, openclaw });
    for (let left = bench.warmUp; left > 0; left -= WARM_UP_AT_ONCE) {
      await start(practice, Math.min(left, WARM_UP_AT_ONCE));
      await cancel();
    }
    await practice.stop();
  } finally {
    remove();
  }
  await start(bench.box, 1);
  await cancel();
}

function reachable({ host, port, user, identityFile, knownHostsFile }: Box): Reachable {
  return { host, port, user, identityFile, knownHostsFile };
}

async function measureTheirs(bench: Bench): Promise<Cost> {
  const { box } = bench;
  const running: ReturnType<typeof startBaseline>[] = [];
  try {
    const measure = () => usage(running.flatMap(({ child }) => family(child.pid ?? 0)));
    const there = await getThere(bench, measure, async () => {
      const baseline = startBaseline(box, {});
      running.push(baseline);
      await baseline.link;
    });
    return cost(bench, there, await watch(bench, measure, async () => {}), { pss: 0, cpu: 0 });
  } finally {
    for (const baseline of running) baseline.end();
  }
}

/** What each handshake took on its way, given what a minute of waiting takes. */
type There = (perMinute: number) => Pick<Cost, 'toLink' | 'toGetThere'>;

/**
 * Starts the handshakes one by one, each as far as its link, and lets it come to rest. What the first ones take by
 * waiting for the last is no part of getting there, so that can only be told once it is known what a minute takes.
 */
async function getThere(
  { box, handshakes, signal }: Bench,
  measure: () => Usage,
  open: () => Promise<void>,
): Promise<There> {
  const link = new Stretch(measure);
  const rest = new Stretch(measure);
  for (let waiting = 0; waiting < handshakes; waiting += 1) {
    await link.measure(waiting, open);
    await rest.measure(waiting, () => settled(box, REST_MS, signal));
  }
  return (perMinute) => {
    const toLink = link.cost(perMinute) / handshakes;
    return { toLink, toGetThere: toLink + rest.cost(perMinute) / handshakes };
  };
}

/** One part of the way, for all handshakes together: milliseconds of processor time, and how long others waited. */
class Stretch {
  readonly #usage: () => Usage;
  #cpu = 0;
  #waitedMinutes = 0;

  constructor(measure: () => Usage) {
    this.#usage = measure;
  }

  async measure(waiting: number, run: () => Promise<void>): Promise<void> {
    const before = this.#usage();
    const began = performance.now();
    await run();
    this.#cpu += this.#usage().cpu - before.cpu;
    this.#waitedMinutes += (waiting * (performance.now() - began)) / 60_000;
  }

  cost(perMinute: number): number {
    return this.#cpu - perMinute * this.#waitedMinutes;
  }
}

/**
 * What the processes hold, and the milliseconds of processor that they take in the time that is watched. The garbage
 * collection that the bench asks for is not among these.
 */
async function watch(
  { wait, signal }: Bench,
  measure: () => Usage,
  collect: () => Promise<void>,
): Promise<Usage> {
  await collect();
  const before = measure();
  await sleep(wait * 1_000, undefined, { signal });
  const cpu = measure().cpu - before.cpu;
  // V8 gives memory back only by and by, so it is looked at last.
  await collect();
  return { pss: measure().pss, cpu };
}

/** Divides what the waiting ones need beyond the processes themselves by how many they are. */
function cost({ handshakes, wait }: Bench, there: There, some: Usage, none: Usage): Cost {
  const perMinute = ((some.cpu - none.cpu) / handshakes) * (60 / wait);
  return { memory: (some.pss - none.pss) / handshakes, ...there(perMinute), perMinute };
}

/** Asks the worker for one thing and waits until it is done. */
async function ask(worker: ChildProcess, what: Ask, signal: AbortSignal): Promise<void> {
  const late = AbortSignal.timeout(REST_MS * 4);
  const ended = new AbortController();
  const onExit = () => ended.abort(new Error('The process with our handshakes ended.'));
  worker.once('exit', onExit);
  worker.send(what);
  const [answer] = (await once(worker, 'message', {
    signal: AbortSignal.any([signal, late, ended.signal]),
  }).finally(() => worker.off('exit', onExit))) as [Answer];
  if (answer !== 'done') throw new Error(`Our handshakes do not wait: ${answer.failed}`);
}

/** Lets the worker clean up the box; ends it by its id when it does not. */
async function endWorker(worker: ChildProcess): Promise<void> {
  if (worker.exitCode !== null || worker.signalCode !== null) return;
  const exited = once(worker, 'exit');
  const timer = setTimeout(() => worker.kill('SIGKILL'), 30_000);
  if (worker.connected) worker.disconnect();
  await exited;
  clearTimeout(timer);
}
