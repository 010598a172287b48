import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { System } from '../../lab/system.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What `keyferry fleet …` says of a system, a line of JSON each. */
export async function fleetCli(system: System, words: readonly string[]) {
  const { PATH, HOME } = process.env;
  const env = { PATH, HOME, DATABASE_URL: system.databaseUrl, REDIS_URL: system.redis.url };
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['scripts/keyferry.ts', 'fleet', ...words, '--json'],
    { cwd: ROOT, env },
  );
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}
