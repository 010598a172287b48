import { describe, expect, test } from '@jest/globals';
import { checkCode } from '../../../core/contract/code.ts';
import { CATALOGUE } from '../../../core/contract/errors.ts';
import { checkKey } from '../../../core/contract/key.ts';
import { type NameRow, secretsOf } from '../../../core/contract/provider-names.ts';
import type { ProviderDetails } from '../../../core/contract/provider-types.ts';
import {
  isModelOf,
  isProfileOf,
  isVariableOf,
  knownTo,
  PROVIDERS,
  type Provider,
  preferredModel,
  providerRow,
} from '../../../core/contract/providers.ts';
import { KEYS } from '../../support/provider-keys.ts';

const ROWS = Object.values(PROVIDERS);
const ALL = Object.entries(KEYS).flatMap(([provider, keys]) =>
  keys.map((key, at) => [`${provider} (${at + 1})`, provider as Provider, key] as const),
);
const OWN = ALL.filter(([, provider, key]) =>
  PROVIDERS[provider].starts.some((start) => key.startsWith(start)),
);
const UNNAMED = ALL.filter((one) => !OWN.includes(one));

/** A name that the provider's key goes by. */
const variable = (provider: Provider) =>
  (PROVIDERS[provider].variables.find((name) => /KEY\*?$/.test(name)) ?? 'HF_TOKEN').replace('*', '');

const AROUND: readonly [string, (key: string, provider: Provider) => string][] = [
  ['as it is', (key) => key],
  ['with white space around it', (key) => ` \t${key}\r\n\u00a0`],
  ['with zero-width characters', (key) => `\ufeff${key}\u200b`],
  ['in quotes', (key) => `"${key}"`],
  ['in typographic quotes', (key) => `“${key}”`],
  ['in backquotes with a full stop behind', (key) => `\`${key}\`.`],
  ['with `export`', (key, provider) => `export ${variable(provider)}="${key}"`],
  ['as a line of a file', (key, provider) => `${variable(provider)}=${key}\n`],
  ['as a line with blanks', (key, provider) => `${variable(provider)} = '${key}';`],
  ['as JSON', (key) => `{"apiKey":"${key}"}`],
  ['as a header', (key) => `Authorization: Bearer ${key}`],
  ['as a curl command', (key) => `curl -H "x-api-key: ${key}"`],
  ['with a label', (key) => `API key: ${key}`],
  ['twice', (key) => `${key}\n${key}`],
];

describe.each(ALL)('a key of %s', (_, provider, key) => {
  test.each(AROUND)('is taken %s', (_how, around) => {
    expect(checkKey(around(key, provider), PROVIDERS[provider])).toEqual({ ok: true, key });
  });

  test('is taken out of a sentence', () => {
    expect(checkKey(`hello, here it is: ${key} thanks`, PROVIDERS[provider])).toEqual({ ok: true, key });
  });

  test('of which the end is missing is not whole', () => {
    expect(checkKey(key.slice(0, 11), PROVIDERS[provider])).toEqual({ ok: false, error: 'key_incomplete' });
  });

  test.each([
    ['masked', `${key.slice(0, 8)}...${key.slice(-4)}`, 'key_is_masked'],
    ['masked with dots', `${key.slice(0, 8)}••••••••${key.slice(-4)}`, 'key_is_masked'],
    ['masked with asterisks', `${key.slice(0, 3)}*****`, 'key_is_masked'],
    ['cut in two', `${key.slice(0, -9)}\n${key.slice(-9)}`, 'key_in_pieces'],
    ['with letters that no header holds', `${key.slice(0, -1)}é`, 'key_malformed'],
    ['among too much', `${key}${'x'.repeat(10_000)}`, 'key_malformed'],
  ])('is not taken %s', (_how, text, error) => {
    expect(checkKey(text, PROVIDERS[provider])).toEqual({ ok: false, error });
  });
});

