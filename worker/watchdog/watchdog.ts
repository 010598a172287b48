import { Worker } from 'node:worker_threads';
import type { Logger } from '../../core/process/log.ts';
import type { Whose } from '../../core/store/blockers.ts';
import { Blockers } from '../../core/store/blockers.ts';
import type { RedisSettings } from '../../core/store/redis.ts';
import { ASK } from './on-behalf-of.ts';

/** Ticks of the thread in the time that a lock lasts: it names whoever blocks the loop after 16 of them. */
const TICKS = 40;
/** Even if locks last hardly any time, as in tests, a moment's work is nobody's fault. */
const SHORTEST_TICK_MS = 100;

export interface WatchdogOptions {
  redis: RedisSettings;
  /** Milliseconds that a lock lasts: a loop that stands still for longer loses all of them. */
  lockMs: number;
  /** The owner of the work that has blocked the loop. */
  onNamed: (whose: Whose, detail: string) => void;
  /** The loop stood still, and runs again. */
  onOver: (wasNamed: boolean) => void;
  log: Logger;
}

type Said = { named: Whose; ms: number; where: string } | { over?: string; ms: number; where: string };

/**
 * Sees this process's event loop stand still for most of a lock's time while it works, and names the handshake, or the
 * look, for which it works: that one is given up, here and, by a mark in Redis that is there before the lock ends, by whichever
 * worker takes it next. Handshakes that only waited are nobody's fault and stay.
 */
export class Watchdog {
  readonly #thread: Worker;
  readonly #beat: NodeJS.Timeout;

  constructor({ redis, lockMs, onNamed, onOver, log }: WatchdogOptions) {
    const tickMs = Math.max(SHORTEST_TICK_MS, lockMs / TICKS);
    const beats = new Int32Array(new SharedArrayBuffer(4));
    this.#beat = setInterval(() => Atomics.add(beats, 0, 1), tickMs).unref();
    const { url, prefix, more = {} } = redis;
    this.#thread = new Worker(new URL('./thread.js', import.meta.url), {
      workerData: {
        beats,
        tickMs,
        ask: ASK,
        redis: { url, more: plain(more) },
        marks: Blockers.marks(prefix),
      },
      // None of this process's loaders.
      execArgv: [],
    });
    this.#thread.unref();
    this.#thread.on('error', ({ message }) => log.error({ reason: message }, 'watchdog: ended'));
    this.#thread.on('message', (said: Said) => {
      if ('named' in said) {
        onNamed(
          said.named,
          `The loop stood still for ${said.ms} ms and longer in ${said.where || 'its work'}.`,
        );
        return;
      }
      const { over: by, ms, where } = said;
      log.error({ by, ms, where }, 'loop: was blocked');
      onOver(by !== undefined);
    });
  }

  async stop(): Promise<void> {
    clearInterval(this.#beat);
    await this.#thread.terminate();
  }
}

/** Without what cannot be handed to a thread. */
function plain(options: object): object {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => typeof value !== 'function'));
}
