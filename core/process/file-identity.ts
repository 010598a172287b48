import { stat } from 'node:fs/promises';

/** Milliseconds within which a file that was just written may be written again and still look the same. */
const FRESH_MS = 2_000;

/** What distinguishes a file or a folder from another in its place and, if it `changes`, from its earlier state. */
export async function identify(
  path: string,
  { changes = true } = {},
): Promise<{ identity: string; isFresh: boolean }> {
  const found = await stat(path).catch(() => undefined);
  if (!found) return { identity: 'none', isFresh: false };
  const { dev, ino, size, mtimeMs, ctimeMs } = found;
  const identity = changes ? [dev, ino, size, mtimeMs, ctimeMs] : [dev, ino];
  // By the clock of this machine or of a network file system, so both directions count.
  return { identity: identity.join(), isFresh: Math.abs(Date.now() - ctimeMs) < FRESH_MS };
}
