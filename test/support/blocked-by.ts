import { Redactor } from '../../core/secrets/redaction.ts';

/** Milliseconds for which a screen with these words on it keeps the event loop: far past the locks of a test. */
const BLOCKS_MS = 14_000;

/** Makes a reader of this process one of those that stop workers: where `words` are on a screen it blocks the loop. */
export function blockedBy(words: string): void {
  const rows = Redactor.prototype.rows;
  Redactor.prototype.rows = function readSlowly(this: Redactor, all: readonly string[]): string[] {
    if (all.some((row) => row.includes(words))) {
      const began = performance.now();
      while (performance.now() - began < BLOCKS_MS);
    }
    return rows.call(this, all);
  };
}
