import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { Gauge, type Registry } from 'prom-client';
import { clockAheadMs } from './redis-clock.ts';

/** Milliseconds that a test write stays. */
const WRITTEN_MS = 60_000;
/** As large as a job: if a byte would fit but a job would not, nobody can connect. */
const WRITTEN = '-'.repeat(2_048);
/** Milliseconds after which Redis counts as away; Prometheus gives up on all of it after ten seconds. */
const ANSWER_MS = 2_000;

/**
 * Writes something small. Rejects with Redis's error if it answers but accepts no writes: it is full (OOM), a
 * read-only replica, lacks the replicas that it must have, or cannot write to its disk.
 */
export async function checkWrites(redis: Redis, prefix: string): Promise<void> {
  await redis.set(`${prefix}:written`, WRITTEN, 'PX', WRITTEN_MS);
}

/** The state of Redis, determined when Prometheus asks. `writes` rejects, or does not resolve, if nothing can be written. */
export function gaugeRedis(registry: Registry, writes: () => Promise<void>): void {
  const registers = [registry];
  new Gauge({
    name: 'keyferry_redis_up',
    help: '1 while Redis answers this process and accepts its writes',
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
    help: "Seconds that Redis's clock is ahead of this machine's; 0 if the round trip to Redis explains it",
    registers,
    collect() {
      this.set(clockAheadMs() / 1_000);
    },
  });
}
