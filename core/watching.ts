import type { Redis } from 'ioredis';
import { z } from 'zod';
import { Channel } from './channel.ts';
import { handshakeIdSchema } from './snapshot.ts';

/** Milliseconds after which an api says again that somebody watches, and after which a worker takes it that nobody does. */
export const WATCH_BEAT_MS = 10_000;
export const WATCH_ENDS_MS = 3 * WATCH_BEAT_MS;

/** Somebody watches; `whole`: they have just come, and need the whole screen. */
const watchSchema = z.strictObject({ handshake: handshakeIdSchema, whole: z.boolean() });
export type Watch = z.infer<typeof watchSchema>;

/** What a worker shows: redacted, drawn anew from the emulator. */
export const shownFrameSchema = z.strictObject({
  handshake: handshakeIdSchema,
  attempt: z.int().nonnegative(),
  columns: z.int().min(1).max(1_000),
  rows: z.int().min(1).max(500),
  /** Clears the screen first: it needs nothing that came before. */
  whole: z.boolean(),
  data: z.string().max(1_000_000),
});
export type ShownFrame = z.infer<typeof shownFrameSchema>;

/** Carries live views: api says what is watched, the worker that has it shows it. Nothing of it stays in Redis. */
export class Watching {
  readonly #redis: Redis;
  readonly #watches: Channel<typeof watchSchema>;
  readonly #frames: Channel<typeof shownFrameSchema>;

  constructor(redis: Redis, prefix: string) {
    this.#redis = redis;
    this.#watches = new Channel(`${prefix}:watches`, watchSchema);
    this.#frames = new Channel(`${prefix}:frames`, shownFrameSchema);
  }

  /** Says that a handshake is watched. */
  watch(watch: Watch): Promise<void> {
    return this.#watches.publish(this.#redis, watch);
  }

  show(frame: ShownFrame): Promise<void> {
    return this.#frames.publish(this.#redis, frame);
  }

  /** For workers. What is missed is said again after `WATCH_BEAT_MS`. */
  listenForWatches(subscriber: Redis, onWatch: (watch: Watch) => void): Promise<void> {
    return this.#watches.listen(subscriber, { onMessage: onWatch, onGap: () => undefined });
  }

  /** For apis; `onGap`: frames may have been missed, ask for whole ones. */
  listenForFrames(
    subscriber: Redis,
    hear: { onMessage: (frame: ShownFrame) => void; onGap: () => void },
  ): Promise<void> {
    return this.#frames.listen(subscriber, hear);
  }
}
