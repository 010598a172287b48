import { expect, test } from '@jest/globals';
import { KeyferryError } from '../../../core/contract/errors.ts';
import { daysToRead, type UsageRow } from '../../../core/contract/usage.ts';
import { readUsage } from '../../../worker/fleet/read-usage.ts';
import type { Commands } from '../../../worker/programs/openclaw/commands.ts';
import { type SaidUsage, usageOfDay } from '../../../worker/programs/openclaw/usage.ts';

const NOW = Date.parse('2026-11-30T12:00:00.000Z');
const { signal } = new AbortController();
const commands = { hasGateway: true } as Commands;
const row: UsageRow = [7, 'openai', 'gpt-5.4', 1, 3, 5, 0, 0, 82, 0];
const read: SaidUsage = { state: 'read', rows: [row] };

/** Reads with a gateway that says this of each day it is asked about. */
function reading(
  say: (day: string) => SaidUsage | Promise<SaidUsage>,
  finalTo?: string,
  now = NOW,
  timeZone = 'UTC',
) {
  const asked: string[] = [];
  const day = async (_: Commands, which: string) => {
    asked.push(which);
    return say(which);
  };
  const reading = readUsage(commands, { finalTo, timeZone, now }, { signal }, { day, againAfterMs: 1 });
  return reading.then((usage) => ({ asked, usage }));
}

test.each([
  [
    'a box that was never read',
    undefined,
    ['2026-11-30', '2026-11-24', '2026-11-25', '2026-11-26', '2026-11-27', '2026-11-28', '2026-11-29'],
  ],
  ['yesterday was read to its end', '2026-11-29', ['2026-11-30']],
  ['yesterday was not', '2026-11-28', ['2026-11-30', '2026-11-29']],
  [
    'long ago: today, and a week at a time',
    '2026-11-01',
    [
      '2026-11-30',
      '2026-11-02',
      '2026-11-03',
      '2026-11-04',
      '2026-11-05',
      '2026-11-06',
      '2026-11-07',
      '2026-11-08',
    ],
  ],
  [
    'longer ago than is made up for',
    '2026-01-01',
    [
      '2026-11-30',
      '2026-10-31',
      '2026-11-01',
      '2026-11-02',
      '2026-11-03',
      '2026-11-04',
      '2026-11-05',
      '2026-11-06',
    ],
  ],
  [
    'by a clock that was ahead: as if it never was',
    '2027-03-01',
    ['2026-11-30', '2026-11-24', '2026-11-25', '2026-11-26', '2026-11-27', '2026-11-28', '2026-11-29'],
  ],
])('days to be read: %s', (_, finalTo, days) => {
  expect(daysToRead(finalTo, NOW)).toEqual(days);
});

test('days that are over count as read, today does not, nor yesterday in its first hour', async () => {
  const { usage } = await reading(() => read, '2026-11-27');
  expect(usage).toMatchObject({ state: 'read', finalTo: '2026-11-29' });
  expect(usage.days).toHaveLength(3);
  const early = await reading(() => read, '2026-11-27', Date.parse('2026-11-30T00:30:00.000Z'));
  expect(early.usage.finalTo).toBe('2026-11-28');
});

test('days are the customer’s: where it is tomorrow already, today is over once that has its first hour behind it', async () => {
  const there = 'Pacific/Auckland';
  const at = (time: string) => reading(() => read, '2026-11-29', Date.parse(time), there);
  const early = await at('2026-11-30T11:30:00.000Z');
  expect(early).toMatchObject({ asked: ['2026-12-01', '2026-11-30'], usage: { finalTo: '2026-11-29' } });
  const later = await at('2026-11-30T12:30:00.000Z');
  expect(later.usage).toMatchObject({ finalTo: '2026-11-30', timeZone: there });
});

test.each([
  ['2026.9.6', 'UTC', { mode: 'utc' }],
  ['2026.9.6', 'Asia/Kolkata', { mode: 'specific', utcOffset: 'UTC+5:30', timeZone: 'Asia/Kolkata' }],
  ['2026.7.1', 'Asia/Kolkata', { mode: 'specific', utcOffset: 'UTC+5:30' }],
])('OpenClaw %s is asked for a day of %s in the way that it knows', async (version, zone, whose) => {
  const asked: unknown[] = [];
  const gatewayCall = async (_: string, params: unknown) => {
    asked.push(params);
    return { exit: { kind: 'exited', code: 0 }, stdout: '{"state":"read","rows":[]}' };
  };
  const commands = { version, gatewayCall } as unknown as Commands;
  const said = await usageOfDay(commands, '2026-11-30', zone, { signal, timeoutMs: 1_000 });
  expect(said).toEqual({ state: 'read', rows: [] });
  const day = { startDate: '2026-11-30', endDate: '2026-11-30', limit: 5_000, agentScope: 'all' };
  expect(asked).toEqual([{ ...day, ...whose }]);
});

test('a gateway that is still counting is asked again, and what it said is kept without the day being over', async () => {
  let times = 0;
  const counting = await reading(() => (++times < 3 ? { state: 'partial', rows: [] } : read), '2026-11-29');
  expect(counting).toMatchObject({ asked: Array(3).fill('2026-11-30'), usage: { state: 'read' } });
  const never = await reading(
    (day) => (day === '2026-11-28' ? { state: 'partial', rows: [row] } : read),
    '2026-11-27',
  );
  expect(never.usage).toMatchObject({ state: 'partial', finalTo: '2026-11-27' });
  expect(never.usage.days.map(({ day }) => day)).toEqual(['2026-11-28', '2026-11-29', '2026-11-30']);
});

test('what goes wrong ends the reading, and what was read until then stays', async () => {
  const { usage } = await reading((day) => {
    if (day === '2026-11-29') throw new KeyferryError('box_call_timeout');
    return read;
  }, '2026-11-27');
  const days = ['2026-11-28', '2026-11-30'].map((day) => ({ day, rows: [row] }));
  expect(usage).toEqual({ state: 'unsaid', days, finalTo: '2026-11-28' });
});

test('a day with more than is read is left out, and holds up no other', async () => {
  const { usage } = await reading((day) => {
    if (day === '2026-11-28') throw new KeyferryError('box_flooded');
    return read;
  }, '2026-11-27');
  const days = ['2026-11-29', '2026-11-30'].map((day) => ({ day, rows: [row] }));
  expect(usage).toEqual({ state: 'too_much', days, finalTo: '2026-11-29' });
});

test('more rows than one reading may have are left for the next', async () => {
  const rows = Array.from({ length: 1_400 }, (): UsageRow => row);
  const { usage } = await reading(() => ({ state: 'read', rows }), '2026-11-26');
  expect(usage).toMatchObject({ state: 'partial', finalTo: '2026-11-27' });
  expect(usage.days.map(({ day }) => day)).toEqual(['2026-11-27', '2026-11-30']);
});

test('without a gateway nobody is asked', async () => {
  const none = readUsage(
    { hasGateway: false } as Commands,
    { finalTo: undefined, timeZone: 'UTC', now: NOW },
    { signal },
  );
  expect(await none).toEqual({ state: 'none', days: [] });
});
