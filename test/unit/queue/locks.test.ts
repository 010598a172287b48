import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Locks } from '../../../worker/queue/locks.ts';

const LOCK_MS = 20_000;

beforeEach(() => {
  jest.useFakeTimers();
});

afterEach(() => {
  jest.useRealTimers();
});

function held(extend: (ids: string[], tokens: string[]) => Promise<string[]>) {
  const errors: unknown[] = [];
  const lost: string[] = [];
  const locks = new Locks({ lockMs: LOCK_MS, extend, onError: (error) => errors.push(error) });
  const hold = (id: string, token = 't') =>
    locks.hold({ id, token, lose: (detail) => lost.push(`${id}: ${detail}`) });
  return { hold, lost, errors };
}

describe('the locks of a process', () => {
  test('are renewed together, well before they end, for as long as they are held', async () => {
    const calls: string[][] = [];
    const { hold, lost } = held(async (ids) => {
      calls.push(ids);
      return [];
    });
    const release = [hold('a'), hold('b')];
    await jest.advanceTimersByTimeAsync(10 * LOCK_MS);
    expect(calls.length).toBeGreaterThanOrEqual(20);
    expect(new Set(calls.map((ids) => ids.join()))).toEqual(new Set(['a,b']));
    for (const each of release) each();
    expect(jest.getTimerCount()).toBe(0);
    expect(lost).toEqual([]);
  });

  test('that Redis gave to another are lost at once, the others stay', async () => {
    const { hold, lost } = held(async () => ['b']);
    hold('a');
    hold('b');
    await jest.advanceTimersByTimeAsync(LOCK_MS / 2);
    expect(lost).toEqual(['b: Its lock was lost.']);
  });

  test('are all lost before they can be another’s when Redis does not answer', async () => {
    const { hold, lost } = held(() => new Promise(() => {}));
    hold('a');
    await jest.advanceTimersByTimeAsync(LOCK_MS - 1);
    expect(lost).toEqual(['a: Redis has not renewed the lock in time.']);
  });

  test('survive a Redis that answers with an error once', async () => {
    let failures = 1;
    const { hold, lost, errors } = held(async () => {
      if (failures-- > 0) throw new Error('OOM');
      return [];
    });
    hold('a');
    await jest.advanceTimersByTimeAsync(3 * LOCK_MS);
    expect(errors).toHaveLength(1);
    expect(lost).toEqual([]);
  });

  test('of a job that came back to the same process: the first is lost, the second is kept', async () => {
    const tokens: string[][] = [];
    const { hold, lost } = held(async (_, given) => {
      tokens.push(given);
      return [];
    });
    const release = hold('a', 't-1');
    hold('a', 't-2');
    expect(lost).toEqual(['a: It was begun again.']);
    release();
    await jest.advanceTimersByTimeAsync(LOCK_MS);
    expect(tokens.at(-1)).toEqual(['t-2']);
  });
});
