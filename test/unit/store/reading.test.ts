import { expect, test } from '@jest/globals';
import { Reading } from '../../../core/store/reading.ts';

const failing = (code?: string) => async () => {
  throw Object.assign(new Error('no'), code && { code });
};

test.each([
  ['22021', 'answers'],
  ['22008', 'answers'],
  ['57P01', 'history_unavailable'],
  [undefined, 'history_unavailable'],
])('after a failure of %s the next question: %s', async (code, next) => {
  const reading = new Reading();
  await expect(reading.ask(failing(code))).rejects.toMatchObject({ code: 'history_unavailable' });
  const said = await reading.ask(async () => 'answers').catch((thrown) => thrown.code);
  expect(said).toBe(next);
});
