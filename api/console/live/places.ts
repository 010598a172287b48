import type { WebSocket } from 'ws';
import { LimitReached } from '../../http/limits.ts';
import type { Upgrade } from '../../live/upgrades.ts';

/** Seconds after which another try makes sense. */
const RETRY_S = 30;

interface Entry {
  accept: Upgrade['accept'];
  before?: () => Promise<void>;
  enter: (opened: WebSocket, leave: () => void) => void;
}

/** A limited number of places in a process, and of them a limited number per operator, so that nobody shuts the others out. */
export class Places {
  readonly #most: { all: number; ofOne: number };
  readonly #taken = new Map<string, number>();
  #all = 0;

  constructor(most: { all: number; ofOne: number }) {
    this.#most = most;
  }

  /**
   * Keeps a place for somebody whose socket `accept` opens, after `before`: `enter` has it, and has `leave` called as it
   * closes. Throws `LimitReached`, and what those throw.
   */
  async admit(operator: string, { accept, before, enter }: Entry): Promise<void> {
    const leave = this.#take(operator);
    let isIn = false;
    try {
      await before?.();
      accept((opened) => {
        isIn = true;
        enter(opened, leave);
      });
    } finally {
      if (!isIn) leave();
    }
  }

  /** Takes one; the returned function gives it back. */
  #take(operator: string): () => void {
    const theirs = this.#taken.get(operator) ?? 0;
    if (this.#all >= this.#most.all || theirs >= this.#most.ofOne) throw new LimitReached(RETRY_S);
    this.#add(operator, 1);
    return () => this.#add(operator, -1);
  }

  #add(operator: string, count: number): void {
    this.#all += count;
    const theirs = (this.#taken.get(operator) ?? 0) + count;
    if (theirs > 0) this.#taken.set(operator, theirs);
    else this.#taken.delete(operator);
  }
}
