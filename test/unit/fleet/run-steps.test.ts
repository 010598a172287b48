import { expect, test } from '@jest/globals';
import { KeyferryError } from '../../../core/contract/errors.ts';
import { mergedOutcome, runBoxEndSchema } from '../../../core/contract/fleet-runs.ts';
import { bounded } from '../../../worker/fleet/runs/bounded.ts';
import { endOf, step } from '../../../worker/fleet/runs/steps.ts';

const { signal } = new AbortController();
const end = (code: ConstructorParameters<typeof KeyferryError>[0], isChanging = false) =>
  endOf(new KeyferryError(code), { signal, isStopping: false, isChanging }).state;

test('a box that is lost once something on it is changed has failed; before that it was not reached', () => {
  expect(end('connection_lost')).toBe('unreached');
  expect(end('connection_lost', true)).toBe('failed');
  expect(end('box_unreachable', true)).toBe('failed');
  expect(end('inventory_unavailable', true)).toBe('unreached');
});

test('a box that the inventory does not tell is skipped, not tried', () => {
  expect(end('box_not_listed')).toBe('skipped');
  expect(end('box_ambiguous')).toBe('skipped');
});

test('what a run says of a box is bounded, and never ends in half a character', () => {
  const steps = Array.from({ length: 40 }, () => step('proof', 'done', `${'a'.repeat(399)}😀`));
  const said = bounded({ state: 'failed', why: `${'a'.repeat(299)}😀`, outcome: { steps } });
  expect(runBoxEndSchema.parse(said).outcome?.steps).toHaveLength(30);
  expect(said.why?.isWellFormed()).toBe(true);
  expect(said.outcome?.steps?.every(({ words }) => words.isWellFormed())).toBe(true);
});

test('the second half adds to what the first has found and done', () => {
  const first = { verdict: 'ok', credentials: ['variable A'], steps: [step('fallback', 'done', 'It is.')] };
  const there = step('fallback', 'there', 'It is.');
  const proof = step('proof', 'done', 'It answers.');
  expect(mergedOutcome(first, { steps: [there, proof] })).toEqual({
    ...first,
    steps: [...first.steps, proof],
  });
});
