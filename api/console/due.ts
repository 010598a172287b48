/** Things that each have a time at which to be examined again, the next one first. */
export class Due<Item> {
  readonly #times = new Map<Item, number>();
  /** In order of their times. */
  readonly #queue: { item: Item; at: number }[] = [];

  /** When the next of them is due (ms since 1970); Infinity where none is. */
  get next(): number {
    return this.#queue[0]?.at ?? Infinity;
  }

  /** Makes it due then, replacing its earlier time; Infinity: never. */
  set(item: Item, at: number): void {
    const before = this.#times.get(item);
    if (before === at) return;
    if (before !== undefined) this.#drop(item, before);
    if (at === Infinity) return;
    this.#times.set(item, at);
    this.#queue.splice(this.#placeOf(at), 0, { item, at });
  }

  /** Takes out all that are due by now. */
  take(now: number): Item[] {
    const taken = this.#queue.splice(0, this.#placeOf(now + 1)).map(({ item }) => item);
    for (const item of taken) this.#times.delete(item);
    return taken;
  }

  clear(): void {
    this.#times.clear();
    this.#queue.length = 0;
  }

  #drop(item: Item, at: number): void {
    this.#times.delete(item);
    for (let place = this.#placeOf(at); this.#queue[place]?.at === at; place += 1) {
      if (this.#queue[place]?.item !== item) continue;
      this.#queue.splice(place, 1);
      return;
    }
  }

  /** The first place whose time is not before this one. */
  #placeOf(at: number): number {
    let [low, high] = [0, this.#queue.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#queue[middle]?.at ?? Infinity) < at) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
