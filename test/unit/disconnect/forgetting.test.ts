import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { Forgetting, type ForgettingServices } from '../../../worker/disconnect/forgetting.ts';
import { Witness } from '../../../worker/disconnect/witness.ts';

const SUBMISSION = randomUUID();
type Method = 'api-key' | 'setup-token';

/** What is dropped and seen of a credential, by what the two queues still know of its handshake. */
async function forgotten(method: Method, known: { owed?: object; handshakes?: object }) {
  const dropped: unknown[] = [];
  const queue = (data: object | undefined) => ({ getJob: async () => data && { data } }) as never;
  const services: ForgettingServices = {
    secrets: { drop: async (owner) => void dropped.push(owner.submission), has: async () => false },
    copies: { find: async () => undefined, remove: async () => false },
    owed: queue(known.owed),
    handshakes: queue(known.handshakes),
  };
  const witness = new Witness();
  const id = randomUUID();
  await new Forgetting(services).forget({ id, customer: 'alice', handshake: id, method }, witness);
  const steps = witness.steps.map(({ step, result }) => `${step} ${result}`);
  return { dropped, steps, notSeen: witness.notSeen.map(({ what }) => what) };
}

test.each(['owed', 'handshakes'] as const)(
  'a key whose name %s knows is dropped under it, and looked for',
  async (queue) => {
    expect(await forgotten('api-key', { [queue]: { submission: SUBMISSION } })).toEqual({
      dropped: [SUBMISSION],
      steps: ['in-flight clean', 'vault absent'],
      notSeen: [],
    });
  },
);

test('a key whose name nobody knows any more was not looked for, and the receipt says so', async () => {
  expect(await forgotten('api-key', {})).toEqual({
    dropped: [undefined],
    steps: ['vault absent'],
    notSeen: ['in-flight'],
  });
});

test.each([
  ['what is signed in with', 'setup-token', {}],
  ['a handshake that was sent no key', 'api-key', { handshakes: {} }],
] as const)('%s needs no such name', async (_, method, known) => {
  expect((await forgotten(method, known)).steps).toEqual(['in-flight clean', 'vault absent']);
});
