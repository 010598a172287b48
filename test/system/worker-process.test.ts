import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type LabRedis, startRedis } from '../../lab/redis.ts';
import { freshWorkerKeys } from '../../lab/worker-keys.ts';
import { startTestDatabase, type TestDatabase } from '../support/database.ts';
import { until as holds } from '../support/redis-system.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const KEY = randomBytes(32).toString('base64');

let redis: LabRedis;
let database: TestDatabase;
let late: LabRedis | undefined;
let directory: string;
let good: Record<string, string>;

beforeAll(async () => {
  [redis, database] = await Promise.all([startRedis(), startTestDatabase()]);
  directory = mkdtempSync(join(tmpdir(), `keyferry-process-${process.pid}-`));
  const boxes = join(directory, 'boxes.yaml');
  writeFileSync(boxes, 'boxes:\n  alice: { local: true }\n');
  good = {
    REDIS_URL: redis.url,
    DATABASE_URL: database.url,
    SEALING_KEYS: `k1:${KEY}`,
    WORKER_KEYS: freshWorkerKeys().WORKER_KEYS,
    BOXES_FILE: boxes,
    HEALTH_PORT: '0',
  };
});

const begun: ChildProcess[] = [];

afterAll(async () => {
  for (const child of begun) child.kill('SIGKILL');
  await Promise.all([redis?.stop(), late?.stop()]);
  await database?.stop();
  if (directory) rmSync(directory, { recursive: true, force: true });
});

interface Run {
  child: ChildProcess;
  said: () => string;
  /** Resolves when the pattern has been printed, or the process has ended. */
  until: (pattern: RegExp) => Promise<string>;
  ended: Promise<unknown>;
}

function run(environment: Record<string, string>): Run {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, ['worker/main.ts'], {
    cwd: ROOT,
    env: { PATH, HOME, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  begun.push(child);
  const ended = once(child, 'close');
  let text = '';
  let look = () => {};
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      look();
    });
  const until = (pattern: RegExp) =>
    new Promise<string>((resolve) => {
      look = () => {
        if (pattern.test(text)) resolve(text);
      };
      look();
      void ended.then(() => resolve(text));
    });
  return { child, said: () => text, until, ended };
}

test('it says when it listens, is ready, and ends in order', async () => {
  const { child, until, ended, said } = run(good);
  const listening = (await until(/"msg":"listening".*\n/))
    .split('\n')
    .find((line) => line.includes('listening'));
  const { healthPort } = JSON.parse(listening ?? '{}');
  // It listens before it has looked at the database.
  const ready = async () => (await fetch(`http://127.0.0.1:${healthPort}/readyz`)).text();
  await holds(async () => (await ready()) === 'ready\n');
  child.kill('SIGTERM');
  await ended;
  expect([child.exitCode, child.signalCode]).toEqual([0, null]);
  expect(said()).toMatch(/"msg":"stopped"/);
});

test('without Redis it lives, is not ready, and begins when Redis is there', async () => {
  late = await startRedis();
  await late.halt();
  const { child, until, ended, said } = run({ ...good, REDIS_URL: late.url });
  await until(/redis: connection error/);
  expect(said()).not.toMatch(/listening/);
  await late.resume();
  await until(/"msg":"listening"/);
  child.kill('SIGINT');
  await ended;
  expect(child.exitCode).toBe(0);
});

describe('what it cannot start with is said in a sentence, without a stack or a secret', () => {
  test.each<[string, () => Record<string, string>, RegExp]>([
    ['a weak key', () => ({ ...good, SEALING_KEYS: `k1:${'A'.repeat(43)}=` }), /^ {2}SEALING_KEYS must be/m],
    [
      'a broken inventory',
      () => {
        const file = join(directory, 'broken.yaml');
        writeFileSync(file, 'boxes:\n  alice:\n    ssh: http://box\n    knownHosts: ./x\n');
        return { ...good, BOXES_FILE: file };
      },
      /broken\.yaml, line 3: alice\.ssh is not right: must be ssh:/,
    ],
  ])('%s', async (_, environment, sentence) => {
    const { child, said, ended } = run(environment());
    await ended;
    expect(child.exitCode).toBe(1);
    expect(said()).toMatch(sentence);
    expect(said()).not.toMatch(/^\s+at /m);
    expect(said()).not.toContain(KEY);
  });
});
