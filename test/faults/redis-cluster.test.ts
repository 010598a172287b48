import { expect, test } from '@jest/globals';
import { pino } from 'pino';
import { openRedis } from '../../core/store/redis.ts';
import { startRedis } from '../../lab/redis.ts';
import { until } from '../support/redis-system.ts';

test('a Redis Cluster is not worked with, and the log says so', async () => {
  const cluster = await startRedis({ settings: ['--cluster-enabled', 'yes'] });
  const lines: string[] = [];
  const log = pino({}, { write: (line: string) => void lines.push(line) });
  const redis = openRedis({ url: cluster.url, prefix: 'kf-test' }, 'ask', log);
  await until(() => redis.status === 'end');
  await expect(redis.ping()).rejects.toThrow('Connection is closed');
  expect(lines.join('')).toContain('leads to a Redis Cluster, which Keyferry cannot use');
  await cluster.stop();
});
