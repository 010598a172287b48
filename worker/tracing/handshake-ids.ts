import { createHash } from 'node:crypto';
import { type IdGenerator, RandomIdGenerator } from '@opentelemetry/sdk-trace';

/** A handshake's trace: its own id without dashes. */
export function traceIdOf(handshake: string): string {
  return handshake.replaceAll('-', '').toLowerCase();
}

/**
 * The span of the whole handshake. Several workers may have a part in one: each must know the id without asking, and
 * only the last makes the span.
 */
export function rootIdOf(handshake: string): string {
  return createHash('sha256').update(`root of ${handshake}`).digest('hex').slice(0, 16);
}

/** Random ids, but for the root of a handshake's trace. */
export class HandshakeIds implements IdGenerator {
  readonly #random = new RandomIdGenerator();
  #root: string | undefined;

  /** Spans that `make` begins get the ids of this handshake's root. */
  asRoot<T>(handshake: string, make: () => T): T {
    this.#root = handshake;
    try {
      return make();
    } finally {
      this.#root = undefined;
    }
  }

  generateTraceId(): string {
    return this.#root === undefined ? this.#random.generateTraceId() : traceIdOf(this.#root);
  }

  generateSpanId(): string {
    return this.#root === undefined ? this.#random.generateSpanId() : rootIdOf(this.#root);
  }
}
