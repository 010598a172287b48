import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { generate } from 'selfsigned';
import { readConfig } from '../../core/process/config.ts';
import { openRedis, redisSettings } from '../../core/store/redis.ts';
import { type LabRedis, startRedis } from '../../lab/redis.ts';
import { freshWorkerKeys } from '../../lab/worker-keys.ts';
import { leftOn, type PracticeLab, startPracticeLab } from '../support/practice-lab.ts';
import { startRedisSystem } from '../support/redis-system.ts';

const PASSWORD = 'a-redis-password-of-the-lab';

let directory: string;
let lab: PracticeLab;
let redis: LabRedis;
let caFile: string;

/** A certificate of nobody's but our own. */
async function certificate() {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'Redis of the lab' }], {
    keySize: 2048,
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] },
    ],
  });
  return { key, cert };
}

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'keyferry-redis-tls-'));
  const tls = await certificate();
  caFile = join(directory, 'ca.pem');
  writeFileSync(caFile, tls.cert);
  [lab, redis] = await Promise.all([startPracticeLab(), startRedis({ password: PASSWORD, tls })]);
});

afterAll(async () => {
  await lab?.stop();
  await redis?.stop();
  rmSync(directory, { recursive: true, force: true });
});

test('a customer is connected over a Redis that speaks TLS alone, with a certificate of one’s own', async () => {
  const urlFile = join(directory, 'url');
  writeFileSync(urlFile, `${redis.url}\n`);
  const system = await startRedisSystem({ lab, redis: { REDIS_URL_FILE: urlFile, REDIS_CA_FILE: caFile } });
  try {
    const { begin, signIn, line } = await system.arrive();
    await signIn(await begin());
    await line.phase('connected');
    expect(lab.anthropic.bearers.at(-1)).toBe(lab.anthropic.minted.at(-1));
    expect(await leftOn(system.box)).toEqual([]);
    expect(system.logs()).not.toContain(PASSWORD);
  } finally {
    await system.stop();
  }
});

/** As docs/platform.md gives it: a user of a managed Redis, who may use Keyferry's keys and run nothing. */
const USER = 'ACL SETUSER keyferry on >password ~keyferry:* &keyferry:* +@all -@admin -@dangerous +info';

test('a customer is connected by a user of Redis who has no command that runs it, and is refused none', async () => {
  const administrator = new Redis(redis.url, { tls: { ca: readFileSync(caFile) } });
  const [command = '', ...words] = USER.replace('>password', `>${PASSWORD}`).split(' ');
  await administrator.call(command, ...words);
  await administrator.call('ACL', 'LOG', 'RESET');
  const url = redis.url.replace(`:${PASSWORD}@`, `keyferry:${PASSWORD}@`);
  const system = await startRedisSystem({ lab, redis: { REDIS_URL: url, REDIS_CA_FILE: caFile } });
  try {
    const { begin, signIn, line } = await system.arrive();
    await signIn(await begin());
    await line.phase('connected');
    expect(await leftOn(system.box)).toEqual([]);
  } finally {
    await system.stop();
  }
  expect(await administrator.call('ACL', 'LOG')).toEqual([]);
  administrator.disconnect();
});

test.each([
  ['that nobody vouches for', () => ({ REDIS_URL: redis.url }), /self-signed certificate/],
  [
    'of another name',
    () => ({ REDIS_URL: redis.url.replace('127.0.0.1', 'localhost'), REDIS_CA_FILE: caFile }),
    /does not match certificate's altnames/,
  ],
])('a Redis with a certificate %s is told nothing', async (_, environment, reason) => {
  const lines: string[] = [];
  const log = pino({}, { write: (line: string) => void lines.push(line) });
  const sealing = `one:${randomBytes(32).toString('base64')}`;
  const config = readConfig('worker', {
    DATABASE_URL: 'postgresql://127.0.0.1/none',
    SEALING_KEYS: sealing,
    WORKER_KEYS: freshWorkerKeys().WORKER_KEYS,
    BOXES_FILE: 'none',
    ...environment(),
  });
  const connection = openRedis(redisSettings(config), 'ask', log);
  await expect(connection.ping()).rejects.toThrow();
  expect(lines.join('')).toMatch(reason);
  connection.disconnect();
});
