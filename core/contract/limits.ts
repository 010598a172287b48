/**
 * Limits of what customers use: which hold for whom, in which windows they count, how far they are used up, and when what was
 * used is unusual. Pure. Windows are days and months of the customer's time zone, by whose days usage is kept (docs/usage.md).
 */
import { z } from 'zod';
import { dayAfter, endOf, startOf } from './days.ts';
import { keyOf, LIMIT_ACTIONS, LIMIT_MEASURES, LIMIT_WINDOWS, type LimitWindow } from './limit-kinds.ts';

/** Limits that one customer or plan has at most. */
const MOST_LIMITS = 20;
/** US dollars, tokens or requests. */
const MOST_AMOUNT = 1e12;

export const limitSchema = z
  .strictObject({
    provider: z
      .string()
      .regex(/^[\w.:@+-][\w.:@+/-]{0,119}$/, 'must be as OpenClaw names it')
      .optional()
      .meta({
        description: 'As OpenClaw names it; without it all of them together',
        examples: ['anthropic'],
      }),
    per: z.enum(LIMIT_WINDOWS).meta({ description: 'Of the customer’s time zone' }),
    measure: z.enum(LIMIT_MEASURES).meta({
      description: '`usd`: with estimates, without what a subscription has answered',
    }),
    most: z
      .number()
      .positive()
      .max(MOST_AMOUNT)
      .nullable()
      .meta({ description: 'Null: none, whatever the plan and the configuration say', examples: [50] }),
    action: z.enum(LIMIT_ACTIONS).default('tell').meta({
      description:
        'What is done when it is reached, until the window is over: `tell`; `stop-fallback`: the platform’s own models are taken off the box; `out-of-use`: the customer’s credentials of the provider are out of use, and the platform’s own models taken off where the limit is of these or of all together; else they go on answering',
    }),
  })
  .refine(({ measure, most }) => measure === 'usd' || most === null || Number.isInteger(most), {
    error: 'must be a whole number of tokens or requests',
    path: ['most'],
    params: { rule: 'type', expected: 'integer' },
  })
  .meta({ id: 'UsageLimit' });
export type Limit = z.output<typeof limitSchema>;

export const limitsSchema = z
  .array(limitSchema)
  .max(MOST_LIMITS)
  .refine(
    (limits) => new Set(limits.map(keyOf)).size === limits.length,
    'has two limits of the same provider, window and measure',
  );

/** A limit that holds for a customer. */
export type HeldLimit = Limit & { most: number };

/** Those that hold: what was set for the customer goes before their plan's, and that before the configuration's. */
export function limitsOf(
  byHand: readonly Limit[],
  ofPlan: readonly Limit[],
  defaults: readonly Limit[],
): HeldLimit[] {
  const held = new Map<string, Limit>();
  for (const limit of [...defaults, ...ofPlan, ...byHand]) held.set(keyOf(limit), limit);
  return [...held.values()].filter((limit): limit is HeldLimit => limit.most !== null);
}

/** A day or a month; `first` and `last` are days of it, `ends`: milliseconds since 1970. */
export interface Window {
  first: string;
  last: string;
  ends: number;
}

/** That one which a day is in. */
export function windowOf(per: LimitWindow, day: string, zone?: string): Window {
  if (per === 'day') return { first: day, last: day, ends: endOf(day, zone) };
  const first = `${day.slice(0, 8)}01`;
  // No month has more days, nor is the 32nd of one in the month after the next.
  const next = `${dayAfter(first, 31).slice(0, 8)}01`;
  return { first, last: dayAfter(next, -1), ends: startOf(next, zone) };
}

/** The windows of some days, each once, the earliest first. */
export function windowsOf(per: LimitWindow, days: readonly string[], zone?: string): Window[] {
  const windows = days.map((day) => windowOf(per, day, zone));
  const each = new Map(windows.map((window) => [window.first, window]));
  return [...each.values()].sort((a, b) => a.ends - b.ends);
}

/** Sums of a window; `micros`: millionths of a US dollar, without what subscriptions have answered. */
export interface Used {
  requests: number;
  tokens: number;
  micros: number;
}

const MICRO = 1_000_000;

/** How much of it was used, in the limit's own unit. */
export function usedOf({ measure }: Pick<Limit, 'measure'>, used: Used): number {
  return measure === 'usd' ? used.micros / MICRO : used[measure];
}

/** How far a limit is used up, in percent: nothing to be said yet, a warning, reached. */
export const LIMIT_LEVELS = [0, 80, 100] as const;
export type LimitLevel = (typeof LIMIT_LEVELS)[number];

export function levelOf(used: number, most: number): LimitLevel {
  return used >= most ? 100 : used >= 0.8 * most ? 80 : 0;
}

const MINUTE_MS = 60_000;
const SOON_MS = 60 * MINUTE_MS;
const VERY_SOON_MS = 15 * MINUTE_MS;

/** Milliseconds within which somebody looks again who is near a limit; undefined: whenever the watch comes. */
export function lookWithin(used: number, most: number): number | undefined {
  if (levelOf(used, most) !== 80) return undefined;
  return used >= 0.95 * most ? VERY_SOON_MS : SOON_MS;
}

/** Days before a day that it is compared with, and those of them on which anything was used that it takes. */
export const COMPARED_DAYS = 14;
const LEAST_DAYS = 5;
/** Requests of a day below which nothing is unusual. */
const LEAST_REQUESTS = 100;
/** How far beyond the usual: times the median, and times the usual distance from it. */
const TIMES = 3;
const DISTANCES = 6;
/** What makes the median distance that which two thirds of a bell curve are within. */
const SCALE = 1.4826;

/**
 * Whether what was used on a day is far beyond what this customer uses: against the median of the 14 days before and the
 * median distance from it, which one wild day does not move. `before`: days on which nothing was used are not in it.
 */
export function isUnusual(
  today: Pick<Used, 'requests' | 'tokens'>,
  before: readonly Pick<Used, 'tokens'>[],
): boolean {
  if (before.length < LEAST_DAYS || today.requests < LEAST_REQUESTS) return false;
  const tokens = before.map((day) => day.tokens);
  const middle = medianOf(tokens);
  const distance = SCALE * medianOf(tokens.map((each) => Math.abs(each - middle)));
  return today.tokens > Math.max(TIMES * middle, middle + DISTANCES * distance);
}

function medianOf(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  const [low = 0, high = 0] = [sorted[half - 1], sorted[half]];
  return sorted.length % 2 === 1 ? high : (low + high) / 2;
}
