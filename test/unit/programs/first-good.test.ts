import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { firstGood } from '../../../worker/programs/first-good.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

const never = () => new Promise<string[]>(() => {});
const fails = (why: string) => () => Promise.reject<string[]>(new Error(why));
const gives = (...list: string[]) => jest.fn(async () => list);

test('the second way is not tried where the first has something', async () => {
  const second = gives('b');
  expect(await firstGood([gives('a'), second], 1_000)).toEqual(['a']);
  expect(second).not.toHaveBeenCalled();
});

test.each<[string, () => Promise<string[]>]>([
  ['has nothing', gives()],
  ['fails', fails('no')],
])('it is tried at once where the first %s', async (_, first) => {
  expect(await firstGood([first, gives('b')], 1_000)).toEqual(['b']);
});

test('it is tried beside the first where that takes long', async () => {
  const list = firstGood([never, gives('b')], 1_000);
  await jest.advanceTimersByTimeAsync(1_000);
  expect(await list).toEqual(['b']);
});

test('a first that takes long still counts when it comes', async () => {
  const slow = () => new Promise<string[]>((resolve) => setTimeout(() => resolve(['a']), 5_000));
  const list = firstGood([slow, never], 1_000);
  await jest.advanceTimersByTimeAsync(5_000);
  expect(await list).toEqual(['a']);
});

test('nothing where all have nothing or fail, and why where all fail', async () => {
  expect(await firstGood([fails('no'), gives()], 1_000)).toEqual([]);
  await expect(firstGood([fails('first'), fails('second')], 1_000)).rejects.toThrow('first');
});
