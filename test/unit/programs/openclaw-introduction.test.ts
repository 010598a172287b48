import { describe, expect, test } from '@jest/globals';
import { PROVIDERS } from '../../../core/contract/providers.ts';
import { introductionOf } from '../../../worker/programs/openclaw/introduction.ts';

const pathsOf = (provider: keyof typeof PROVIDERS, version: string | undefined) =>
  introductionOf(PROVIDERS[provider], version).map(({ path }) => path);

describe('a provider that OpenClaw does not know', () => {
  test.each([
    ['openai', '2026.9.6'],
    ['anthropic', '2026.4.15'],
    ['groq', undefined],
  ] as const)('is not introduced where it is known, or nobody can tell: %s, %s', (provider, version) => {
    expect(pathsOf(provider, version)).toEqual([]);
  });

  test('is introduced with address, protocol and models, and its plugin is not waited for', () => {
    expect(introductionOf(PROVIDERS.groq, '2026.9.6')).toEqual([
      { path: 'plugins.entries.groq', value: { enabled: false } },
      {
        path: 'models.providers.groq',
        value: {
          baseUrl: 'https://api.groq.com/openai/v1',
          api: 'openai-completions',
          models: expect.arrayContaining([{ id: expect.any(String), name: expect.any(String) }]),
        },
      },
    ]);
  });

  test('without a plugin of its own is introduced alone', () => {
    expect(pathsOf('perplexity', '2026.9.6')).toEqual(['models.providers.perplexity']);
  });

  test('has at least one model by which a key can be proved, whichever it is', () => {
    for (const row of Object.values(PROVIDERS)) {
      if (row.endpoint) continue;
      for (const { value } of introductionOf(row, '2026.9.6').filter(({ path }) =>
        path.startsWith('models.'),
      ))
        expect([row.id, (value as { models: unknown[] }).models.length]).not.toEqual([row.id, 0]);
    }
  });
});
