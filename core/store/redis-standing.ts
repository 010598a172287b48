import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { Gauge, type Registry } from 'prom-client';
import { clockAheadMs } from './redis-clock.ts';

/** Milliseconds that what was written to see whether one can stays. */
const WRITTEN_MS = 60_000;
/** As much as a job has: where a byte would go in and a job would not, nobody can connect. */
const WRITTEN = '-'.repeat(2_048);
/** Milliseconds after which Redis counts as away; Prometheus gives up on all of it after ten seconds. */
const ANSWER_MS = 2_000;

/**
 * Writes something small. Rejects with what Redis says where it answers and takes no writes: it is full (OOM), a
 * read-only replica, without the replicas that it must have, or cannot write to its disk.
 */
export async function checkWrites(redis: Redis, prefix: string): Promise<void> {
  await redis.set(`${prefix}:written`, WRITTEN, 'PX', WRITTEN_MS);
}

/** How Redis stands, asked when Prometheus asks. `writes` rejects, or does not resolve, where nothing can be written. */
export function gaugeRedis(registry: Registry, writes: () => Promise<void>): void {
  const registers = [registry];
  new Gauge({
    name: 'keyferry_redis_up',
    help: '1 while Redis answers this process and takes what it writes',
    registers,
    async collect() {
      const written = writes().then(
        () => 1,
        () => 0,
      );
      this.set(await Promise.race([written, sleep(ANSWER_MS, 0, { ref: false })]));
    },
  });
  new Gauge({
    name: 'keyferry_redis_clock_ahead_seconds',
    help: "Seconds that Redis's clock is ahead of this machine's; 0 where the way to Redis explains it",
    registers,
    collect() {
      this.set(clockAheadMs() / 1_000);
    },
  });
}
