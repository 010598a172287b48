import type { Access } from './access.ts';
import type { TaggedInstance } from './instances.ts';

/** Milliseconds before its end from which on a certificate is not used any more: signing in takes a while. */
const MARGIN_MS = 20_000;
/** Keys kept at most; the oldest goes first. */
const MOST_KEPT = 1_000;

/** Ways to sign in, kept until shortly before they end. Those who ask for the same one at once share a request. */
export class AccessCache {
  readonly #fetch: (instance: TaggedInstance) => Promise<Access>;
  readonly #kept = new Map<string, Access>();
  readonly #coming = new Map<string, Promise<Access>>();

  constructor(fetch: (instance: TaggedInstance) => Promise<Access>) {
    this.#fetch = fetch;
  }

  /** `kept`: it was fetched for an earlier call. */
  async get(instance: TaggedInstance): Promise<{ access: Access; kept: boolean }> {
    const key = keyOf(instance);
    const found = this.#kept.get(key);
    if (found && found.expiresAt - MARGIN_MS > Date.now()) return { access: found, kept: true };
    this.#kept.delete(key);
    return { access: await (this.#coming.get(key) ?? this.#begin(instance, key)), kept: false };
  }

  /** It did not lead to the box. */
  forget(instance: TaggedInstance): void {
    this.#kept.delete(keyOf(instance));
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
    const [oldest] = this.#kept.keys();
    if (this.#kept.size >= MOST_KEPT && oldest !== undefined) this.#kept.delete(oldest);
    this.#kept.set(key, access);
  }
}

function keyOf({ region, name }: TaggedInstance): string {
  return `${region}/${name}`;
}
