import { KeyferryError } from '../../core/contract/errors.ts';
import type { Vault } from './vault.ts';

/** How many are rewrapped with one query. */
const PAGE = 100;
/** Requests to AWS KMS at a time. */
const AT_ONCE = 5;

/** What a rotation has come to. */
export interface Rewrapped {
  /** Wrapped with the current key now. */
  rewrapped: number;
  /** Those that are still wrapped with another, by that key: it is not configured, or they are damaged. */
  left: ReadonlyMap<string, number>;
}

/**
 * Wraps every data key that another key has wrapped with the current one, a few at a time; no credential is opened. Yields
 * what it has come to after each page. Ended in the middle it has done a part, and does the rest when it is called again;
 * all copies open all the time. Throws `vault_unavailable`, `vault_denied`.
 */
export async function* rewrapAll({ keys, copies }: Vault, signal: AbortSignal): AsyncGenerator<Rewrapped> {
  const left = new Map<string, number>();
  let rewrapped = 0;
  let after: string | undefined;
  for (;;) {
    const page = await copies.wrappedByOthers(keys.current, PAGE, after);
    for (let from = 0; from < page.length; from += AT_ONCE)
      await Promise.all(
        page.slice(from, from + AT_ONCE).map(async ({ wrapped, ...owner }) => {
          const isRead = keys.has(wrapped.by);
          try {
            if (!isRead) throw new KeyferryError('vault_unreadable');
            const next = await keys.rewrap(wrapped, owner, signal);
            if (await copies.rewrap(owner.connection, wrapped, next)) rewrapped += 1;
          } catch (thrown) {
            if (!(thrown instanceof KeyferryError) || thrown.code !== 'vault_unreadable') throw thrown;
            left.set(wrapped.by, (left.get(wrapped.by) ?? 0) + 1);
          }
        }),
      );
    yield { rewrapped, left };
    after = page.at(-1)?.connection;
    if (page.length < PAGE) return;
  }
}
