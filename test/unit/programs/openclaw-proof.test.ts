import { describe, expect, test } from '@jest/globals';
import { KeyferryError } from '../../../core/contract/errors.ts';
import { PROVIDERS } from '../../../core/contract/providers.ts';
import { Secret } from '../../../core/secrets/secret.ts';
import { checkStatus, checkUsable } from '../../../worker/programs/openclaw/credential-proof.ts';
import { readPins } from '../../../worker/programs/openclaw/sessions.ts';
import { CONNECTED, labelOf, MODEL, statusWith, TOKEN } from '../../support/openclaw-status.ts';

const claim = {
  provider: PROVIDERS.anthropic,
  profile: 'anthropic:manual',
  model: MODEL,
  token: new Secret(TOKEN),
};

/** The error's code and detail, or `fine`. */
function verdict(check: () => unknown): { code: string; detail: string } {
  try {
    check();
  } catch (thrown) {
    if (!(thrown instanceof KeyferryError)) throw thrown;
    return { code: thrown.code, detail: thrown.detail ?? '' };
  }
  return { code: 'fine', detail: '' };
}

const [anthropic] = CONNECTED.auth.providers;
const [oauth] = CONNECTED.auth.oauth.providers;
const provider = (more: object) => statusWith({ auth: { providers: [{ ...anthropic, ...more }] } });
const labels = (...list: string[]) => provider({ profiles: { labels: list } });
const effective = (...ids: string[]) =>
  statusWith({
    auth: {
      oauth: { providers: [{ ...oauth, effectiveProfiles: ids.map((profileId) => ({ profileId })) }] },
    },
  });

describe('OpenClaw’s word that it uses the token', () => {
  test('is taken when nothing stands in the way', () => {
    expect(checkStatus(statusWith(), claim)).toEqual([]);
  });

  test('is taken from a version that says nothing of its order of profiles', () => {
    expect(checkStatus(statusWith({ auth: { oauth: undefined } }), claim)).toEqual([]);
  });

  test('is taken where the configuration refers to a variable, which 2026.9.6 names and does not use', () => {
    const status = provider({
      effective: { kind: 'env', detail: 'sk-ant-a...xxxxxxxx' },
      env: { value: 'sk-ant-a...xxxxxxxx', source: 'env: ANTHROPIC_API_KEY' },
    });
    expect(checkStatus(status, claim)).toEqual([]);
  });

  test('comes with a warning for another provider that is in use', () => {
    const status = statusWith({ auth: { missingProvidersInUse: ['openai'] } });
    expect(checkStatus(status, claim)).toEqual([
      'OpenClaw also uses openai, for which it has no credential.',
    ]);
  });

  test.each([
    ['no credential', provider({ effective: { kind: 'missing' } }), 'credential_not_effective', /missing/],
    [
      'a key in its settings',
      provider({ effective: { kind: 'models.json' } }),
      'credential_not_effective',
      /models\.json/,
    ],
    [
      'nothing of Anthropic’s',
      statusWith({ auth: { providers: [] } }),
      'credential_not_effective',
      /nothing/,
    ],
    [
      'another default',
      statusWith({ resolvedDefault: 'openai/gpt-5.4' }),
      'credential_not_effective',
      /openai\/gpt-5\.4/,
    ],
    [
      'another profile first',
      effective('anthropic:default', 'anthropic:manual'),
      'credential_not_effective',
      /anthropic:default/,
    ],
    [
      'a profile that it does not list',
      labels('anthropic:default=token:sk-ant-o...12345678'),
      'credential_not_effective',
      /does not list/,
    ],
    [
      'another token under our name',
      labels(labelOf(`${TOKEN.slice(0, -1)}X`)),
      'credential_not_effective',
      /another one/,
    ],
    [
      'a token cut at its end',
      labels(labelOf(TOKEN.slice(0, -12))),
      'credential_not_effective',
      /another one/,
    ],
    [
      'anthropic missing',
      statusWith({ auth: { missingProvidersInUse: ['anthropic'] } }),
      'credential_not_effective',
      /no credential for/,
    ],
  ] as const)('is not taken with %s', (_, status, code, detail) => {
    const found = verdict(() => checkStatus(status, claim));
    expect(found.code).toBe(code);
    expect(found.detail).toMatch(detail);
    expect(found.detail).not.toMatch(/xxxxxxxx|sk-ant/);
  });

  test('is taken with a label that shows no end of the token', () => {
    expect(checkStatus(labels('anthropic:manual=token:set'), claim)).toEqual([]);
  });

  test('is taken with older profiles behind ours', () => {
    expect(checkStatus(effective('anthropic:manual', 'anthropic:old'), claim)).toEqual([]);
  });
});

describe('a profile in a cooldown', () => {
  const paused = (more: object) =>
    statusWith({ auth: { unusableProfiles: [{ profileId: 'anthropic:manual', ...more }] } });

  test('is named with its end and its reason', () => {
    const until = Date.UTC(2026, 10, 22, 12);
    const found = verdict(() =>
      checkUsable(paused({ kind: 'cooldown', reason: 'rate_limit', until }), 'anthropic:manual'),
    );
    expect(found).toEqual({
      code: 'credential_in_cooldown',
      detail: 'anthropic:manual is out of use until 2026-11-22T12:00:00.000Z (cooldown, rate_limit).',
    });
  });

  test.each([{}, { kind: 'disabled', reason: 'billing' }, { until: 1e300 }, { until: 0 }])(
    'is reported as far as it is known: %j',
    (more) => {
      expect(verdict(() => checkUsable(paused(more), 'anthropic:manual')).code).toBe(
        'credential_in_cooldown',
      );
    },
  );

  test('of another name does not matter', () => {
    const other = statusWith({
      auth: { unusableProfiles: [{ profileId: 'anthropic:old', kind: 'disabled' }] },
    });
    expect(verdict(() => checkUsable(other, 'anthropic:manual')).code).toBe('fine');
  });
});

describe('chats that do not follow', () => {
  test.each([
    ['another provider', { providerOverride: 'openai', modelOverride: 'gpt-5.4' }],
    ['another provider in the model’s name', { modelOverride: 'openai/gpt-5.4' }],
    ['another credential', { authProfileOverride: 'anthropic:old' }],
  ])('are pinned to %s', (_, override) => {
    const sessions = [{ key: 'agent:main:main' }, { key: 'agent:main:chat', ...override }];
    expect(readPins({ sessions }, 'anthropic:manual', PROVIDERS.anthropic)).toEqual(['agent:main:chat']);
  });

  test('are none where a chat has our profile or another model of Anthropic’s', () => {
    const sessions = [
      { key: 'a', providerOverride: 'anthropic', modelOverride: 'claude-sonnet-4-6' },
      { key: 'b', authProfileOverride: 'anthropic:manual' },
      { key: 'c', modelOverride: 'claude-opus-4-6' },
    ];
    expect(readPins({ sessions, count: 3 }, 'anthropic:manual', PROVIDERS.anthropic)).toEqual([]);
    expect(readPins({ path: '/x', count: 0 }, 'anthropic:manual', PROVIDERS.anthropic)).toEqual([]);
  });
});

describe('a profile that is out of use', () => {
  test('and therefore counts as missing is told as a cooldown', () => {
    const paused = statusWith({
      auth: {
        missingProvidersInUse: ['anthropic'],
        unusableProfiles: [{ profileId: 'anthropic:manual', kind: 'disabled', reason: 'auth' }],
      },
    });
    expect(verdict(() => checkStatus(paused, claim)).code).toBe('credential_in_cooldown');
  });
});
