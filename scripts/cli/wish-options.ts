import type { Command } from 'commander';
import { versionOrLatest } from './versions.ts';
import { webAddress } from './web-address.ts';

const VERSION =
  'exact version, or `latest`: the newest that was tried and works (default: the one that is installed, otherwise that)';

/** What somebody can wish for on a box that is prepared: see `Wishes`. */
export function withWishes(command: Command): Command {
  return command
    .option('--claude <version>', VERSION, versionOrLatest)
    .option('--openclaw <version>', VERSION, versionOrLatest)
    .option('--node-from <url>', 'where to download Node from (default: https://nodejs.org/dist)', webAddress)
    .option('--no-swap', 'do not create a swap file')
    .option('--dry-run', 'say what would be done, but change nothing');
}