describe.each(OWN)('a key of %s, which names its provider,', (_, provider, key) => {
  const others = ROWS.filter(({ id, key: form, endpoint }) => id !== provider && form && !endpoint);

  test('is taken for an address of the customer’s own, which may stand before any provider', () => {
    expect(checkKey(key, PROVIDERS.custom)).toEqual({ ok: true, key });
  });

  test.each(others.map((row) => [row.id, row] as const))(
    'is that provider’s where one of %s is wanted',
    (_id, row) => {
      expect(checkKey(`"${key}"`, row)).toEqual({ ok: false, error: 'key_of_other_provider', provider });
    },
  );

  test('is claimed by no other row', () => {
    const claims = ROWS.filter(({ starts }) => starts.some((start) => key.startsWith(start)));
    expect(claims.map(({ id }) => id)).toEqual([provider]);
  });

  test('where a code is wanted is told to be a key', () => {
    expect(checkCode(key)).toEqual({ ok: false, error: 'code_is_key' });
    expect(checkCode(`this is it: ${key}`)).toEqual({ ok: false, error: 'code_is_key' });
  });
});

describe('a key that could be of several providers', () => {
  const shared = KEYS.deepseek[0];

  test.each(['openai', 'deepseek', 'moonshot', 'minimax', 'custom'] as const)(
    'is taken for %s',
    (provider) => {
      expect(checkKey(shared, PROVIDERS[provider])).toEqual({ ok: true, key: shared });
    },
  );

  test.each(['anthropic', 'groq', 'openrouter', 'google'] as const)(
    'is none of %s, whose have another form',
    (provider) => {
      expect(checkKey(shared, PROVIDERS[provider])).toEqual({ ok: false, error: 'key_of_other_provider' });
    },
  );

  test('is told to be of the one that the name before it belongs to', () => {
    expect(checkKey(`export DEEPSEEK_API_KEY=${shared}`, PROVIDERS.openai)).toEqual({
      ok: false,
      error: 'key_of_other_provider',
      provider: 'deepseek',
    });
  });

  test.each(UNNAMED)('of %s is taken for a provider that nobody knows', (_, _provider, key) => {
    expect(checkKey(key, PROVIDERS.custom)).toEqual({ ok: true, key });
  });
});

describe('what is no API key', () => {
  const token = `sk-ant-oat01-${'aB3-'.repeat(22)}AA`;

  test.each([
    ['a setup-token', token, 'key_is_token', 'anthropic'],
    ['a setup-token with its name', `CLAUDE_CODE_OAUTH_TOKEN=${token}`, 'key_is_token', 'anthropic'],
    ['a session of a browser', `sk-ant-sid01-${'aB3-'.repeat(22)}`, 'key_is_token', 'anthropic'],
    ['an admin key', `sk-ant-admin01-${'aB3-'.repeat(22)}`, 'key_is_admin', 'anthropic'],
    ['a code', `${'aB3_'.repeat(11)}#${'cD4-'.repeat(11)}`, 'key_is_code', undefined],
    ['a link', 'https://console.anthropic.com/settings/keys', 'key_is_link', undefined],
    [
      'a link in words',
      'look at https://console.anthropic.com/settings/keys please',
      'key_is_link',
      undefined,
    ],
    ['two keys', `${KEYS.anthropic[0]} ${KEYS.openai[0]}`, 'key_several', undefined],
    ['a placeholder', 'your-anthropic-api-key-goes-here', 'key_malformed', undefined],
    ['a sentence', 'I do not have one yet', 'key_malformed', undefined],
    ['nothing', ' \n', 'key_incomplete', undefined],
    ['a name without a value', 'export ANTHROPIC_API_KEY=', 'key_incomplete', undefined],
  ])('is told to be %s', (_, text, error, provider) => {
    expect(checkKey(text, PROVIDERS.anthropic)).toEqual({
      ok: false,
      error,
      ...(provider !== undefined && { provider }),
    });
  });

  test('of another provider is told to be that provider’s, also when it is an admin key', () => {
    expect(checkKey(`sk-admin-${'aB3'.repeat(30)}`, PROVIDERS.openai)).toEqual({
      ok: false,
      error: 'key_is_admin',
      provider: 'openai',
    });
    expect(checkKey(`sk-admin-${'aB3'.repeat(30)}`, PROVIDERS.groq)).toMatchObject({
      error: 'key_of_other_provider',
      provider: 'openai',
    });
  });

  test('is joined where a terminal has cut it into rows of one length', () => {
    const key = KEYS.openai[0];
    const rows = key.match(/.{1,40}/g)?.join('\n') ?? '';
    expect(checkKey(rows, PROVIDERS.openai)).toEqual({ ok: true, key });
  });
});

