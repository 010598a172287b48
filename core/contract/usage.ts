/**
 * What OpenClaw says of a box's usage, and how it is kept. Pure. Days are those of the customer's time zone, UTC's without one;
 * money is in millionths of a US dollar, as OpenClaw reckons it.
 */
import { z } from 'zod';
import { boxNameSchema } from './connection-record.ts';
import { customerSchema } from './customer.ts';
import { dayAfter, dayOf, timeZoneSchema } from './days.ts';
import { READING_STATES } from './usage-kinds.ts';

/** Rows of one day that are read; a box with more models and chats says `too_much`. */
export const MOST_USAGE_ROWS = 1_500;
/** Days that one reading is of, and rows of all of them. */
const MOST_USAGE_DAYS = 8;
export const MOST_READING_ROWS = 3_000;

/** As OpenClaw names providers and models; anything else is `unknown`. */
const named = z.string().regex(/^[\w.:@+-][\w.:@+/-]{0,119}$/);
/** What the box says is not trusted: sums of so much still fit. */
const counted = z.int().min(0).max(1e12);

/** Requests, tokens (input, output, read from a cache, written to one), cost, and requests of which OpenClaw knows no cost. */
export const usageRowSchema = z.tuple([
  z.int().min(0).max(255),
  named,
  named,
  counted,
  counted,
  counted,
  counted,
  counted,
  counted,
  counted,
]);
export type UsageRow = z.infer<typeof usageRowSchema>;

const usageDaySchema = z.strictObject({
  day: z.iso.date(),
  rows: z.array(usageRowSchema).max(MOST_USAGE_ROWS),
});
export type UsageDay = z.infer<typeof usageDaySchema>;

/** US dollars for a million tokens of a model on a day: input, output, read from a cache, written to one. */
const usd = z.number().min(0).max(100_000);
const usagePriceSchema = z.tuple([z.iso.date(), named, named, usd, usd, usd, usd]);
export type UsagePrice = z.infer<typeof usagePriceSchema>;

/** What one reading of a box said: absolute sums of whole days, so that it may be written twice. */
export const usageReadingSchema = z.strictObject({
  customer: customerSchema,
  box: boxNameSchema,
  at: z.iso.datetime(),
  state: z.enum(READING_STATES),
  days: z.array(usageDaySchema).max(MOST_USAGE_DAYS),
  /** Whose days these are; absent: UTC's. */
  timeZone: timeZoneSchema.optional(),
  /** The last day that is over and was read to its end: it is not read again. Absent: none. */
  finalTo: z.iso.date().optional(),
  /** OpenClaw's id for the platform's own provider, where there is one. */
  platform: z.string().max(32).optional(),
  /** Of what OpenClaw knows no cost of, where somebody else does. */
  prices: z.array(usagePriceSchema).max(MOST_READING_ROWS).optional(),
});
export type UsageReading = z.output<typeof usageReadingSchema>;

/** Days of a box that was never read, today among them; and the most that are made up for. */
const FIRST_DAYS = 7;
const MOST_BACK = 31;

/** The days to be read now: today, and after it, oldest first, those before that are not read to their end, a few at a time. */
export function daysToRead(finalTo: string | undefined, now: number, zone?: string): string[] {
  const today = dayOf(now, zone);
  // By a clock that was ahead.
  const isKnown = finalTo !== undefined && finalTo < today;
  const first = isKnown ? dayAfter(finalTo) : dayAfter(today, 1 - FIRST_DAYS);
  const days: string[] = [];
  for (
    let day = [first, dayAfter(today, 1 - MOST_BACK)].sort()[1] as string;
    day < today && days.length < MOST_USAGE_DAYS - 1;
    day = dayAfter(day)
  )
    days.push(day);
  return [today, ...days];
}
