import { describe, expect, test } from '@jest/globals';
import { checkCode } from '../../../core/contract/code.ts';
import { secretOwner } from '../../../core/contract/provider-names.ts';
import {
  holdsSecret,
  isModelOf,
  isProfileOf,
  isVariableOf,
  knownTo,
  PROVIDERS,
  preferredModel,
  rowOf,
  unfitFor,
} from '../../../core/contract/providers.ts';
import { type Connection, connectionSchema } from '../../../core/contract/snapshot.ts';
import { tolerant } from '../../../core/contract/tolerant.ts';
import type { Versions } from '../../../core/contract/versions.ts';
import { Redactor } from '../../../core/secrets/redaction.ts';
import { FINDING, variablesOf } from '../../../worker/boxes/survey.ts';

const CONNECTION: Connection = {
  provider: 'anthropic',
  method: 'setup-token',
  profile: 'anthropic:manual',
  model: 'anthropic/claude-opus-5-5',
  connectedAt: '2026-01-01T00:01:00.000Z',
  expiresAt: '2027-01-01T00:01:00.000Z',
  tokenFingerprint: '0123456789ab',
};

describe('a provider’s row', () => {
  const row = PROVIDERS.anthropic;

  test.each([
    ['anthropic/claude-opus-5-5', true],
    ['anthropic/claude-<b>', false],
    ['claude-cli/claude-opus-5-5', false],
    ['anthropic/gpt-6', false],
  ])('knows its models: %s', (name, is) => {
    expect(isModelOf(row, name)).toBe(is);
  });

  test.each([
    ['anthropic:manual', true],
    ['anthropic:keyferry', true],
    ['anthropic:keyferry-3', true],
    ['anthropic:keyferry-99', true],
    ['anthropic:keyferry-1', false],
    ['anthropic:keyferry-100', false],
    ['anthropic:keyferry-x', false],
    ['anthropic:other', false],
  ])('knows the profiles that are ours: %s', (name, is) => {
    expect(isProfileOf(row, name)).toBe(is);
  });

  test('is what redaction, the paste check and the survey of a box go by', () => {
    expect(new Redactor().text('it is sk-ant-oat01-abcdefgh and more')).not.toContain('abcdefgh');
    expect(checkCode('sk-ant-oat01-abcdefgh')).toEqual({ ok: false, error: 'code_is_token' });
    for (const { variables } of Object.values(PROVIDERS))
      for (const name of variables) expect(FINDING).toContain(name.replace('*', '[A-Z0-9_]*'));
  });

  test('tells its own variables from those of others', () => {
    const found = ['OPENAI_API_KEY in ~/.openclaw/.env', 'OPENAI_API_KEY_2 in /x', 'ANTHROPIC_API_KEY in /x'];
    expect(variablesOf(PROVIDERS.openai, found)).toEqual(found.slice(0, 2));
    expect(variablesOf(row, found)).toEqual(found.slice(2));
    expect(isVariableOf(PROVIDERS.huggingface, 'HF_TOKEN')).toBe(true);
    expect(isVariableOf(PROVIDERS.huggingface, 'HF_TOKENS')).toBe(false);
  });

  test('says with which program, and from which version on, a method cannot be had', () => {
    const login = (versions: Versions) => unfitFor(row, 'claude-login', versions);
    expect(login({ claude: '2.1.139', openclaw: '2026.9.6' })).toEqual({
      program: 'claude',
      version: '2.1.139',
      first: '2.1.140',
    });
    expect(login({ openclaw: '2026.7.35' })).toMatchObject({ program: 'openclaw', first: '2026.8.1' });
    expect(login({ claude: '2.1.140', openclaw: '2026.8.1-beta.2' })).toBeUndefined();
    expect(login({})).toBeUndefined();
    expect(unfitFor(row, 'setup-token', { claude: '1.0.64', openclaw: '2026.4.15' })).toBeUndefined();
    const byKey = (openclaw?: string) => unfitFor(row, 'api-key', openclaw ? { openclaw } : {});
    expect(byKey('2026.4.15')).toEqual({ program: 'openclaw', version: '2026.4.15', first: '2026.5.1' });
    expect([byKey('2026.5.22'), byKey()]).toEqual([undefined, undefined]);
    expect(unfitFor(PROVIDERS.openai, 'api-key', { openclaw: '2026.4.15' })).toBeUndefined();
  });

  test.each([
    [
      'before it',
      [
        ['2026.8.1', 'built-in'],
        ['0', 'none'],
      ],
      '2026.7.1',
      '2026.8.1',
    ],
    [
      'from it on',
      [
        ['2026.8.1', 'built-in'],
        ['0', 'none'],
      ],
      '2026.8.1',
      'can',
    ],
    [
      'after it is gone',
      [
        ['2026.9.1', 'none'],
        ['0', 'built-in'],
      ],
      '2026.9.6',
      undefined,
    ],
    [
      'in between',
      [
        ['2026.9.1', 'config'],
        ['2026.8.1', 'none'],
        ['0', 'config'],
      ],
      '2026.8.2',
      '2026.9.1',
    ],
  ] as const)(
    'knows versions of OpenClaw that cannot be given a provider: %s',
    (_, comes, version, first) => {
      const methods = PROVIDERS.groq.methods;
      const unfit = unfitFor({ methods, comes }, 'api-key', { openclaw: version });
      expect(unfit).toEqual(first === 'can' ? undefined : { program: 'openclaw', version, first });
      expect(unfitFor({ methods, comes }, 'api-key', {})).toBeUndefined();
    },
  );

  test.each([
    ['openai', '2026.4.15', 'built-in'],
    ['groq', '2026.5.22', 'built-in'],
    ['groq', '2026.7.1', '@openclaw/groq-provider'],
    ['mistral', '2026.7.1', 'built-in'],
    ['mistral', '2026.9.6', '@openclaw/mistral-provider'],
    ['cohere', '2026.4.15', 'config'],
    ['cohere', '2026.7.1', 'built-in'],
    ['cohere', '2026.9.6-beta.1', '@openclaw/cohere-provider'],
    ['perplexity', '2026.9.6', 'config'],
  ] as const)('says how OpenClaw comes to know it: %s in %s', (provider, version, how) => {
    expect(knownTo(version, PROVIDERS[provider])).toBe(how);
  });

  test.each([
    ['anthropic', 'best', 'claude-opus-5-5', ['claude-haiku-4-5', 'claude-opus-5', 'claude-opus-5-5']],
    ['anthropic', 'small', 'claude-haiku-4-5', ['claude-opus-5-5', 'claude-haiku-4-5', 'claude-haiku-3']],
    ['openai', 'best', 'gpt-6-astra', ['gpt-5.5', 'gpt-5.6-luna', 'gpt-6-astra', 'gpt-6-luna']],
    ['openai', 'small', 'gpt-5.6-luna', ['gpt-5.4-nano', 'gpt-5.6-luna', 'gpt-6-astra']],
    ['google', 'best', 'gemini-3.1-pro-preview', ['gemini-2.5-pro', 'gemini-3.1-pro-preview']],
    ['together', 'best', 'moonshotai/Kimi-K2.6', ['zai-org/GLM-5.2', 'moonshotai/Kimi-K2.6']],
    ['deepseek', 'small', 'somebody-else', ['somebody-else']],
  ] as const)('names the model to take: %s, %s', (provider, use, model, offered) => {
    const names = offered.map((id) => `${provider}/${id}`);
    expect(preferredModel(PROVIDERS[provider], names, use)).toBe(`${provider}/${model}`);
    expect(preferredModel(PROVIDERS[provider], [], use)).toBeUndefined();
  });

  test.each([
    ['huggingface/meta-llama/Llama-3.3-70B-Instruct:cheapest', true],
    ['together/Qwen/Qwen2.5-7B', true],
    ['together/Qwen//Qwen', false],
    ['together/../../etc', false],
    ['together/a b', false],
    [`together/${'x'.repeat(200)}`, false],
  ])('takes a model’s id as providers form them, and nothing else: %s', (name, is) => {
    const { provider = '' } = /^(?<provider>[a-z]+)\//.exec(name)?.groups ?? {};
    expect(isModelOf(rowOf(provider) ?? row, name)).toBe(is);
  });

  test('finds a secret of any provider in a text, and none in words', () => {
    expect(holdsSecret('gsk_abcdefgh1234')).toBe(true);
    expect(holdsSecret(`it is sk-${'a1'.repeat(16)}`)).toBe(true);
    expect(holdsSecret('a task-list, hf_ and sk-ant- alone, risk-free')).toBe(false);
  });

  test('is none for a provider that only a newer version knows', () => {
    expect(rowOf('somebody-new')).toBeUndefined();
    expect(rowOf('constructor')).toBeUndefined();
  });
});

