import { readFileSync } from 'node:fs';

let known: string | undefined;

/** The version of Keyferry that is running, as its package.json has it. */
export function keyferryVersion(): string {
  known ??= String(JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version);
  return known;
}
