import { expect, test } from '@jest/globals';
import { hideSecrets, isSettled } from '../../../scripts/cli/canary.ts';

const DAY = 24 * 60 * 60_000;
const NOW = Date.parse('2026-11-30T12:00:00.000Z');

test('no secret is left in the environment of what the canary installs, nor where one lies', () => {
  const environment: Record<string, string | undefined> = {
    PATH: '/bin',
    DATABASE_URL: 'postgresql://x',
    DATABASE_URL_FILE: '/secrets/x',
    PGPASSWORD: 'x',
    VAULT_KEYS: 'x',
    REDIS_URL: 'redis://:x@host',
    AWS_SECRET_ACCESS_KEY: 'x',
  };
  hideSecrets(environment);
  expect(environment).toEqual({ PATH: '/bin' });
});

test('what only the record calls broken is tried again after some days, and nothing else is', () => {
  const day = (ago: number) => new Date(NOW - ago * DAY).toISOString().slice(0, 10);
  expect(isSettled(undefined, NOW)).toBe(false);
  expect(isSettled({ verdict: 'green', tried: day(99), isRecord: true }, NOW)).toBe(true);
  expect(isSettled({ verdict: 'broken', tried: day(99) }, NOW)).toBe(true);
  expect(isSettled({ verdict: 'broken', tried: day(1), isRecord: true }, NOW)).toBe(true);
  expect(isSettled({ verdict: 'broken', tried: day(5), isRecord: true }, NOW)).toBe(false);
});
