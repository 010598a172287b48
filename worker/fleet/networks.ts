/** Connections in one network, or behind one jump host: an sshd refuses whom it does not know yet from ten on. */
const MOST_IN_NETWORK = 6;

/** How many of a worker's looks and runs, or of another kind of work, are under way, by network. */
export class Networks {
  readonly #most: number;
  readonly #underWay = new Map<string, number>();

  constructor(most = MOST_IN_NETWORK) {
    this.#most = most;
  }

  /** Call the answer when it is over. Undefined: as many are under way there as may be. */
  enter(network: string | undefined): (() => void) | undefined {
    if (network === undefined) return () => {};
    const count = this.#underWay.get(network) ?? 0;
    if (count >= this.#most) return undefined;
    this.#underWay.set(network, count + 1);
    return () => {
      const left = (this.#underWay.get(network) ?? 1) - 1;
      if (left > 0) this.#underWay.set(network, left);
      else this.#underWay.delete(network);
    };
  }
}