test('every error of a key tells the customer what to do and the platform what it is', () => {
  for (const [code, row] of Object.entries(CATALOGUE).filter(([code]) =>
    /^key_(is|in|of|several|malf)/.test(code),
  ))
    expect({ code, ...row }).toMatchObject({ status: 422, retryable: true, developer: expect.any(String) });
});

test('a paste is examined in time that grows with its length alone', () => {
  const costs = [4_000, 8_000].map((length) => {
    const texts = [
      'a'.repeat(length),
      'a='.repeat(length / 2),
      'sk-'.repeat(length / 3),
      '"\' '.repeat(length / 3),
    ];
    const began = performance.now();
    for (let round = 0; round < 40; round += 1)
      for (const text of texts) checkKey(text.slice(0, 8_192), PROVIDERS.openai);
    return performance.now() - began;
  });
  expect((costs[1] as number) / (costs[0] as number)).toBeLessThan(8);
});

describe('a provider that nobody has heard of needs a row and nothing else:', () => {
  const names: NameRow = {
    name: 'Nebula',
    icon: 'Nb',
    revokeAt: 'https://nebula.example/keys',
    starts: ['nbl_'],
    model: /^star-\d$/,
  };
  const details: ProviderDetails = {
    comes: [
      ['2026.8.1', '@openclaw/nebula-provider'],
      ['0', 'config'],
    ],
    api: 'openai-completions',
    baseUrl: 'https://api.nebula.example/v1',
    key: { shape: /^nbl_\w{20,}$/, others: { nbl_session_: 'token' } },
    secretShapes: [/nbl_\w{20,}/g],
    variables: ['NEBULA_API_KEY*'],
    hosts: { 'api.nebula.example': { from: 'turn', why: 'OpenClaw sends its turns there.' } },
    models: { best: [/^star-(\d)$/], small: [/^star-(\d)$/], declared: ['star-1'] },
  };
  const row = providerRow('nebula', names, details);
  const rows = [...ROWS, row];
  const key = `nbl_${'aB3'.repeat(9)}`;

  test('its keys are checked, and told from those of others', () => {
    expect(checkKey(`export NEBULA_API_KEY="${key}"`, row, rows)).toEqual({ ok: true, key });
    expect(checkKey(key.slice(0, 9), row, rows)).toEqual({ ok: false, error: 'key_incomplete' });
    expect(checkKey(key, PROVIDERS.openai, rows)).toMatchObject({ provider: 'nebula' });
    expect(checkKey(KEYS.groq[0], row, rows)).toMatchObject({ provider: 'groq' });
    expect(checkKey(`nbl_session_${'aB3'.repeat(9)}`, row, rows)).toMatchObject({ error: 'key_is_token' });
    expect(secretsOf(rows).test(`it is ${key}`)).toBe(true);
  });

  test('its profiles, models and variables are known', () => {
    expect(row.methods).toHaveProperty('api-key');
    expect(isProfileOf(row, 'nebula:keyferry')).toBe(true);
    expect(isProfileOf(row, 'nebula:keyferry-42')).toBe(true);
    expect(isProfileOf(row, 'nebula:manual')).toBe(false);
    expect(isModelOf(row, 'nebula/star-1')).toBe(true);
    expect(isModelOf(row, 'nebula/planet-1')).toBe(false);
    expect(preferredModel(row, ['nebula/star-1', 'nebula/star-3'], 'best')).toBe('nebula/star-3');
    expect(isVariableOf(row, 'NEBULA_API_KEY_2')).toBe(true);
    expect([knownTo('2026.9.6', row), knownTo('2026.7.1', row)]).toEqual([
      '@openclaw/nebula-provider',
      'config',
    ]);
  });
});
