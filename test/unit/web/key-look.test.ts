import { describe, expect, test } from '@jest/globals';
import { CATALOGUE } from '../../../core/contract/errors.ts';
import { OFFERS, OPENAI_KEY } from '../../../scripts/screenshots/key-fixtures.ts';
import { hintOf, look, lookAtName } from '../../../web/keys/look.ts';
import { english } from '../../../web/messages/english.ts';
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
    ['nothing', ' \n', english('key.missing')],
  ])('%s', (_, text, told) => {
    expect(look(text, 'openai')).toEqual({ text: told, isProblem: true });
  });
});

describe('the customer’s own name for a key', () => {
  test.each([
    [' work ', { label: 'work' }],
    ['', {}],
    ['x'.repeat(61), { error: english('key.nameTooLong') }],
    [OPENAI_KEY, { error: english('key.nameHoldsKey') }],
  ])('%p', (name, found) => {
    expect(lookAtName(name)).toEqual(found);
  });
});

test('how keys begin is said where they begin in a way of their own', () => {
  expect(hintOf('openai')).toBe('Most begin with sk-proj-');
  expect(hintOf('google')).toBe('Most begin with AIza or AQ.');
  expect(hintOf('mistral')).toBe('One line of letters and digits.');
});

test('the errors that another key or provider helps with are rows of the catalogue', () => {
  for (const code of [...KEY_AT_FAULT, ...PROVIDER_REFUSES]) expect(CATALOGUE).toHaveProperty(code);
});
