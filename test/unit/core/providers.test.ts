import { describe, expect, test } from '@jest/globals';
import { checkCode } from '../../../core/contract/code.ts';
import { isModelOf, isProfileOf, PROVIDERS, rowOf } from '../../../core/contract/providers.ts';
import { type Connection, connectionSchema } from '../../../core/contract/snapshot.ts';
import { tolerant } from '../../../core/contract/tolerant.ts';
import { Redactor } from '../../../core/secrets/redaction.ts';
import { FINDING } from '../../../worker/boxes/survey.ts';

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
    ['anthropic:keyferry-x', false],
    ['anthropic:other', false],
  ])('knows the profiles that are ours: %s', (name, is) => {
    expect(isProfileOf(row, name)).toBe(is);
  });

  test('is what redaction, the paste check and the survey of a box go by', () => {
    expect(new Redactor().text('it is sk-ant-oat01-abcdefgh and more')).not.toContain('abcdefgh');
    expect(checkCode('sk-ant-oat01-abcdefgh')).toEqual({ ok: false, error: 'code_is_token' });
    for (const name of row.variables.others) expect(FINDING).toContain(name);
    expect(FINDING).toContain(`${row.variables.prefix}[A-Z_]*`);
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
      provider: 'openai',
      method: 'api-key',
      profile: 'openai:default',
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
