import { expect, test } from '@jest/globals';
import { alone } from '../../../worker/fleet/alone.ts';

/** What is done in order, and how it ends, where a handshake or a removal is under way or begins meanwhile. */
async function done({ handshake = false, removal = false, fails = false } = {}): Promise<string[]> {
  const steps: string[] = [];
  const services = {
    disconnecting: {
      isUnderWay: async () => removal,
      begin: async () => {
        steps.push('held');
      },
      end: async () => {
        steps.push('free');
      },
    },
    handshakes: {
      getDeduplicationJobId: async () => {
        steps.push('asked');
        return handshake ? 'one' : null;
      },
    },
  };
  const work = async () => {
    steps.push('work');
    if (fails) throw new Error('failed');
  };
  const end = await alone(services, 'alice', work).then(
    () => 'ok',
    (thrown) => (thrown as { code?: string }).code ?? 'thrown',
  );
  return [...steps, end];
}

test('no handshake begins while a repair changes a box, and one that has begun is seen before', async () => {
  expect(await done()).toEqual(['held', 'asked', 'work', 'free', 'ok']);
  expect(await done({ fails: true })).toEqual(['held', 'asked', 'work', 'free', 'thrown']);
  expect(await done({ handshake: true })).toEqual(['held', 'asked', 'free', 'handshake_under_way']);
  expect(await done({ removal: true })).toEqual(['disconnect_under_way']);
});
