import { expect, test } from '@jest/globals';
import { Handshakes } from '../../../api/customers/handshakes.ts';

/** What is asked of a parked handshake's job by somebody who looks at their page while so many wait for a worker. */
async function looks({ waiting = 0, parked = true } = {}): Promise<string[]> {
  const asked: string[] = [];
  const job = {
    promote: async () => void asked.push('promote'),
    changePriority: async () => void asked.push('first'),
  };
  const sources = {
    queue: { getJob: async () => job, getWaitingCount: async () => waiting },
    snapshots: { read: async () => ({ snapshot: { handshake: 'one', parked } }) },
  };
  await new Handshakes(sources as never).wakeAhead('alice');
  return asked;
}

test('who looks at their page has a worker take what is parked, behind those that wait, and not while any do', async () => {
  expect(await looks()).toEqual(['promote']);
  expect(await looks({ waiting: 1 })).toEqual([]);
  expect(await looks({ parked: false })).toEqual([]);
});
