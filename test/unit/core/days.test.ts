import { expect, test } from '@jest/globals';
import {
  dayAfter,
  dayOf,
  endOf,
  offsetOf,
  startOf,
  timeZoneOf,
  timeZoneSchema,
} from '../../../core/contract/days.ts';

test.each([
  ['UTC', '2026-11-30', '2026-11-30T00:00:00Z', '2026-12-01T00:00:00Z', 'UTC+0'],
  ['Europe/Zurich', '2026-11-30', '2026-11-29T23:00:00Z', '2026-11-30T23:00:00Z', 'UTC+1'],
  ['America/Los_Angeles', '2026-11-30', '2026-11-30T08:00:00Z', '2026-12-01T08:00:00Z', 'UTC-8'],
  ['Asia/Kolkata', '2026-11-30', '2026-11-29T18:30:00Z', '2026-11-30T18:30:00Z', 'UTC+5:30'],
  ['Pacific/Kiritimati', '2026-11-30', '2026-11-29T10:00:00Z', '2026-11-30T10:00:00Z', 'UTC+14'],
  ['Pacific/Marquesas', '2026-11-30', '2026-11-30T09:30:00Z', '2026-12-01T09:30:00Z', 'UTC-9:30'],
  // 23 hours and 25, and a day that begins at one o'clock.
  ['Europe/Zurich', '2026-03-29', '2026-03-28T23:00:00Z', '2026-03-29T22:00:00Z', 'UTC+1'],
  ['Europe/Zurich', '2026-10-25', '2026-10-24T22:00:00Z', '2026-10-25T23:00:00Z', 'UTC+2'],
  ['Africa/Cairo', '2026-04-24', '2026-04-23T22:00:00Z', '2026-04-24T21:00:00Z', 'UTC+2'],
])('in %s, %s is from %s to %s', (zone, day, begins, ends, offset) => {
  expect([startOf(day, zone), endOf(day, zone)]).toEqual([Date.parse(begins), Date.parse(ends)]);
  expect([dayOf(Date.parse(begins), zone), dayOf(Date.parse(begins) - 1, zone)]).toEqual([
    day,
    dayAfter(day, -1),
  ]);
  expect(offsetOf(day, zone)).toBe(offset);
});

test('a time zone has one of the IANA’s names, however it is written', () => {
  expect(timeZoneOf('europe/zurich')).toBe('Europe/Zurich');
  expect(timeZoneSchema.safeParse('America/Argentina/Buenos_Aires').success).toBe(true);
  for (const name of ['', '+02:00', 'Europe/Nowhere', 'UTC+1', 'Europe/Zurich ', '../etc/localtime'])
    expect([name, timeZoneSchema.safeParse(name).success]).toEqual([name, false]);
});
