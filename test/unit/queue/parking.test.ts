import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Parking } from '../../../worker/queue/parking.ts';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

const AFTER_MS = 60_000;
const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms);
const never = new Promise<void>(() => {});

interface Now {
  may: boolean;
  there: boolean | Promise<boolean>;
  asked: number;
}

/** One that waits; what it came to, once it has. */
function waits(nudged: Promise<void> = never, now: Partial<Now> = {}, afterMs = AFTER_MS) {
  const stands: Now = { may: true, there: true, asked: 0, ...now };
  const parking = new Parking(afterMs, () => stands.may);
  parking.asks(async () => {
    stands.asked += 1;
    return stands.there;
  });
  const end = new AbortController();
  const said: unknown[] = [];
  parking.wait(nudged, end.signal).then(
    (came) => said.push(came),
    (thrown) => said.push(thrown),
  );
  return { said, stands, end };
}

describe('one that waits for its code', () => {
  test('is due once nothing has come for so long, and its box says that it keeps the program', async () => {
    const { said, stands } = waits();
    await pass(AFTER_MS - 1);
    expect([said, stands.asked]).toEqual([[], 0]);
    await pass(1);
    expect([said, stands.asked]).toEqual([['due'], 1]);
  });

  test('is not due before, where something comes', async () => {
    const { said } = waits(new Promise((resolve) => setTimeout(resolve, AFTER_MS - 1)));
    await pass(AFTER_MS);
    expect(said).toEqual(['nudged']);
  });

  test('is not due where something comes while its box is asked', async () => {
    const { said } = waits(new Promise((resolve) => setTimeout(resolve, AFTER_MS + 1)), {
      there: new Promise<boolean>(() => {}),
    });
    await pass(AFTER_MS + 1);
    expect(said).toEqual(['nudged']);
  });

  test.each<[string, Partial<Now>, Partial<Now>]>([
    ['its box does not say so', { there: false }, { there: true }],
    ['its state does not allow it', { may: false }, { may: true }],
  ])('is held on while %s, and asked about again after as long', async (_, first, later) => {
    const { said, stands } = waits(never, first);
    await pass(2 * AFTER_MS);
    expect(said).toEqual([]);
    Object.assign(stands, later);
    await pass(AFTER_MS);
    expect(said).toEqual(['due']);
  });

  test('is never due where that is switched off', async () => {
    const { said, stands } = waits(never, {}, 0);
    await pass(100 * AFTER_MS);
    expect([said, stands.asked]).toEqual([[], 0]);
  });

  test.each([0, AFTER_MS])('ends with its handshake (after %d)', async (afterMs) => {
    const { said, end } = waits(never, {}, afterMs);
    end.abort(new Error('cancelled'));
    await pass(2 * AFTER_MS);
    expect(said).toEqual([new Error('cancelled')]);
  });
});
