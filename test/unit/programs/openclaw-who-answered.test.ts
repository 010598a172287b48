import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { PROVIDERS } from '../../../core/contract/providers.ts';
import { findJson, isAnswered } from '../../../worker/programs/openclaw/models-status.ts';
import { whoAnswered } from '../../../worker/programs/openclaw/who-answered.ts';

const OWN = { provider: 'anthropic', model: 'claude-opus-4-6' };
const PLATFORM = { provider: 'platform', model: 'm1' };

const recorded = (name: string) =>
  findJson(readFileSync(new URL(`../../fixtures/openclaw/${name}`, import.meta.url), 'utf8'));

describe('who answered a turn', () => {
  test.each([
    ['a chat turn of 2026.9.6, by the customer’s own model', '2026.9.6/chat-own.json', OWN],
    ['a chat turn of 2026.9.6, by the fallback', '2026.9.6/chat-fallback.json', PLATFORM],
    [
      'a chat turn of 2026.7.1, which denies that a fallback was used',
      '2026.7.1/chat-fallback.json',
      PLATFORM,
    ],
    ['one turn of a model’s', '2026.9.6/run-platform.json', PLATFORM],
    ['one of 2026.4.15, which asks the fallbacks there too', '2026.4.15/run-fallback.json', PLATFORM],
  ])('is read from %s', (_, name, answerer) => {
    expect(whoAnswered(recorded(name))).toEqual(answerer);
  });

  test('is read from a turn through the gateway, which wraps it', () => {
    const result = recorded('2026.9.6/chat-fallback.json');
    expect(whoAnswered({ runId: 'x', status: 'ok', result })).toEqual(PLATFORM);
  });

  test('is not said by a turn that was refused', () => {
    expect(whoAnswered(recorded('2026.9.6/run-refused.json'))).toBeUndefined();
  });

  test.each([
    ['nothing', undefined],
    ['text', 'anthropic'],
    ['no names', { ok: true, provider: '', model: '' }],
    ['names without end', { ok: true, provider: 'x'.repeat(1_000), model: 'm1' }],
    ['no turn', { meta: {} }],
  ])('is not said by %s', (_, json) => {
    expect(whoAnswered(json)).toBeUndefined();
  });
});

test('a turn with the customer’s model that 2026.4.15’s fallback answered, and called ok, proves nothing', () => {
  const json = recorded('2026.4.15/run-fallback.json');
  expect(json).toMatchObject({ ok: true, outputs: [{ text: 'ready' }] });
  expect(isAnswered(json, '', 'anthropic/claude-opus-4-6', PROVIDERS.anthropic)).toBe(false);
  // Nor where the fallback has a model of the same name.
  const same = { ...(json as object), model: 'claude-opus-4-6' };
  expect(isAnswered(same, '', 'anthropic/claude-opus-4-6', PROVIDERS.anthropic)).toBe(false);
});
