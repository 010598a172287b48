import type { Owners, TaggedInstance } from './instances.ts';

/** Milliseconds after which a reading that is still in use is refreshed, for later callers. */
const AGEING_MS = 5 * 60_000;

/** The owners of a region's instances, as read at one time. */
interface Read {
  /** Milliseconds, when the reading began. */
  since: number;
  owners: Owners;
}

/**
 * The instances of one region by customer, kept for a while. All who ask at once share one reading; a caller
 * who stops waiting does not end it for the others.
 */
export class Listing {
  readonly #list: () => Promise<Owners>;
  #cached: Read | undefined;
  #coming: { since: number; read: Promise<Read> } | undefined;

  constructor(list: () => Promise<Owners>) {
    this.#list = list;
  }

  /** What a reading no older than `notBefore` (milliseconds) says; `since` is its own time. */
  async of(
    customer: string,
    notBefore: number,
  ): Promise<{ since: number; instances: readonly TaggedInstance[] }> {
    const { since, owners } = await this.#read(notBefore);
    return { since, instances: owners.get(customer) ?? [] };
  }

  /** All of them, as a reading no older than `notBefore` says. */
  async all(notBefore: number): Promise<Owners> {
    return (await this.#read(notBefore)).owners;
  }

  async #read(notBefore: number): Promise<Read> {
    for (;;) {
      if (this.#cached && this.#cached.since >= notBefore) {
        if (this.#cached.since < Date.now() - AGEING_MS && !this.#coming) this.#begin();
        return this.#cached;
      }
      // One that started too early is awaited, so that no two run in parallel.
      const coming = this.#coming ?? this.#begin();
      if (coming.since >= notBefore) return coming.read;
      await coming.read.catch(() => undefined);
    }
  }

  #begin() {
    const since = Date.now();
    const read = this.#list().then((owners) => {
      this.#cached = { since, owners };
      return this.#cached;
    });
    const coming = { since, read };
    this.#coming = coming;
    const over = () => {
      this.#coming = undefined;
    };
    read.then(over, over);
    return coming;
  }
}
