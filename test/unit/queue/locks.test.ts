import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Locks } from '../../../worker/queue/locks.ts';

const LOCK_MS = 20_000;

beforeEach(() => {
  jest.useFakeTimers();
});

afterEach(() => {
  jest.useRealTimers();
});

function held(renew: (ids: string[], tokens: string[]) => Promise<string[]>) {
  const errors: unknown[] = [];
  const lost: string[] = [];
  const locks = new Locks({
    lockMs: LOCK_MS,
    renew: (each) =>
      renew(
        each.map(({ id }) => id),
        each.map(({ token }) => token),
      ),
    onError: (error) => errors.push(error),
  });
  const hold = (id: string, token = 't') =>
    locks.hold({ id, token, starts: 1, stalls: 0, lose: (detail) => lost.push(`${id}: ${detail}`) });
  return { locks, hold, lost, errors };
}

/** The loop does nothing for so long, while the clock goes on. */
function standStill(ms: number): void {
  jest.setSystemTime(Date.now() + ms);
  const now = performance.now();
  jest.spyOn(performance, 'now').mockImplementation(() => now + ms);
}

describe('the locks of a process', () => {
  test('are renewed well before they end, for as long as they are held', async () => {
    const calls: string[] = [];
    const { hold, lost } = held(async (ids) => {
      calls.push(...ids);
      return [];
    });
    const release = [hold('a'), hold('b')];
    for (let parts = 4; parts <= 40; parts += 1) {
      await jest.advanceTimersByTimeAsync(LOCK_MS / 4);
      // In every quarter of a lock's life.
      expect(new Set(calls.splice(0))).toEqual(new Set(['a', 'b']));
    }
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

  test('are all lost as well when Redis refuses until they end', async () => {
    const { hold, lost } = held(() => Promise.reject(new Error('OOM')));
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
    expect(lost).toEqual(['a: It was started again.']);
    release();
    await jest.advanceTimersByTimeAsync(LOCK_MS);
    expect(tokens.at(-1)).toEqual(['t-2']);
  });

  test('are asked for before they are given up by our own clock, when the loop has stood still', async () => {
    const asked: string[] = [];
    const { hold, lost } = held(async (ids) => {
      asked.push(...ids);
      return ids.filter((id) => id === 'taken');
    });
    hold('still-ours');
    hold('taken');
    standStill(2 * LOCK_MS);
    await jest.advanceTimersByTimeAsync(LOCK_MS / 4);
    expect(asked.slice(0, 2)).toEqual(['still-ours', 'taken']);
    expect(lost).toEqual(['taken: Its lock was lost.']);
  });

  test('of a crowd are renewed in parts, none of them large', async () => {
    const calls: string[][] = [];
    const { hold, lost } = held(async (ids) => {
      calls.push(ids);
      return [];
    });
    const ids = Array.from({ length: 2_600 }, (_, at) => `id-${at}`);
    for (const id of ids) hold(id);
    await jest.advanceTimersByTimeAsync(LOCK_MS / 4);
    expect(calls.flat().sort()).toEqual(ids.sort());
    expect(Math.max(...calls.map(({ length }) => length))).toBeLessThanOrEqual(200);
    expect(lost).toEqual([]);
  });

  test('of a crowd come due at different times, although all were taken at once', async () => {
    const at = new Set<number>();
    const { hold } = held(async () => {
      at.add(Date.now());
      return [];
    });
    for (let each = 0; each < 500; each += 1) hold(`id-${each}`);
    await jest.advanceTimersByTimeAsync(LOCK_MS / 4);
    expect(at.size).toBeGreaterThan(3);
  });

  test('are not asked for again and again while Redis refuses', async () => {
    let calls = 0;
    const { hold } = held(() => {
      calls += 1;
      return Promise.reject(new Error('OOM'));
    });
    hold('a');
    await jest.advanceTimersByTimeAsync(LOCK_MS / 2);
    expect(calls).toBeLessThanOrEqual(8);
  });

  test('are renewed before others’ are taken, when they have not much left', async () => {
    const calls: string[][] = [];
    const { locks, hold } = held(async (ids) => {
      calls.push(ids);
      return [];
    });
    hold('a');
    await locks.renewed();
    expect(calls).toEqual([]);
    standStill(LOCK_MS);
    hold('b');
    await locks.renewed();
    expect(calls).toEqual([['a']]);
  });
});
