import { describe, expect, test } from '@jest/globals';
import { CATALOGUE } from '../../../core/contract/errors.ts';
import { GUIDES } from '../../../core/contract/provider-guides.ts';
import { PROVIDERS } from '../../../core/contract/providers.ts';
import { OFFERS, OPENAI_KEY } from '../../../scripts/screenshots/key-fixtures.ts';
import { hintOf, look, lookAtName } from '../../../web/keys/look.ts';
import { KEY_TEXTS } from '../../../web/keys/texts.ts';
import { KEY_AT_FAULT, PROVIDER_REFUSES } from '../../../web/model/key-ends.ts';

describe('what is said of a text in the field', () => {
  test('a key of this provider: that it looks right, and its end, which the provider’s own list shows', () => {
    expect(look(`  "${OPENAI_KEY}"\n`, 'openai')).toEqual({
      text: 'That looks right. It ends in “x7Qa”.',
      isProblem: false,
      key: OPENAI_KEY,
    });
  });

  test('of a short key no part is shown', () => {
    const key = 'a1b2c3d4e5f6a7b8c9d0';
    expect(look(key, 'mistral')).toEqual({ text: 'That looks right.', isProblem: false, key });
  });

  test('a key of another provider: whose it is, and the way there if that is offered', () => {
    const key = `sk-or-v1-${'a1'.repeat(32)}`;
    expect(look(key, 'openai', OFFERS)).toEqual({
      text: 'That is a key of OpenRouter.',
      isProblem: true,
      instead: {
        does: 'go',
        label: 'Connect OpenRouter instead',
        to: { at: 'way', provider: 'openrouter', method: 'api-key' },
      },
    });
    expect(look(key, 'openai')).not.toHaveProperty('instead');
    // It is offered, but not in their plan, or not with their machine.
    expect(look(`xai-${'a1'.repeat(20)}`, 'openai', OFFERS)).not.toHaveProperty('instead');
  });

  test.each([
    ['a sign-in token', `sk-ant-oat01-${'t'.repeat(95)}`, CATALOGUE.key_is_token.customer],
    ['a link', 'https://platform.openai.com/api-keys', CATALOGUE.key_is_link.customer],
    ['nothing', ' \n', KEY_TEXTS.key.missing],
  ])('%s', (_, text, told) => {
    expect(look(text, 'openai')).toEqual({ text: told, isProblem: true });
  });
});

describe('the customer’s own name for a key', () => {
  test.each([
    [' work ', { label: 'work' }],
    ['', {}],
    ['x'.repeat(61), { error: KEY_TEXTS.key.nameTooLong }],
    [OPENAI_KEY, { error: KEY_TEXTS.key.nameHoldsKey }],
  ])('%p', (name, found) => {
    expect(lookAtName(name)).toEqual(found);
  });
});

test('how keys begin is said where they begin in a way of their own', () => {
  expect(hintOf('openai')).toBe('Most begin with sk-proj-');
  expect(hintOf('google')).toBe('Most begin with AIza or AQ.');
  expect(hintOf('mistral')).toBe('One line of letters and digits.');
});

test('every provider with a key has a guide of three steps, what the key should be able to do, a limit and an end', () => {
  for (const { id, key, methods } of Object.values(PROVIDERS)) {
    if (!key || !('api-key' in methods) || id === 'custom') continue;
    const { steps, ...rest } = GUIDES[id as keyof typeof GUIDES];
    expect(steps.filter((step) => step.length > 10).length).toBe(3);
    for (const text of Object.values(rest)) expect(text.length).toBeGreaterThan(10);
  }
});

test('the errors that another key or provider helps with are rows of the catalogue', () => {
  for (const code of [...KEY_AT_FAULT, ...PROVIDER_REFUSES]) expect(CATALOGUE).toHaveProperty(code);
});
