/** Chance that is the same for the same seed. Not for secrets. */
export class Draw {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 up to, but not, 1 (mulberry32). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from 0 to `most`. */
  upTo(most: number): number {
    return Math.floor(this.next() * (most + 1));
  }

  /** True in this part of all cases. */
  chance(part: number): boolean {
    return this.next() < part;
  }

  pick<T>(from: readonly [T, ...T[]]): T {
    return from[this.upTo(from.length - 1)] ?? from[0];
  }
}

/** Cards drawn without replacement, shuffled again when all are drawn: random, but nothing is omitted for long. */
export class Deck<T> {
  readonly #cards: readonly [T, ...T[]];
  readonly #draw: Draw;
  #left: T[] = [];

  constructor(cards: readonly [T, ...T[]], draw: Draw) {
    this.#cards = cards;
    this.#draw = draw;
  }

  next(): T {
    if (this.#left.length === 0) this.#left = [...this.#cards];
    const [card] = this.#left.splice(this.#draw.upTo(this.#left.length - 1), 1);
    return card ?? this.#cards[0];
  }
}
