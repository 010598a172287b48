import { expect, test } from '@jest/globals';
import { isModelOf, PROVIDERS, type ProviderRow } from '../../../core/contract/providers.ts';
import { choose, knowFor } from '../../../worker/handshake/choice.ts';
import type { OpenClaw } from '../../../worker/programs/openclaw/openclaw.ts';
import { statusWith } from '../../support/openclaw-status.ts';

const limits = { signal: new AbortController().signal, timeoutMs: 1_000 };
const chosen = (provider: ProviderRow, offered: readonly string[], status: object = {}) => {
  const openclaw = { provider, offered: async () => [...offered] } as unknown as OpenClaw;
  const recipient = { agent: undefined, profile: provider.openclaw.profile, own: false };
  return choose(openclaw, { before: statusWith(status), recipient, isOverridden: false }, limits);
};
const ELSEWHERE = { resolvedDefault: 'anthropic/claude-opus-5-5' };

const BY_KEY = Object.values(PROVIDERS).filter(
  ({ id, key, endpoint }) => key && !endpoint && id !== 'anthropic',
);

test.each(BY_KEY.map((row) => [row.name, row] as const))(
  'a key of %s on a box that has Anthropic’s model gets one of its own, though OpenClaw lists none before it has a key',
  async (_, row) => {
    const model = await chosen(row, [], ELSEWHERE);
    expect(isModelOf(row, model)).toBe(true);
    const { best } = row.models;
    expect(best.some((pattern) => pattern.test(model.slice(row.id.length + 1)))).toBe(true);
  },
);

test('what OpenClaw lists comes before what we know of a provider, and its own default before both', async () => {
  expect(await chosen(PROVIDERS.openai, ['openai/gpt-7'], ELSEWHERE)).toBe('openai/gpt-7');
  expect(await chosen(PROVIDERS.openai, ['openai/gpt-7'], { resolvedDefault: 'openai/gpt-5.2' })).toBe(
    'openai/gpt-5.2',
  );
});

test('without either there is no model to take', async () => {
  await expect(chosen(PROVIDERS.anthropic, [], { resolvedDefault: 'openai/gpt-5.4' })).rejects.toMatchObject({
    code: 'model_not_offered',
  });
});

test('whether the configuration’s own key may be taken out is asked only where there is one that wins', async () => {
  let isUsed = false;
  let asked = 0;
  const openclaw = {
    provider: PROVIDERS.anthropic,
    recipient: { agent: undefined, profile: 'anthropic:keyferry', own: false },
    namesKeys: true,
    ownKey: { isUsed: async () => isUsed },
    status: async () => statusWith({}),
  } as unknown as OpenClaw;
  const takesOwnKeyOut = async () => {
    asked += 1;
    return asked === 1;
  };
  await knowFor(openclaw, { takesOwnKeyOut }, limits);
  expect(asked).toBe(0);
  isUsed = true;
  expect(await knowFor(openclaw, { takesOwnKeyOut }, limits)).toMatchObject({ isOverridden: true });
  await expect(knowFor(openclaw, { takesOwnKeyOut }, limits)).rejects.toMatchObject({
    code: 'credential_overridden',
  });
});
