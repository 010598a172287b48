import { expect, test } from '@jest/globals';
import { drawWords, MATCHING_WORDS } from '../../../api/customers/matching-words.ts';
import { handOverSchema } from '../../../core/contract/hand-over.ts';

test('every word is once in the list, and what the contract allows', () => {
  expect(new Set(MATCHING_WORDS).size).toBe(MATCHING_WORDS.length);
  for (const word of MATCHING_WORDS) expect(word).toMatch(/^[A-Z]{4,8}$/);
});

test('the word is one of four, which begin differently, and is not always in the same place', () => {
  const places = new Set<number>();
  for (let times = 0; times < 200; times += 1) {
    const { word, choices } = drawWords();
    const id = '0a1b2c3d-0000-4000-8000-000000000000';
    expect(handOverSchema.safeParse({ state: 'opened', id, choices }).success).toBe(true);
    expect(new Set(choices.map((each) => each[0])).size).toBe(4);
    places.add(choices.indexOf(word));
  }
  expect(places).toEqual(new Set([0, 1, 2, 3]));
});
