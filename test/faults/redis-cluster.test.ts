import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { openRedis } from '../../core/store/redis.ts';
import { type LabRedis, startRedis } from '../../lab/redis.ts';
import { SystemProcess } from '../../lab/system-process.ts';
import { freshWorkerKeys } from '../../lab/worker-keys.ts';
import { until } from '../support/redis-system.ts';

const SAID = /REDIS_URL leads to a Redis Cluster.*docs\/capacity\.md, under "More than one Redis"/;

let cluster: LabRedis;
beforeAll(async () => {
  cluster = await startRedis({ settings: ['--cluster-enabled', 'yes'] });
});
afterAll(() => cluster?.stop());

/** What both processes read; nothing else of it is reached. */
const environment = () => {
  const { PATH = '', HOME = '' } = process.env;
  return {
    ...{ PATH, HOME, REDIS_URL: cluster.url, DATABASE_URL: 'postgresql://127.0.0.1:1/none' },
    ...{ SEALING_KEYS: `one:${randomBytes(32).toString('base64')}`, ...freshWorkerKeys() },
    ...{ API_KEYS: `dashboard:${randomBytes(32).toString('hex')}`, BASE_DOMAIN: 'keyferry.test' },
    ...{ PORT: '0', HEALTH_PORT: '0' },
  };
};

describe.each([
  ['of which no part is anybody’s yet', async () => {}],
  [
    'that works',
    async () => {
      const redis = new Redis(cluster.url);
      await redis.call('CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
      await until(async () => String(await redis.call('CLUSTER', 'INFO')).includes('cluster_state:ok'));
      redis.disconnect();
    },
  ],
])('a Redis Cluster %s', (_, prepare) => {
  beforeAll(prepare);

  test.each(['api', 'worker'])(
    'is refused by the %s as it starts, in a sentence that says what to do',
    async (who) => {
      const refused = new SystemProcess(who, `${who}/main.ts`, environment());
      await expect(refused.start()).rejects.toThrow('ended at its start with 1');
      expect(refused.log).toMatch(SAID);
      expect(refused.log).not.toMatch(/^\s+at /m);
    },
  );

  test('that comes up later is let go, and the log says why', async () => {
    const lines: string[] = [];
    const log = pino({}, { write: (line: string) => void lines.push(line) });
    const redis = openRedis({ url: cluster.url, prefix: 'kf-test' }, 'ask', log);
    await until(() => redis.status === 'end');
    await expect(redis.ping()).rejects.toThrow('Connection is closed');
    expect(JSON.parse(lines.join('')).msg).toMatch(SAID);
  });
});
