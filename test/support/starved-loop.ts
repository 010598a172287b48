/** A loop that blocks for a while beside threads that want the processor as much, and whom its watchdog names. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { pino } from 'pino';
import { onBehalfOf } from '../../worker/watchdog/on-behalf-of.ts';
import { Watchdog } from '../../worker/watchdog/watchdog.ts';

const OTHERS = 8;
const LOCK_MS = 4_000;
const BLOCKS_MS = 6_000;

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
  for (const until = performance.now() + BLOCKS_MS; performance.now() < until; );
});
await Promise.all(others.map((other) => other.terminate()));
await sleep(500);
process.stdout.write(`named: ${named.join(', ')}\n`, () => process.exit());
