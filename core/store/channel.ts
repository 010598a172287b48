import type { Redis } from 'ioredis';
import type { z } from 'zod';
import { tolerant } from '../contract/tolerant.ts';

/**
 * One topic of Redis pub/sub with a schema. Messages are nudges, never the truth: what is missed while the
 * connection is down is made up for by `onGap`, which is called on every (re)connect and must read the true state again.
 */
export class Channel<Schema extends z.ZodType> {
  readonly #name: string;
  readonly #schema: Schema;

  constructor(name: string, schema: Schema) {
    this.#name = name;
    this.#schema = schema;
  }

  async publish(redis: Redis, message: z.infer<Schema>): Promise<void> {
    await redis.publish(this.#name, JSON.stringify(message));
  }

  /**
   * Listens on a connection of its own (`openRedis(…, 'wait')`), which may serve several channels.
   * Messages that do not match the schema are omitted, and so are fields that this version does not know. Resolves when the subscription is active.
   */
  async listen(
    subscriber: Redis,
    { onMessage, onGap }: { onMessage: (message: z.infer<Schema>) => void; onGap: () => void },
  ): Promise<void> {
    subscriber.on('message', (name: string, text: string) => {
      if (name !== this.#name) return;
      const parsed = tolerant(this.#schema).safeParse(tryJson(text));
      if (parsed.success) onMessage(parsed.data);
    });
    await subscriber.subscribe(this.#name);
    onGap();
    // ioredis subscribes again automatically before it emits `ready`.
    subscriber.on('ready', onGap);
  }
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