describe('what another version wrote', () => {
  const read = (value: unknown) => tolerant(connectionSchema).safeParse(value).data;

  test('before there was a choice is about a setup-token of Anthropic’s', () => {
    const { provider: _, method: __, ...older } = CONNECTION;
    expect(read(older)).toEqual(CONNECTION);
  });

  test('is read without the fields that this one does not know', () => {
    expect(read({ ...CONNECTION, health: 'well', more: { deep: 1 } })).toEqual(CONNECTION);
  });

  test('of a provider that this one does not know is read, too', () => {
    const newer = {
      ...CONNECTION,
      provider: 'somebody-new',
      method: 'api-key',
      profile: 'somebody-new:default',
      model: undefined,
    };
    expect(read(newer)).toEqual(newer);
  });

  test('is held to all that this one does know', () => {
    expect(read({ ...CONNECTION, health: 'well', tokenFingerprint: 'x' })).toBeUndefined();
    expect(read({ ...CONNECTION, model: 'openai/gpt' })).toBeUndefined();
    expect(connectionSchema.safeParse({ ...CONNECTION, token: 'x' }).success).toBe(false);
  });
});

test.each([
  ['my key: sk-ant-api03-abcdefgh', 'anthropic'],
  ['sk-proj-abcdefgh12345678', 'openai'],
  ['"AIzaSyAbcdefghijk"', 'google'],
  ['sk-or-v1-0123456789abcdef', 'openrouter'],
  ['gsk_abcdefghijkl', 'groq'],
  [`sk-${'a1'.repeat(20)}`, undefined],
  ['no key at all', undefined],
])('%j is a secret of %s', (text, provider) => {
  expect(secretOwner(text)).toBe(provider);
});
