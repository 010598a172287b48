import { describe, expect, test } from '@jest/globals';
import { ConfigError, readSettings } from '../../../core/process/config.ts';
import { platformModel } from '../../../core/process/platform-provider.ts';
import { Secret } from '../../../core/secrets/secret.ts';
import { PLATFORM_JSON, platformOf } from '../../support/platform-provider.ts';

const { key: KEY, ...WITHOUT_KEY } = PLATFORM_JSON;

/** What is said of a configuration that cannot be used. */
function complaint(json: unknown): string {
  const text = typeof json === 'string' ? json : JSON.stringify(json);
  try {
    readSettings(['PLATFORM_PROVIDER'], { PLATFORM_PROVIDER: text });
  } catch (thrown) {
    if (thrown instanceof ConfigError) return thrown.message;
    throw thrown;
  }
  return '';
}

describe('PLATFORM_PROVIDER', () => {
  test('is read, its key as a secret and its first model as the one that answers', () => {
    const platform = platformOf();
    expect(platform.key).toBeInstanceOf(Secret);
    expect((platform.key as Secret).reveal()).toBe(KEY);
    expect(platformModel(platform)).toBe('our-models/large');
    expect(JSON.stringify(platform)).not.toContain(KEY);
  });

  test.each([
    ['a file for each customer', '/run/secrets/platform/{customer}'],
    ['an address for each customer', 'https://keys.example.com/{customer}/key'],
  ])('can name %s', (_, keyFrom) => {
    const read = platformOf({ key: undefined, keyFrom });
    expect(read.key).toEqual({ from: keyFrom, token: undefined });
  });

  test('need not be set', () => {
    expect(readSettings(['PLATFORM_PROVIDER'], {})).toEqual({});
  });

  test.each([
    ['no JSON', '{', /must be JSON/],
    ['no key', WITHOUT_KEY, /must have key or keyFrom/],
    ['two keys', { ...PLATFORM_JSON, keyFrom: '/keys/{customer}' }, /must have key or keyFrom/],
    ['a name of OpenClaw’s own', { ...PLATFORM_JSON, name: 'anthropic' }, /name of a provider that OpenClaw/],
    ['another name of it', { ...PLATFORM_JSON, name: 'claude-cli' }, /name of a provider that OpenClaw/],
    ['a name that is no slug', { ...PLATFORM_JSON, name: 'Our Models' }, /name must be a slug/],
    ['an address in the clear', { ...PLATFORM_JSON, baseUrl: 'http://models.example.com' }, /https/],
    [
      'a password in the address',
      { ...PLATFORM_JSON, baseUrl: 'https://u:p@models.example.com' },
      /no password/,
    ],
    ['an unknown protocol', { ...PLATFORM_JSON, api: 'soap' }, /api must be one of openai-completions/],
    ['no models', { ...PLATFORM_JSON, models: [] }, /one or more/],
    ['a model that is none', { ...PLATFORM_JSON, models: [{ id: 'a b' }] }, /as the API names/],
    ['a key of two lines', { ...PLATFORM_JSON, key: 'one-key-line\ntwo' }, /key must be one line/],
    ['a keyFrom for all', { ...WITHOUT_KEY, keyFrom: '/keys/all' }, /\{customer\}/],
    ['a keyFrom in the clear', { ...WITHOUT_KEY, keyFrom: 'http://keys.example.com/{customer}' }, /https/],
    [
      'a token for a file',
      { ...WITHOUT_KEY, keyFrom: '/k/{customer}', keyFromToken: 'x'.repeat(20) },
      /address/,
    ],
    ['something unknown', { ...PLATFORM_JSON, apiKey: 'x' }, /apiKey/],
  ])('is refused with %s, in words that hold no key', (_, json, words) => {
    const said = complaint(json);
    expect(said).toMatch(words);
    expect(said).toMatch(/^PLATFORM_PROVIDER must be JSON as docs\/platform-fallback\.md shows it/);
    expect(said).not.toContain(KEY);
  });
});
