// A thread of its own that sees the worker's event loop stand still, and says whose work it is. Plain JavaScript, with
// nothing loaded that it does not need at once: under every loader it starts alike, and takes little memory.
import { writeSync } from 'node:fs';
import { Session } from 'node:inspector';
import { parentPort, workerData } from 'node:worker_threads';
import { mainThread, wasAtWork } from './at-work.js';

/**
 * `marks`: by what of the work (its id, its customer) a key is made, what stands before that, and seconds to keep it.
 *
 * @type {{ beats: Int32Array, tickMs: number, ask: string, redis: { url: string, more: object }, marks: ['id' | 'customer', string, number][] }}
 */
const { beats, tickMs, ask, redis, marks } = workerData;

/** Ticks without a beat: until it is asked whose work it is, and until whoever it was all the time is named. */
const ASK_AFTER = 8;
const NAME_AFTER = 16;

let last = Atomics.load(beats, 0);
let silent = 0;
let workBefore = mainThread();
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
    workBefore = mainThread();
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
  const [kind, id, customer] = name.split(' ');
  const whose = { kind, id, customer };
  parentPort?.postMessage({ named: whose, ms, where });
  log(whose, ms);
  void mark(whose);
}

function end() {
  const [name = ''] = names;
  const id = isNamed ? name.split(' ')[1] : undefined;
  if (isAtWork()) parentPort?.postMessage({ over: id, ms: silent * tickMs, where });
}

function isAtWork() {
  return wasAtWork(workBefore, mainThread(), silent * tickMs);
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
function log({ kind, id, customer }, ms) {
  const line = {
    level: 50,
    time: Date.now(),
    name: 'worker',
    pid: process.pid,
    [kind]: id,
    customer,
    ms,
    where,
  };
  try {
    writeSync(1, `${JSON.stringify({ ...line, msg: `loop: blocked by this ${kind}, which is given up` })}\n`);
  } catch {
    // Whoever reads the log does not, just now; it is said again once the loop runs.
  }
}

/** For the worker that would take it next, and for the api, which would let the customer begin another. */
async function mark(whose) {
  try {
    const { Redis } = await import('ioredis');
    const client = new Redis(redis.url, { ...redis.more, maxRetriesPerRequest: 3, commandTimeout: 5_000 });
    client.on('error', () => undefined);
    const set = ([of, before, seconds]) => client.set(`${before}${whose[of]}`, '1', 'EX', seconds);
    await Promise.all(marks.map(set)).catch(() => undefined);
    client.disconnect();
  } catch {
    // The main thread does the same once it can.
  }
}
