import { expect, test } from '@jest/globals';
import { PROVIDERS } from '../../../core/contract/providers.ts';
import { Redactor } from '../../../core/secrets/redaction.ts';
import { Secret } from '../../../core/secrets/secret.ts';
import { OpenClaw } from '../../../worker/programs/openclaw/openclaw.ts';
import { freeProfile, holderOf, isOwn } from '../../../worker/programs/openclaw/own-profiles.ts';
import { hasNamedKeys, saysWhatItSends } from '../../../worker/programs/openclaw/versions.ts';
import type { BoxConnection } from '../../../worker/transports/transport.ts';
import { OpenClawInMemory } from '../../support/openclaw-in-memory.ts';
import { statusWith } from '../../support/openclaw-status.ts';

const ROW = PROVIDERS.anthropic;

test.each<[string, boolean]>([
  ['anthropic:keyferry', true],
  ['anthropic:keyferry-2', true],
  ['anthropic:keyferry-99', true],
  ['anthropic:keyferry-1', false],
  ['anthropic:keyferry-100', false],
  ['anthropic:keyferry-02', false],
  ['anthropic:keyferryman', false],
  ['anthropic:manual', false],
  ['openai:keyferry', false],
])('%s is Keyferry’s own: %s', (id, is) => {
  expect(isOwn(id, ROW)).toBe(is);
});

test('a credential goes under the first of our names that is free, and never over another', () => {
  expect(freeProfile([], ROW)).toBe('anthropic:keyferry');
  expect(freeProfile(['anthropic:manual', 'anthropic:keyferry'], ROW)).toBe('anthropic:keyferry-2');
  expect(freeProfile(['anthropic:keyferry', 'anthropic:keyferry-3'], ROW)).toBe('anthropic:keyferry-2');
  const all = Array.from({ length: 99 }, (_, at) => `anthropic:keyferry${at === 0 ? '' : `-${at + 1}`}`);
  expect(freeProfile(all.slice(0, 98), ROW)).toBe('anthropic:keyferry-99');
  expect(() => freeProfile(all, ROW)).toThrow(expect.objectContaining({ code: 'profiles_used_up' }));
});

test.each([
  ['openai', 'openai:keyferry'],
  ['anthropic', 'anthropic:manual'],
] as const)(
  'what is pasted for %s is pasted into the profile that is meant, by name: OpenClaw’s own choice may be the customer’s',
  (provider, first) => {
    const { survey } = new OpenClawInMemory(() => 200);
    const options = { provider: PROVIDERS[provider], redactor: new Redactor() };
    const openclaw = new OpenClaw({} as BoxConnection, survey, options);
    for (const profile of [first, `${provider}:keyferry-2`]) {
      openclaw.recipient = { ...openclaw.recipient, profile };
      expect(openclaw.pasteCommand.argv.join(' ')).toMatch(new RegExp(` --profile-id ${profile}( |$)`));
    }
  },
);

test('a credential that is stored already is known by its beginning and its end, under our names alone', () => {
  const key = new Secret(`sk-ant-api03-${'k'.repeat(40)}-the-end`);
  const labelled = (...labels: string[]) =>
    statusWith({ auth: { providers: [{ provider: 'anthropic', profiles: { labels } }] } });
  const shown = 'sk-ant-a...-the-end';
  expect(holderOf(key, labelled(`anthropic:keyferry-2=${shown}`), ROW)).toBe('anthropic:keyferry-2');
  expect(holderOf(key, labelled(`anthropic:keyferry=token:${shown}`), ROW)).toBe('anthropic:keyferry');
  expect(holderOf(key, labelled(`anthropic:work=${shown}`), ROW)).toBeUndefined();
  expect(holderOf(key, labelled('anthropic:keyferry=sk-ant-a...-another'), ROW)).toBeUndefined();
  expect(holderOf(key, labelled('anthropic:keyferry=sk-ant-o...-the-end'), ROW)).toBeUndefined();
  expect(holderOf(key, labelled('anthropic:keyferry=stored'), ROW)).toBeUndefined();
});

test.each(['', ' [cooldown 29s]', ' [disabled:billing 10m]', ' [cooldown 29s] [disabled:auth_permanent 2h]'])(
  '… also where OpenClaw keeps it out of use, and marks it so: “%s”',
  (mark) => {
    const key = new Secret(`sk-ant-api03-${'k'.repeat(40)}-the-end`);
    const holder = (shown: string) =>
      holderOf(
        key,
        statusWith({
          auth: {
            providers: [{ provider: 'anthropic', profiles: { labels: [`anthropic:keyferry-2=${shown}`] } }],
          },
        }),
        ROW,
      );
    expect(holder(`sk-ant-a...-the-end${mark}`)).toBe('anthropic:keyferry-2');
    expect(holder(`token:sk-ant-a...-the-end${mark}`)).toBe('anthropic:keyferry-2');
    // The mark is none of the credential.
    expect(holder(`sk-ant-a...-another${mark}`)).toBeUndefined();
  },
);

test.each<[string | undefined, boolean]>([
  ['2026.4.15', false],
  ['2025.12.1', false],
  ['2026.5.22', true],
  ['2026.9.6', true],
  ['2027.1.0', true],
  [undefined, true],
])('%s takes a key without a terminal: %s', (version, does) => {
  expect(hasNamedKeys(version)).toBe(does);
});

test.each([
  ['2026.7.1', 'openai', true],
  ['2026.7.1', 'google', false],
  ['2026.9.6', 'google', true],
  [undefined, 'google', true],
  ['2026.9.6', 'ollama', false],
] as const)('OpenClaw %s says when it sends a turn to %s: %s', (version, provider, says) => {
  expect(saysWhatItSends(version, PROVIDERS[provider])).toBe(says);
});
