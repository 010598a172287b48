import { describe, expect, test } from '@jest/globals';
import { mainThread, readThreadTime, wasAtWork } from '../../../worker/watchdog/at-work.js';

const MS = 8_000;
const noStat = () => '';
/** Of so many milliseconds, what the kernel says of a thread. */
const schedstat = (ran: number, waited: number) => readThreadTime(`${ran * 1e6} ${waited * 1e6} 9\n`, noStat);
const BEFORE = schedstat(5_000, 300);
const isAtWork = (ran: number, waited: number) => wasAtWork(BEFORE, schedstat(5_000 + ran, 300 + waited), MS);

describe('a loop that stands still', () => {
  test('was at work where its thread was on a processor', () => {
    expect(isAtWork(7_900, 50)).toBe(true);
  });

  test('was at work where its thread had work and stood in line for a processor most of the time', () => {
    // At a load of ten on two cores.
    expect(isAtWork(1_500, 6_300)).toBe(true);
    expect(isAtWork(500, 7_400)).toBe(true);
  });

  test('was not where its thread had nothing to do, or its process was stopped', () => {
    expect(isAtWork(20, 5)).toBe(false);
    expect(isAtWork(600, 900)).toBe(false);
  });

  test('was not where its thread hardly got a processor at all: a moment’s work is nobody’s fault', () => {
    expect(isAtWork(60, 7_900)).toBe(false);
  });

  test('counts as at work where the system does not say', () => {
    expect(wasAtWork(undefined, undefined, MS)).toBe(true);
  });
});

describe('what a thread has done is read', () => {
  const stat = (user: number, system: number) =>
    `7 (a) (node b) R 1 7 7 0 -1 4194304 2849 0 0 0 ${user} ${system} 0 0 20 0 11 0 1312964 1049825280\n`;

  test('from the kernel’s line on its place in line', () => {
    expect(readThreadTime('2500000000 1500000 97\n', noStat)).toEqual({ ranMs: 2_500, waitedMs: 1.5 });
  });

  test.each(['', '0 0 0\n'])('from its times where there is none: %j', (none) => {
    expect(readThreadTime(none, () => stat(104, 6))).toEqual({ ranMs: 1_100, waitedMs: 0 });
    expect(readThreadTime(none, noStat)).toBeUndefined();
  });

  test('of this very thread, which gets on', () => {
    const before = mainThread();
    for (let until = performance.now() + 60; performance.now() < until; );
    expect(mainThread()?.ranMs).toBeGreaterThan(before?.ranMs ?? Number.POSITIVE_INFINITY);
  });
});
