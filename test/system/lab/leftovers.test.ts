import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { childrenOf } from '../../../lab/children-of.ts';
import { sweepLeftovers } from '../../../lab/leftovers.ts';
import { until } from '../../support/redis-system.ts';

const LAB = fileURLToPath(new URL('../../../lab/', import.meta.url));
/** A lab with servers of its own, which says where they are, and then does nothing more. */
const STARTS = `
  const { startPostgres } = await import('${LAB}postgres.ts');
  const { startRedis } = await import('${LAB}redis.ts');
  const all = await Promise.all([startPostgres(), startRedis()]);
  console.log(JSON.stringify(all.map(({ directory }) => directory)));
`;

/** A lab's process, and what it has started. */
interface Lab {
  directories: string[];
  /** What it has started itself. */
  servers: number[];
  /** These, and what they have started: of PostgreSQL's own some come and go. */
  processes: number[];
  kill(): Promise<void>;
}
const labs: Lab[] = [];

async function startLab(): Promise<Lab> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', STARTS], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(child.stdout, 'data');
  const directories: string[] = JSON.parse(String(line));
  const servers = childrenOf(child.pid ?? 0);
  const ended = once(child, 'exit');
  const kill = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  const processes = [...servers, ...servers.flatMap(childrenOf)];
  const lab = { directories, servers, processes, kill };
  labs.push(lab);
  return lab;
}

/** Runs, and is not merely waited for by nobody. */
function runs(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(join('/proc', `${pid}`, 'status'), 'utf8'));
  } catch {
    return false;
  }
}

let killed: Lab;
let alive: Lab;
beforeAll(async () => {
  [killed, alive] = await Promise.all([startLab(), startLab()]);
});
afterAll(async () => {
  await Promise.all(labs.map(({ kill }) => kill()));
  await sweepLeftovers();
});

test('the servers and files of a lab that was killed are swept, and those of one that runs are not', async () => {
  expect(killed.processes.length).toBeGreaterThan(3);
  await killed.kill();
  expect(killed.servers.filter(runs)).toEqual(killed.servers);
  // A Redis whose folder was removed before it ended is found by where it works.
  rmSync(killed.directories[1] ?? '', { recursive: true });
  await sweepLeftovers();
  await until(() => !killed.processes.some(runs));
  expect(killed.directories.filter((path) => existsSync(path))).toEqual([]);
  expect(alive.servers.filter(runs)).toEqual(alive.servers);
  expect(alive.directories.filter((path) => existsSync(path))).toEqual(alive.directories);
});
