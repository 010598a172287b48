import { expect, test } from '@jest/globals';
import type { UsageRow } from '../../../core/contract/usage.ts';
import { Prices } from '../../../worker/fleet/prices.ts';

const TABLE = `
asOf: 2026-11-30
prices:
  - { provider: our-models, model: "*", input: 1, output: 2 }
  - { provider: our-models, model: large-*, from: 2026-06-01, input: 3, output: 4, cacheRead: 0.5, cacheWrite: 0 }
  - { provider: our-models, model: large-2, from: 2026-12-01, input: 9, output: 9 }
`;
const row = (model: string, unpriced: number, provider = 'our-models'): UsageRow => [
  ...([1, provider, model, 2, 10, 20, 0, 0, 0] as const),
  unpriced,
];

test.each([
  ['large-1', '2026-11-30', 3],
  ['large-1', '2026-05-31', 1],
  ['large-2', '2026-11-30', 3],
  ['large-2', '2026-12-01', 9],
  ['small', '2026-12-01', 1],
])('%s on %s costs what holds since last', (model, day, input) => {
  expect(new Prices(TABLE).of('our-models', model, day)?.input).toBe(input);
});

test('only what OpenClaw knows no cost of is priced, each once for a day', () => {
  const rows = [row('large-1', 1), row('large-1', 2), row('small', 0), row('x', 1, 'another')];
  expect(new Prices(TABLE).for([{ day: '2026-11-30', rows }])).toEqual([
    ['2026-11-30', 'our-models', 'large-1', 3, 4, 0.5, 0],
  ]);
  expect(new Prices(TABLE).for([{ day: '2026-01-01', rows: [row('a.b', 1)] }])).toEqual([
    ['2026-01-01', 'our-models', 'a.b', 1, 2, 1, 1],
  ]);
});

test.each([
  ['no table', '42'],
  ['no YAML', 'prices: ['],
  ['a price below nothing', TABLE.replace('input: 1,', 'input: -1,')],
  ['a word too many', TABLE.replace('input: 1,', 'input: 1, tax: 2,')],
])('a file with %s is refused', (_, text) => {
  expect(() => new Prices(text)).toThrow('The table of prices is not right');
});

test('a file that is not there is said in words, by the setting that names it', () => {
  expect(() => Prices.open('/nowhere/prices.yaml')).toThrow(
    'PRICES_FILE names a file that cannot be read: /nowhere/prices.yaml.',
  );
});

test('the table that Keyferry brings can be read', () => {
  expect(Prices.open(undefined).of('anthropic', 'claude-opus-5-5', '2026-11-30')).toMatchObject({
    output: 20,
  });
});
