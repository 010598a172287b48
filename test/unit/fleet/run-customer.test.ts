import { expect, test } from '@jest/globals';
import { KeyferryError } from '../../../core/contract/errors.ts';
import { letCustomerAnswer, proofWords } from '../../../worker/fleet/runs/customer-step.ts';
import type { RunBox } from '../../../worker/fleet/runs/steps.ts';

/** A box that is not reached, as one on which a worker was lost may be. */
async function ended(options: { dryRun: boolean }, signal = new AbortController().signal) {
  const said: unknown[] = [];
  const services = {
    recorder: { record: async () => {} },
    watchHours: 24,
    repair: async () => ({ outcome: 'repaired' as const }),
    endRepair: async ({ connection, name }: { connection: string; name: string }, error?: string) =>
      void said.push([connection, name, error]),
  };
  const transport = {
    connect: async () => {
      throw new KeyferryError('box_unreachable');
    },
  };
  const record = {
    id: 'one',
    customer: 'alice',
    box: 'default',
    provider: 'anthropic',
    profile: 'anthropic:keyferry',
  };
  const box = { customer: 'alice', transport, options, records: [record], signal } as unknown as RunBox;
  await expect(letCustomerAnswer(services, box, 'a test')).rejects.toThrow();
  return said;
}

test('where the proof cannot be had, what a lost worker had taken out is put back', async () => {
  expect(await ended({ dryRun: false })).toEqual([
    ['one', 'config-key-out', 'box_unreachable'],
    ['one', 'order-back', 'box_unreachable'],
  ]);
});

test('a dry run ends no repair', async () => {
  expect(await ended({ dryRun: true })).toEqual([]);
});

test('which profile answered through the gateway is said only where there is one', () => {
  const words = (throughGateway: 'this' | 'one of several' | undefined) =>
    proofWords('anthropic:keyferry', { throughGateway });
  expect(words('this')).toMatch(/the only stored profile, which it is/);
  expect(words('one of several')).toMatch(/which one was not seen/);
  expect(words(undefined)).toMatch(/nothing was seen/);
});
