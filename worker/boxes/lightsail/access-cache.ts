import type { Access } from './access.ts';
import type { TaggedInstance } from './instances.ts';

/** A certificate is not used in its last milliseconds, because signing in takes a while. */
const MARGIN_MS = 20_000;
/** The most keys that are kept; the oldest goes first. */
const MOST_CACHED = 1_000;

/** Ways to sign in, kept until shortly before they end. Those who ask for the same one at once share a request. */
export class AccessCache {
  readonly #fetch: (instance: TaggedInstance) => Promise<Access>;
  readonly #cached = new Map<string, Access>();
  readonly #coming = new Map<string, Promise<Access>>();

  constructor(fetch: (instance: TaggedInstance) => Promise<Access>) {
    this.#fetch = fetch;
  }

  /** `kept`: it was fetched for an earlier call. */
  async get(instance: TaggedInstance): Promise<{ access: Access; isCached: boolean }> {
    const key = keyOf(instance);
    const found = this.#cached.get(key);
    if (found && found.expiresAt - MARGIN_MS > Date.now()) return { access: found, isCached: true };
    this.#cached.delete(key);
    return { access: await (this.#coming.get(key) ?? this.#begin(instance, key)), isCached: false };
  }

  /** It did not lead to the box. */
  forget(instance: TaggedInstance): void {
    this.#cached.delete(keyOf(instance));
  }

  #begin(instance: TaggedInstance, key: string): Promise<Access> {
    const coming = this.#fetch(instance).then((access) => {
      this.#keep(key, access);
      return access;
    });
    this.#coming.set(key, coming);
    const over = () => this.#coming.delete(key);
    coming.then(over, over);
    return coming;
  }

  #keep(key: string, access: Access): void {
    if (access.expiresAt - MARGIN_MS <= Date.now()) return;
    const [oldest] = this.#cached.keys();
    if (this.#cached.size >= MOST_CACHED && oldest !== undefined) this.#cached.delete(oldest);
    this.#cached.set(key, access);
  }
}

function keyOf({ region, name }: TaggedInstance): string {
  return `${region}/${name}`;
}
