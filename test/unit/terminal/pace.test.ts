import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { Pace } from '../../../worker/terminal/pace.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

test('after a pass that took long it rests four times as long', () => {
  const passed: number[] = [];
  const pace = new Pace<number>((item) => {
    passed.push(item);
    if (item === 1) jest.advanceTimersByTime(100);
  });
  pace.give(1);
  pace.give(2);
  jest.advanceTimersByTime(399);
  expect(passed).toEqual([1]);
  pace.give(3);
  jest.advanceTimersByTime(1);
  expect(passed).toEqual([1, 3]);
  pace.give(4);
  jest.advanceTimersByTime(50);
  expect(passed).toEqual([1, 3, 4]);
});

test('what a pass throws is told, from a timer too; with nobody to tell it is thrown', () => {
  const told: unknown[] = [];
  const thrown = new Error('no frame');
  const pass = () => {
    throw thrown;
  };
  const pace = new Pace<number>(pass, (each) => told.push(each));
  pace.give(1);
  pace.give(2);
  jest.advanceTimersByTime(50);
  expect(told).toEqual([thrown, thrown]);
  expect(() => new Pace<number>(pass).give(1)).toThrow('no frame');
});
