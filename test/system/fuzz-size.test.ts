import { describe, expect, test } from '@jest/globals';
import { fuzz } from '../../scripts/fuzz/fuzz.ts';
import { growth } from '../../scripts/fuzz/size/growth.ts';
import { problems } from '../../scripts/fuzz/table.ts';

/** The one target of test/unit/scripts/fuzz.test.ts that takes as long as all others, several times over. */
test('mutated chunks break no promise: size', async () => {
  const all = await fuzz({ chunks: 1_500, seed: 20, only: ['size'] });
  expect(problems(all)).toEqual([]);
  expect(all[0]?.chunks).toBeGreaterThanOrEqual(150);
});

describe('what grows faster is found', () => {
  test('work with the square of its size', async () => {
    const pairs = (size: number) => {
      let sum = 0;
      for (let one = 0; one < size; one += 1) for (let two = 0; two < size; two += 1) sum ^= one * two;
      expect(sum).toBeDefined();
    };
    expect((await growth(40_000, (size) => size, pairs)).problem).toMatch(/^(grows|takes too long)/);
  });
});
