import type { Redis } from 'ioredis';
import {
  type LiveViewRequest,
  liveViewRequestSchema,
  type ShownFrame,
  shownFrameSchema,
} from '../contract/live-view.ts';
import { Channel } from './channel.ts';

/** Carries live views: an api says what is being watched, and the worker that has it shows it. Nothing of it stays in Redis. */
export class LiveViewChannel {
  readonly #redis: Redis;
  readonly #watches: Channel<typeof liveViewRequestSchema>;
  readonly #frames: Channel<typeof shownFrameSchema>;

  constructor(redis: Redis, prefix: string) {
    this.#redis = redis;
    this.#watches = new Channel(`${prefix}:watches`, liveViewRequestSchema);
    this.#frames = new Channel(`${prefix}:frames`, shownFrameSchema);
  }

  /** Says that a handshake is watched. */
  watch(watch: LiveViewRequest): Promise<void> {
    return this.#watches.publish(this.#redis, watch);
  }

  show(frame: ShownFrame): Promise<void> {
    return this.#frames.publish(this.#redis, frame);
  }

  /** For workers. What is missed is repeated after `WATCH_BEAT_MS`. */
  listenForWatches(subscriber: Redis, onWatch: (watch: LiveViewRequest) => void): Promise<void> {
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
