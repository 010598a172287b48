import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { Stalls } from '../../../worker/queue/stalls.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

test('a search that waited for Redis takes nobody for dead while those who are back renew their locks', async () => {
  let goOn = () => {};
  const renewed = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  let rounds = 0;
  const stalls = new Stalls({
    stalledMs: 1_000,
    before: () => renewed,
    release: async () => {
      rounds += 1;
    },
    onError: (error) => {
      throw error;
    },
  });
  stalls.begin();
  // It waits for Redis, which is away; then Redis is back.
  await jest.advanceTimersByTimeAsync(1_500);
  stalls.rest(5_000);
  goOn();
  await jest.advanceTimersByTimeAsync(3_000);
  expect(rounds).toBe(0);
  await jest.advanceTimersByTimeAsync(5_000);
  expect(rounds).toBeGreaterThan(0);
  stalls.end();
});
