import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { KeyferryError } from '../../../core/contract/errors.ts';
import {
  beginOwnTime,
  endOwnTime,
  hasJustStood,
  ownNow,
  ownTimeout,
} from '../../../core/process/own-time.ts';
import { Progress } from '../../../worker/handshake/progress.ts';
import { withinLimits } from '../../../worker/transports/deadline.ts';

/** Does nothing but keep the loop. */
function block(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

const BLOCK_MS = 1_500;

describe('a process that stands still', () => {
  beforeEach(beginOwnTime);
  afterEach(endOwnTime);

  test('has a clock that stands still as well', async () => {
    await sleep(50);
    const [own, all] = [ownNow(), performance.now()];
    block(BLOCK_MS);
    const during = ownNow() - own;
    await sleep(150);
    const [ownPassed, passed] = [ownNow() - own, performance.now() - all];
    expect(during).toBeLessThan(BLOCK_MS / 2);
    expect(passed - ownPassed).toBeGreaterThan(BLOCK_MS / 2);
  });

  test('does not blame the box for it: a call that was answered meanwhile is not late', async () => {
    await sleep(50);
    const limits = { signal: new AbortController().signal, timeoutMs: BLOCK_MS / 2 };
    const late = () => new KeyferryError('box_call_timeout');
    // Answered by something that comes after the timers of a loop that was blocked.
    const call = withinLimits(limits, late, () =>
      sleep(BLOCK_MS / 4)
        .then(() => sleep(1))
        .then(() => 'answered'),
    );
    block(BLOCK_MS);
    await expect(call).resolves.toBe('answered');
  });

  test('knows that it has just done so', async () => {
    await sleep(50);
    block(BLOCK_MS);
    expect(hasJustStood(BLOCK_MS / 2, 60_000)).toBe(true);
    await sleep(150);
    expect(hasJustStood(BLOCK_MS / 2, 60_000)).toBe(true);
    expect(hasJustStood(BLOCK_MS / 2, 1)).toBe(false);
    expect(hasJustStood(100 * BLOCK_MS, 60_000)).toBe(false);
  });

  test('takes nothing of a phase’s time away', async () => {
    await sleep(50);
    const told: number[] = [];
    const progress = new Progress(() => undefined, new AbortController().signal, { reaching: BLOCK_MS });
    progress.enter('reaching');
    block(BLOCK_MS);
    told.push(progress.limits.timeoutMs);
    expect(told[0]).toBeGreaterThan(BLOCK_MS / 2);
  });

  test('still ends what takes too long by itself, and what was called off never', async () => {
    let ended = 0;
    await new Promise<void>((resolve) => {
      ownTimeout(20, () => {
        ended += 1;
        resolve();
      });
      ownTimeout(10, () => {
        ended += 10;
      })();
    });
    expect(ended).toBe(1);
  });
});
