import { renameSync, writeFileSync } from 'node:fs';
import { stringify } from 'yaml';
import type { Box } from './box.ts';

/** One entry of the inventory. */
export type BoxEntry =
  | { local: true; columns?: number }
  | { command: readonly [string, ...string[]]; columns?: number }
  | { ssh: string; knownHosts: string; identity: string; transport?: 'ssh2' | 'openssh'; columns?: number };

/** How a worker reaches a box of the lab. */
export function boxEntry({ target, knownHostsFile, identityFile }: Box): BoxEntry {
  return { ssh: target, knownHosts: knownHostsFile, identity: identityFile };
}

/** Writes the inventory (BOXES_FILE); whoever reads it meanwhile sees the old one or the new one, whole. */
export function writeBoxesFile(path: string, boxes: ReadonlyMap<string, BoxEntry>): void {
  writeFileSync(`${path}.new`, stringify({ boxes: Object.fromEntries(boxes) }), { mode: 0o600 });
  renameSync(`${path}.new`, path);
}
