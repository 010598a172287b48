import { describe, expect, test } from '@jest/globals';
import { lookAtModel, takesModel } from '../../../web/keys/manage/typed-model.ts';
import { english } from '../../../web/messages/english.ts';

const missing = english('manage.model.missing');
const wrong = english('manage.model.wrong');
const holdsKey = english('manage.model.holdsKey');

describe('the name of a model that a customer types', () => {
  test.each([
    ['openai', ' gpt-5.4 ', 'openai/gpt-5.4'],
    ['openai', 'openai/gpt-5.4', 'openai/gpt-5.4'],
    ['openrouter', 'anthropic/claude-haiku-4.5', 'openrouter/anthropic/claude-haiku-4.5'],
    ['openrouter', 'openrouter/auto', 'openrouter/auto'],
    ['huggingface', 'meta-llama/Llama-3.3-70B:cheapest', 'huggingface/meta-llama/Llama-3.3-70B:cheapest'],
    ['anthropic', 'claude-opus-5-5', 'anthropic/claude-opus-5-5'],
  ])('of %s: %s is %s', (provider, typed, model) => {
    expect(lookAtModel(typed, { provider })).toEqual({ model });
  });

  test.each([
    ['openai', '  ', missing],
    ['openai', 'the newest', wrong],
    ['openai', '../etc', wrong],
    ['openai', 'x'.repeat(200), wrong],
    ['anthropic', 'gpt-5.4', wrong],
    ['nobody', 'gpt-5.4', wrong],
    ['openai', `sk-proj-${'a1'.repeat(20)}`, holdsKey],
  ])('of %s: %s is refused', (provider, typed, error) => {
    expect(lookAtModel(typed, { provider })).toEqual({ error });
  });

  test('is asked for where a provider has models of its own choosing, not of an address with those that it was said to have', () => {
    expect(
      ['openai', 'anthropic', 'ollama', 'custom', 'nobody'].map((provider) => takesModel({ provider })),
    ).toEqual([true, true, false, false, false]);
  });
});
