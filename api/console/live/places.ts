import { LimitReached } from '../../http/limits.ts';

/** Seconds after which it is worth another try. */
const RETRY_S = 30;

/** So many places in a process, and of them so many for one operator: nobody shuts the others out. */
export class Places {
  readonly #most: { all: number; ofOne: number };
  readonly #taken = new Map<string, number>();
  #all = 0;

  constructor(most: { all: number; ofOne: number }) {
    this.#most = most;
  }

  /** Keeps a place for somebody who comes in by `come`, which says whether they did and has `leave` called as they go. Throws `LimitReached`, and what that throws. */
  async admit(operator: string, come: (leave: () => void) => Promise<boolean>): Promise<void> {
    const leave = this.#take(operator);
    let isIn = false;
    try {
      isIn = await come(leave);
    } finally {
      if (!isIn) leave();
    }
  }

  /** Takes one; what it answers gives it back. */
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
