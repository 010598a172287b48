import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { System } from '../../lab/system.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What `keyferry fleet …` says of a system, a line of JSON each. Throws what it printed where it ends with another code. */
export async function fleetCli(system: System, words: readonly string[], codes: readonly number[] = [0]) {
  const { PATH, HOME } = process.env;
  const env = { PATH, HOME, DATABASE_URL: system.databaseUrl, REDIS_URL: system.redis.url };
  const command = ['scripts/keyferry.ts', 'fleet', ...words, '--json'];
  const { stdout } = await promisify(execFile)(process.execPath, command, { cwd: ROOT, env }).catch(
    (thrown: { code?: number; stdout: string }) => {
      if (!codes.includes(thrown.code ?? -1)) throw thrown;
      return thrown;
    },
  );
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}
