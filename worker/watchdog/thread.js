// A thread of its own that sees the worker's event loop stand still, and says whose work it is. Plain JavaScript, with
// nothing loaded that it does not need at once: under every loader it starts alike, and takes little memory.
import { readFileSync, writeSync } from 'node:fs';
import { Session } from 'node:inspector';
import { parentPort, workerData } from 'node:worker_threads';

/** @type {{ beats: Int32Array, tickMs: number, ask: string, redis: { url: string, more: object }, prefix: string }} */
const { beats, tickMs, ask, redis, prefix } = workerData;

/** Ticks without a beat: until it is asked whose work it is, and until whoever it was all the time is named. */
const ASK_AFTER = 8;
const NAME_AFTER = 16;
/** Of the time that the loop stands still, what its thread must have been at work: else it only waits for a processor. */
const AT_WORK = 0.5;
const KEEP_S = 24 * 60 * 60;

let last = Atomics.load(beats, 0);
let silent = 0;
let workedBefore = workedMs();
/** Whose work it was, each time that there was an answer; '' is nobody's. */
let names = new Set();
let where = '';
let isAsking = false;
let isNamed = false;

// Counted in ticks of this thread, not by a clock: a process that is stopped, or gets no processor, is not blocked.
setInterval(() => {
  const now = Atomics.load(beats, 0);
  if (now !== last) {
    last = now;
    if (silent >= NAME_AFTER) end();
    silent = 0;
    workedBefore = workedMs();
    names = new Set();
    where = '';
    isNamed = false;
    return;
  }
  silent += 1;
  if (silent >= ASK_AFTER && !isAsking) whose();
  if (silent >= NAME_AFTER) judge();
}, tickMs);

/** An interrupt of the main thread, which V8 takes in the middle of a loop or a pattern, answers in its context. */
function whose() {
  isAsking = true;
  const session = new Session();
  const settle = () => {
    isAsking = false;
    session.disconnect();
  };
  session.connectToMainThread();
  session.post(
    'Runtime.evaluate',
    { expression: ask, silent: true, returnByValue: true },
    (error, answer) => {
      const said = error ? undefined : answer?.result?.value;
      if (silent > 0 && typeof said === 'string') {
        const [name = '', ...stack] = said.split('\n');
        names.add(name);
        where = placesIn(stack);
        if (silent >= NAME_AFTER) judge();
      }
      settle();
    },
  );
}

function judge() {
  const [name] = names;
  if (isNamed || names.size !== 1 || !name || !isAtWork()) return;
  isNamed = true;
  const ms = silent * tickMs;
  parentPort?.postMessage({ named: name, ms, where });
  log(name, ms);
  void mark(name);
}

function end() {
  const [name] = names;
  if (isAtWork()) parentPort?.postMessage({ over: isNamed ? name : undefined, ms: silent * tickMs, where });
}

function isAtWork() {
  const worked = workedMs();
  if (worked === undefined || workedBefore === undefined) return true;
  return worked - workedBefore >= AT_WORK * silent * tickMs;
}

/** Milliseconds that the main thread has been on a processor; undefined where the system does not say. */
function workedMs() {
  try {
    // Fields 14 and 15 of proc(5)'s stat, in hundredths of a second; the name before them may hold blanks.
    const [, after = ''] = readFileSync(`/proc/self/task/${process.pid}/stat`, 'latin1').split(
      /\) (?!.*\) )/,
    );
    const fields = after.split(' ');
    return 10 * (Number(fields[11]) + Number(fields[12]));
  } catch {
    return undefined;
  }
}

/** Functions of ours, innermost first; nothing that a box has said is among them. */
function placesIn(stack) {
  return stack
    .flatMap((line) => /^\s+at (?:async )?([\w.#<> [\]]{1,80}) \(/.exec(line)?.[1] ?? [])
    .filter((name) => name !== '<anonymous>')
    .slice(0, 6)
    .join(' < ');
}

/** Now, because the main thread may never get to it. */
function log(name, ms) {
  const line = { level: 50, time: Date.now(), name: 'worker', pid: process.pid, handshake: name, ms, where };
  try {
    writeSync(
      1,
      `${JSON.stringify({ ...line, msg: 'loop: blocked by this handshake, which is given up' })}\n`,
    );
  } catch {
    // Whoever reads the log does not, just now; it is said again once the loop runs.
  }
}

/** For the worker that would take it next. */
async function mark(name) {
  try {
    const { Redis } = await import('ioredis');
    const client = new Redis(redis.url, { ...redis.more, maxRetriesPerRequest: 3, commandTimeout: 5_000 });
    client.on('error', () => undefined);
    await client.set(`${prefix}:blocker:${name}`, '1', 'EX', KEEP_S).catch(() => undefined);
    client.disconnect();
  } catch {
    // The main thread does the same once it can.
  }
}
