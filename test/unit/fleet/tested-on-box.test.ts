import { expect, test } from '@jest/globals';
import { PROVIDERS } from '../../../core/contract/providers.ts';
import { testedOnBox } from '../../../worker/connections/on-box.ts';
import { transportTo } from '../../support/in-memory-transport.ts';
import { OpenClawInMemory } from '../../support/openclaw-in-memory.ts';

const PROFILE = 'openai:keyferry';
const CONNECTION = { method: 'api-key', profile: PROFILE, model: 'openai/gpt-5.4' } as const;

/** What a test says of a box whose provider answers so. */
function tested(status: number, entry?: OpenClawInMemory['entry']) {
  const box = new OpenClawInMemory(() => status);
  box.profiles.set(PROFILE, `sk-ours-${'x'.repeat(40)}`);
  box.entry = entry;
  const { signal } = new AbortController();
  const connection = { ...CONNECTION, endpoint: null } as unknown as Parameters<typeof testedOnBox>[2];
  return testedOnBox(transportTo(box), PROVIDERS.openai, connection, { signal, agent: undefined });
}

test('says what a turn has shown', async () => {
  expect(await tested(200)).toMatchObject({ verdict: undefined, isByTurn: true });
  expect(await tested(401)).toMatchObject({ verdict: 'key_rejected', isByTurn: true });
});

test('a gateway that refuses its turn does not work, though the credential answers where it is named', async () => {
  const box = new OpenClawInMemory((key) => (key.startsWith('sk-ours') ? 200 : 401));
  const test_ = () =>
    testedOnBox(
      transportTo(box),
      PROVIDERS.openai,
      { ...CONNECTION, endpoint: null } as unknown as Parameters<typeof testedOnBox>[2],
      { signal: new AbortController().signal, agent: undefined },
    );
  box.profiles.set(PROFILE, `sk-ours-${'x'.repeat(40)}`);
  box.survey.hasGateway = true;
  expect(await test_()).toMatchObject({ verdict: undefined, throughGateway: 'this' });
  box.profiles.set('openai:other', `sk-other-${'y'.repeat(40)}`);
  box.order = ['openai:other'];
  expect(await test_()).toMatchObject({ verdict: 'gateway_refuses', isByTurn: true });
});

test('says so where it has only read that something else answers, and made no turn', async () => {
  const read = await tested(200, { auth: 'api-key', apiKey: `sk-own-${'y'.repeat(40)}` });
  expect(read).toMatchObject({ verdict: 'credential_overridden', isByTurn: false });
});
