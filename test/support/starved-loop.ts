/** A loop that blocks beside threads that want the processor as much, until its watchdog has named it; its output is a file. */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { pino } from 'pino';
import { onBehalfOf } from '../../worker/watchdog/on-behalf-of.ts';
import { Watchdog } from '../../worker/watchdog/watchdog.ts';

const OTHERS = 4;
const LOCK_MS = 4_000;
/** On a processor: whoever has had so much of one, and is not named, will not be. */
const MOST_MS = 4_000;
/** The same between two looks at what is said of it. */
const LOOK_MS = 50;

const named: string[] = [];
new Watchdog({
  // Nothing answers there.
  redis: { url: 'redis://127.0.0.1:1', prefix: 'none' },
  lockMs: LOCK_MS,
  onNamed: ({ id }) => named.push(id),
  onOver: () => undefined,
  log: pino({ level: 'silent' }),
});
const others = Array.from({ length: OTHERS }, () => new Worker('for (;;);', { eval: true }));
await sleep(1_500);
onBehalfOf({ kind: 'handshake', id: 'handshake-1', customer: 'alice' }, () => {
  for (const most = onProcessor() + MOST_MS; onProcessor() < most && !isSaid(); )
    for (const until = onProcessor() + LOOK_MS; onProcessor() < until; );
});
await Promise.all(others.map((other) => other.terminate()));
await sleep(500);
process.stdout.write(`named: ${named.join(', ')}\n`, () => process.exit());

/** Milliseconds that this thread has been on a processor so far: on a busy machine, few of a second. */
function onProcessor(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

/** The thread writes it; this one has not come to hear it. */
function isSaid(): boolean {
  return readFileSync('/proc/self/fd/1', 'utf8').includes('loop: blocked by this');
}
