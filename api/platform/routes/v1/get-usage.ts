import { z } from 'zod';
import {
  groupsOf,
  rangeOf,
  type UsageFilter,
  usagePageSchema,
  usageQuerySchema,
} from '../../../../core/contract/usage-api.ts';
import { today } from '../../../../core/store/redis-clock.ts';
import type { UsageWanted } from '../../../../core/store/usage-sums.ts';
import { fieldError, InputInvalid } from '../../../http/input.ts';
import type { PlatformRoute } from '../../../route.ts';
import { type Cursor, cursorOf } from '../../cursors.ts';
import { USAGE } from '../../examples.ts';

/** What usage was asked for. Throws `InputInvalid` for a range that is none, or too long. */
export function usageWanted({ from, to, by, ...filter }: UsageFilter): UsageWanted {
  const range = rangeOf({ from, to }, today());
  if (range) return { ...filter, ...range, by: groupsOf(by) };
  const words = 'must be `from` or later, in a range of at most 400 days from 2000-01-01 on';
  throw new InputInvalid([fieldError('query', ['to'], { rule: 'format', expected: 'range', words })]);
}

/** What may stand for a group: PostgreSQL takes no other day, and no NUL in a text. */
const keyOf = (group: string) =>
  group === 'day'
    ? z.iso.date()
    : z
        .string()
        .max(200)
        .refine((text) => !text.includes('\0'));
const cursorFor = (by: readonly string[]): Cursor<string[]> =>
  cursorOf(
    `usage:${by.join(',')}`,
    z
      .array(z.string())
      .length(by.length)
      .refine((keys) => keys.every((key, at) => keyOf(by[at] ?? '').safeParse(key).success)),
  );

/** What the boxes have used. */
export const getUsage: PlatformRoute<undefined, z.infer<typeof usageQuerySchema>> = {
  method: 'get',
  path: '/api/v1/usage',
  who: 'platform',
  operation: 'getUsage',
  tag: 'Usage',
  about: 'Sum up what the boxes have used',
  details: `As OpenClaw on the boxes counts it, read with each look of the watch: requests of chats, not those that OpenClaw makes
beside them. Days are those of the customer’s time zone, UTC’s without one. Without \`customer\`, of all of them; grouped by \`customer\` first, pages are quick whatever the range.`,
  query: usageQuerySchema,
  answers: {
    200: {
      about: 'A page of sums',
      schema: usagePageSchema,
      example: { items: [USAGE], nextCursor: null },
    },
  },
  async handle({ services: { usage }, query: { cursor, limit, ...filter } }) {
    const wanted = usageWanted(filter);
    const cursors = cursorFor(wanted.by);
    const { sums, next } = await usage.page(wanted, limit, cursors.read(cursor));
    return { status: 200, json: { items: sums, nextCursor: next ? cursors.write(next) : null } };
  },
};
