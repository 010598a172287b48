import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import {
  accentOf,
  contrast,
  contrastProblem,
  darkAccentOf,
  GROUNDS,
  LEAST_TEXT,
} from '../../../core/contract/contrast.ts';

test.each([
  ['#000000', '#ffffff', 21],
  ['#ffffff', '#ffffff', 1],
  ['#777777', '#ffffff', 4.48],
  ['#767676', '#ffffff', 4.54],
  ['#ff0000', '#ffffff', 4],
])('%s on %s has a contrast of %d', (one, other, ratio) => {
  expect(contrast(one, other)).toBeCloseTo(ratio, 1);
  expect(contrast(other, one)).toBe(contrast(one, other));
});

describe('an accent', () => {
  test.each([
    ['#0e6655', 'light'],
    ['#6fd3ba', 'dark'],
    ['#1f4e8c', 'light'],
    ['#9ec3f5', 'dark'],
    ['#000000', 'light'],
    ['#ffffff', 'dark'],
  ] as const)('%s can be read on %s', (colour, scheme) => {
    expect(contrastProblem(colour, scheme)).toBeUndefined();
  });

  test.each([
    ['#ffcc00', 'light', /^#ffcc00 has a contrast of 1\.5\d:1 on the light card #ffffff; text needs 4\.5:1$/],
    ['#777777', 'light', /4\.47:1/],
    ['#0e6655', 'dark', /on the dark card #1e201d; text needs 4\.5:1$/],
    ['#808080', 'dark', /:1/],
  ] as const)('%s on %s is refused with its ratio', (colour, scheme, says) => {
    expect(contrastProblem(colour, scheme)).toMatch(says);
  });

  test.each(['#0e6655', '#1f4e8c', '#7a1fa2', '#b00020', '#000000', '#3d3d00'])(
    '%s has a lighter one for the dark page, and everything that is made of both can be read',
    (colour) => {
      const dark = darkAccentOf(colour);
      expect(contrastProblem(dark, 'dark')).toBeUndefined();
      for (const [accent, scheme] of [
        [colour, 'light'],
        [dark, 'dark'],
      ] as const) {
        const made = accentOf(accent, scheme);
        expect(contrast(made.accent, made.onAccent)).toBeGreaterThanOrEqual(LEAST_TEXT);
        expect(contrast(made.accent, made.tint)).toBeGreaterThanOrEqual(LEAST_TEXT);
        // Ordinary text on the tint, too.
        expect(contrast(GROUNDS[scheme].ink, made.tint)).toBeGreaterThanOrEqual(LEAST_TEXT);
      }
    },
  );
});

test('the grounds are those of the page', () => {
  const tokens = readFileSync('web/style/tokens.css', 'utf8');
  for (const grounds of Object.values(GROUNDS))
    for (const [name, colour] of Object.entries(grounds)) expect(tokens).toContain(`--${name}: ${colour};`);
});
