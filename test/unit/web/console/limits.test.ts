import { expect, test } from '@jest/globals';
import { keyOf } from '../../../../core/contract/limit-kinds.ts';
import type { Limit } from '../../../../core/contract/limits.ts';
import { changed, heldWords, limitWords, typedLimit } from '../../../../web/console/model/limits.ts';

const LIMIT = { provider: 'anthropic', per: 'month', measure: 'usd', most: 50, action: 'tell' } as const;
const window = { from: '2026-11-01', until: '2026-12-01T00:00:00.000Z' };

test('a limit says what is used of it', () => {
  expect(limitWords({ ...LIMIT, ...window, used: 41.2 })).toBe('anthropic: $41.20 of $50.00 a month (82%)');
  const requests = { per: 'day', measure: 'requests', most: 2_400, action: 'tell' } as const;
  expect(limitWords({ ...requests, ...window, used: 3_000 })).toBe(
    'everything: 3,000 of 2,400 requests a day (125%)',
  );
});

test('what is out of use is said, and what could not be done', () => {
  const held = {
    box: 'default',
    provider: 'openai',
    state: 'held',
    until: window.until,
    error: null,
  } as const;
  expect(heldWords(held)).toBe('openai on default: out of use');
  expect(heldWords({ ...held, provider: null, error: 'box_unreachable' })).toBe(
    'The platform’s own models on default: could not be done (box_unreachable), and is tried again',
  );
});

test('one limit takes the place of another of the same, and no other', () => {
  const other: Limit = { ...LIMIT, per: 'day' };
  const more: Limit = { ...LIMIT, most: 60 };
  expect(changed([LIMIT, other], keyOf(more), more)).toEqual([other, more]);
  expect(changed([LIMIT, other], keyOf(LIMIT))).toEqual([other]);
});

const typed = { provider: ' anthropic ', per: 'month', measure: 'usd', most: '50', action: 'tell' };
test.each([
  ['a whole one', typed, LIMIT],
  ['one of all together', { ...typed, provider: '' }, { ...LIMIT, provider: undefined }],
  ['no amount', { ...typed, most: '' }, undefined],
  ['nothing', { ...typed, most: '0' }, undefined],
  ['words', { ...typed, most: 'many' }, undefined],
  ['half a request', { ...typed, measure: 'requests', most: '1.5' }, undefined],
  ['half a dollar', { ...typed, most: '0.5' }, { ...LIMIT, most: 0.5 }],
])('%s, as it is typed', (_, said, limit) => {
  expect(typedLimit(said)).toEqual(limit);
});
