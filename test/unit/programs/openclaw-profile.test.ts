import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { PROVIDERS } from '../../../core/contract/providers.ts';
import { findJson, type Status } from '../../../worker/programs/openclaw/models-status.ts';
import {
  defaultWithout,
  isOurs,
  isWithoutLogout,
  othersThan,
  readEveryAgent,
  readOrder,
  readWholeStatus,
  traceOf,
} from '../../../worker/programs/openclaw/profile-trace.ts';
import { CONNECTED, labelOf, TOKEN } from '../../support/openclaw-status.ts';

const ROW = PROVIDERS.anthropic;
const OURS = 'anthropic:manual';
const VERSIONS = ['2026.4.15', '2026.5.22', '2026.9.6'];

/** What the real program printed, recorded on a box of our own. */
const printed = (version: string, name: string) =>
  readFileSync(new URL(`../../fixtures/openclaw/${version}/${name}.txt`, import.meta.url), 'utf8');
const statusOf = (version: string, name: string) => readWholeStatus(findJson(printed(version, name)));

/** The status of a box that uses our token, with changes. */
function status(auth: object = {}): Status {
  return readWholeStatus({ ...CONNECTED, auth: { ...CONNECTED.auth, ...auth } });
}

describe.each(VERSIONS)('what the real %s said', (version) => {
  test('shows the profile with the end of its token while it is there, and nowhere after its removal', () => {
    const before = traceOf(statusOf(version, 'status-before'), OURS, ROW);
    const all = ['its credentials', 'its list of profiles', 'the profiles that it would use'];
    // 2026.4.15 does not say which it would use.
    expect(before.places).toEqual(version === '2026.4.15' ? all.slice(0, 2) : all);
    expect(before.credential).toMatch(/^token:sk-ant-o\.\.\.T2T2xt2Z$/);
    expect(isOurs(before.credential, 'xt2Z', false)).toBe(true);
    expect(isOurs(before.credential, 'xt2Y', false)).toBe(false);
    const after = statusOf(version, 'status-after');
    expect(traceOf(after, OURS, ROW)).toEqual({ places: [], credential: undefined });
    expect(defaultWithout(after, ROW)).toMatch(
      /default model is still anthropic\/\S+, and .* names no credential/,
    );
  });

  test('says that no order is set', () => {
    expect(readOrder(findJson(printed(version, 'order')))).toBeUndefined();
  });

  test('tells whether it can remove one profile alone', () => {
    expect(isWithoutLogout(printed(version, 'logout'))).toBe(version !== '2026.9.6');
  });
});

describe('a profile is named', () => {
  test.each([
    ['its credentials', { oauth: undefined }],
    ['its list of profiles', { providers: [], oauth: { ...CONNECTED.auth.oauth, providers: [] } }],
    [
      'the profiles that it would use',
      {
        providers: [],
        oauth: { providers: [{ provider: 'anthropic', effectiveProfiles: [{ profileId: OURS }] }] },
      },
    ],
    [
      'the profiles that are out of use',
      { providers: [], oauth: undefined, unusableProfiles: [{ profileId: OURS, kind: 'cooldown' }] },
    ],
  ])('in %s alone, and that is seen', (place, auth) => {
    expect(traceOf(status(auth), OURS, ROW).places).toEqual([place]);
  });

  test('only by its whole name', () => {
    const labels = [labelOf(TOKEN).replace(OURS, 'anthropic:manual-2')];
    const auth = { providers: [{ provider: 'anthropic', profiles: { labels } }], oauth: undefined };
    expect(traceOf(status(auth), OURS, ROW).places).toEqual([]);
  });
});

describe('what stands under the name is ours', () => {
  test.each<[string, string | undefined, string | undefined, boolean]>([
    ['a token with the same end', 'token:sk-ant-o...xxxxtail', 'tail', true],
    ['a token whose end OpenClaw does not show', 'token:stored', 'tail', true],
    ['a token, and nobody knows how ours ends', 'token:sk-ant-o...xxxxtail', undefined, true],
    ['nothing shown', undefined, 'tail', true],
    [
      'a token that is out of use, with the same end',
      'token:sk-ant-o...xxxxtail [cooldown 29s]',
      'tail',
      true,
    ],
    [
      'a token that is out of use, with another',
      'token:sk-ant-o...xxxxhead [disabled:billing 10m]',
      'tail',
      false,
    ],
    ['a token with another end', 'token:sk-ant-o...xxxxhead', 'tail', false],
    ['an API key', 'sk-ant-a...xxxxtail', 'tail', false],
  ])('%s', (_, credential, hint, is) => {
    expect(isOurs(credential, hint, false)).toBe(is);
  });
});

test('an API key under a name that only Keyferry gives is ours, unless it ends in another way', () => {
  expect(isOurs('sk-opena...bbbb3333', '3333', true)).toBe(true);
  expect(isOurs('sk-opena...bbbb3333', undefined, true)).toBe(true);
  expect(isOurs('sk-opena...bbbb3333', '4444', true)).toBe(false);
  expect(isOurs('sk-opena...bbbb3333', '3333', false)).toBe(false);
});

test('a status that does not list credentials proves nothing', () => {
  expect(() => readWholeStatus({ resolvedDefault: 'x', auth: {} })).toThrow();
  expect(() => readWholeStatus({ auth: { providers: [] } })).toThrow();
});

test('an order is read, and one that is none is no proof', () => {
  expect(readOrder({ order: [OURS, 'anthropic:default'] })).toEqual([OURS, 'anthropic:default']);
  expect(() => readOrder({})).toThrow();
  expect(() => readOrder({ order: 'anthropic:manual' })).toThrow();
});

test('every agent is looked at, or nothing is proved', () => {
  expect(readEveryAgent([{ id: 'main' }, { id: 'ops' }])).toEqual(['main', 'ops']);
  expect(() => readEveryAgent([])).toThrow();
  expect(() => readEveryAgent([{ id: 'a b' }])).toThrow();
  expect(() => readEveryAgent(Array.from({ length: 51 }, (_, at) => ({ id: `a${at}` })))).toThrow();
});

test('whatever else is stored for the provider is found, under whatever name', () => {
  expect(othersThan(status(), OURS, ROW)).toEqual([]);
  const labels = [labelOf(TOKEN), 'anthropic:default=sk-ant-a...xx', 'odd name=token:x'];
  const auth = {
    providers: [
      { provider: 'anthropic', profiles: { labels } },
      { provider: 'claude-cli', profiles: { labels: ['claude-cli:x=OAuth'] } },
      { provider: 'openai', profiles: { labels: ['openai:manual=sk-x'] } },
    ],
    oauth: { profiles: [{ profileId: 'anthropic:work', provider: 'anthropic' }], providers: [] },
  };
  expect(othersThan(status(auth), OURS, ROW)).toEqual([
    'anthropic:default',
    'one with a strange name',
    'claude-cli:x',
    'anthropic:work',
  ]);
});

test('what answers for the default model afterwards is said, and nothing where it is of another provider', () => {
  const withDefault = (resolvedDefault: string, kind?: string) => {
    const providers = kind === undefined ? [] : [{ provider: 'anthropic', effective: { kind } }];
    return defaultWithout({ ...status({ providers, oauth: undefined }), resolvedDefault }, ROW);
  };
  expect(withDefault('openai/gpt-5.4')).toBeUndefined();
  expect(withDefault('anthropic/claude-opus-5')).toContain('names no credential');
  expect(withDefault('anthropic/claude-opus-5', 'env')).toContain('environment variable');
  expect(withDefault('anthropic/claude-opus-5', 'profiles')).toContain('another profile');
});
