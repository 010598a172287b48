import { stat } from 'node:fs/promises';

/** Milliseconds for which a file that was just written may be written again and look the same. */
const FRESH_MS = 2_000;

/** What tells a file or a folder from another in its place, and where it `changes`, from itself before. */
export async function identify(
  path: string,
  { changes = true } = {},
): Promise<{ identity: string; isFresh: boolean }> {
  const found = await stat(path).catch(() => undefined);
  if (!found) return { identity: 'none', isFresh: false };
  const { dev, ino, size, mtimeMs, ctimeMs } = found;
  const identity = changes ? [dev, ino, size, mtimeMs, ctimeMs] : [dev, ino];
  // By this machine's clock alone, or a network file system's: both ways.
  return { identity: identity.join(), isFresh: Math.abs(Date.now() - ctimeMs) < FRESH_MS };
}
