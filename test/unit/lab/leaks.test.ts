import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { leaks } from '../../../lab/leaks.ts';

const word = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'ab'), minLength: length, maxLength: length });

describe('what counts as a leak', () => {
  test('is 16 characters of a secret in a row, wherever they begin', () => {
    const secret = 'abcdefghijklmnopqrstuvwxyz';
    for (let before = 0; before < 20; before += 1)
      for (let from = 0; from + 16 <= secret.length; from += 1) {
        const part = secret.slice(from, from + 16);
        expect(leaks([secret], { at: `${'.'.repeat(before)}${part}` })).toEqual(['at']);
        expect(leaks([secret], { at: `${'.'.repeat(before)}${part.slice(1)}.` })).toEqual([]);
      }
  });

  test('is the same as by comparing every place of the text', () => {
    fc.assert(
      fc.property(word(20), fc.string({ unit: fc.constantFrom(...'ab'), maxLength: 400 }), (secret, text) => {
        const isThere = Array.from({ length: 5 }, (_, at) => secret.slice(at, at + 16)).some((part) =>
          text.includes(part),
        );
        expect(leaks([secret], { text })).toEqual(isThere ? ['text'] : []);
      }),
      { numRuns: 2_000 },
    );
  });
});
