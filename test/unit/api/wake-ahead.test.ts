import { expect, test } from '@jest/globals';
import { Handshakes } from '../../../api/customers/handshakes.ts';

/** What is asked of a parked handshake's job by somebody who looks at their page while so many wait for a worker. */
async function looks({ waiting = 0, parked = true, refused = 0 } = {}): Promise<(string | boolean)[]> {
  const asked: (string | boolean)[] = [];
  const job = {
    promote: async () => {
      if (refused !== 0) throw Object.assign(new Error('not aside'), { code: refused });
      asked.push('promote');
    },
    changePriority: async () => void asked.push('first'),
  };
  const sources = {
    queue: { getJob: async () => job, getWaitingCount: async () => waiting },
    snapshots: { read: async () => ({ snapshot: { handshake: 'one', parked } }) },
  };
  asked.push(await new Handshakes(sources as never).wakeAhead('alice'));
  return asked;
}

test('who looks at their page has a worker take what is parked, behind those that wait, and not while any do', async () => {
  expect(await looks()).toEqual(['promote', true]);
  expect(await looks({ waiting: 1 })).toEqual([true]);
  expect(await looks({ parked: false })).toEqual([true]);
  // Said to be parked, and not put aside yet.
  expect(await looks({ refused: -3 })).toEqual([false]);
  await expect(looks({ refused: -2 })).rejects.toThrow('not aside');
});
