import { z } from 'zod';
import { handshakeIdSchema } from '../../core/contract/snapshot.ts';
import type { Consent, Ways } from '../model/state.ts';

/** Where a tab keeps something across a reload: `sessionStorage`, or nothing if the browser has none. */
export interface Store {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

const CONSENT = 'keyferry.consent';
const WAYS = 'keyferry.ways';
const RELOADED = 'keyferry.reloaded';

/** Milliseconds within which the page reloads itself at most once. */
const RELOAD_MS = 60_000;

const consentSchema = z.strictObject({
  handshake: handshakeIdSchema,
  opened: z.strictObject({ attempt: z.int(), seq: z.int() }).optional(),
});

/** What a tab remembers: which handshake the customer agreed to, and when it last reloaded itself. */
export class Memory {
  readonly #store: Store | undefined;

  constructor(store: Store | undefined) {
    this.#store = store;
  }

  get consent(): Consent | undefined {
    const { success, data } = consentSchema.safeParse(this.#read(CONSENT));
    return success ? { handshake: data.handshake, opened: data.opened } : undefined;
  }

  set consent(consent: Consent | undefined) {
    // Consent to a handshake that has no id yet is for this page alone.
    this.#write(CONSENT, consent?.handshake === undefined ? undefined : consent);
  }

  /** Where to go when the visit is over, also after a reload. */
  get ways(): Ways | undefined {
    return (this.#read(WAYS) as Ways | null) ?? undefined;
  }

  set ways({ returnUrl, refreshUrl, brand, supportCode }: Ways) {
    this.#write(WAYS, { returnUrl, refreshUrl, brand, supportCode });
  }

  /** True when the page may reload itself now; the reload is then remembered. */
  mayReload(now: number): boolean {
    const last = this.#read(RELOADED);
    if (!this.#store || (typeof last === 'number' && now - last < RELOAD_MS)) return false;
    this.#write(RELOADED, now);
    return true;
  }

  #read(key: string): unknown {
    try {
      return JSON.parse(this.#store?.getItem(key) ?? 'null');
    } catch {
      return null;
    }
  }

  #write(key: string, value: unknown): void {
    try {
      if (value === undefined) this.#store?.removeItem(key);
      else this.#store?.setItem(key, JSON.stringify(value));
    } catch {
      // A browser that stores nothing (full, or private): the page asks once more after a reload.
    }
  }
}
