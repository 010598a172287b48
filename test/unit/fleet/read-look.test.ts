import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Gateways, GatewayUnit } from '../../../worker/doctor/gateway.ts';
import { mayBeBehind, readProviders, readStatusSeen, withNamed } from '../../../worker/fleet/ask-box.ts';
import { worksHere } from '../../../worker/fleet/other-agents.ts';
import { type LookFacts, readLook, unreached, type Watched } from '../../../worker/fleet/read-look.ts';
import type { Commands } from '../../../worker/programs/openclaw/commands.ts';

const VERSIONS = ['2026.4.15', '2026.7.1', '2026.9.6'] as const;
type Version = (typeof VERSIONS)[number];

interface Recorded {
  name: string;
  at: string;
  json?: unknown;
  stdout?: string;
  stderr?: string;
}

/** What real programs have answered, with a token in `anthropic:keyferry`. */
const RECORDED = new Map(
  VERSIONS.map((version) => {
    const text = readFileSync(
      new URL(`../../fixtures/openclaw/${version}/look.jsonl`, import.meta.url),
      'utf8',
    );
    const lines = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Recorded);
    return [version, new Map(lines.map((line) => [line.name, line]))] as const;
  }),
);

function recorded(version: Version, name: string): Recorded {
  const found = RECORDED.get(version)?.get(name);
  if (!found) throw new Error(`no ${name} of ${version}`);
  return found;
}

const CONNECTION: Watched = {
  id: '11111111-1111-4111-8111-111111111111',
  provider: 'anthropic',
  method: 'setup-token',
  profile: 'anthropic:keyferry',
  hint: '3456',
  model: 'anthropic/claude-opus-4-6',
  position: 0,
  connectedAt: '2026-11-01T00:00:00.000Z',
};
const OPENAI: Watched = {
  ...CONNECTION,
  id: '22222222-2222-4222-8222-222222222222',
  provider: 'openai',
  method: 'api-key',
  profile: 'openai:keyferry',
  hint: null,
  model: null,
};

function said({ json, stdout, stderr = '' }: Recorded) {
  return readStatusSeen({ stdout: json === undefined ? (stdout ?? '') : JSON.stringify(json), stderr });
}

/** A recorded status, and nothing else that was seen. */
function factsAt(version: Version, name: string, more: Partial<LookFacts> = {}): LookFacts {
  return {
    status: said(recorded(version, name)),
    gateways: undefined,
    serving: undefined,
    ahead: 0,
    orders: new Map(),
    entries: undefined,
    providerKeys: new Map(),
    isSignedIn: undefined,
    gateway: undefined,
    ...more,
  };
}

/** A look whose status is a recorded one. */
function lookAt(version: Version, name: string, more: Partial<LookFacts> = {}, records = [CONNECTION]) {
  const { at } = recorded(version, name);
  return readLook(factsAt(version, name, more), records, Date.parse(at)).get(records[0]?.id as string);
}

const attention = (code: string) => ({ outcome: 'attention', code });
const unit = (more: Partial<GatewayUnit>): GatewayUnit => ({
  key: 'user/openclaw-gateway.service',
  given: new Map(),
  writable: true,
  toBeAsked: false,
  namesAgents: false,
  namesKeys: false,
  readOnly: false,
  user: '',
  active: 'active',
  enabled: 'enabled',
  program: undefined,
  gone: undefined,
  unread: undefined,
  ...more,
});
const gateways = (units: GatewayUnit[], more: Partial<Gateways> = {}): Gateways => ({
  user: { name: 'x', uid: '1000' },
  session: unit({ key: 'session' }),
  units,
  processes: [],
  others: [],
  listening: [],
  ...more,
});

describe.each(VERSIONS)('OpenClaw %s', (version) => {
  test.each(['healthy', 'healthy-main', 'second', 'env', 'dotenv', 'env-oauth', 'inline', 'ref-env'])(
    'no alarm: %s',
    (name) => {
      expect(lookAt(version, name)).toEqual({ outcome: 'working' });
    },
  );

  test('the profile was deleted', () => {
    expect(lookAt(version, 'deleted')).toEqual(attention('credential_missing'));
  });

  test('another credential stands under its name', () => {
    const look = (hint: string | null, name = 'healthy') =>
      lookAt(version, name, {}, [{ ...CONNECTION, hint }]);
    expect(look('4321')).toEqual(attention('credential_replaced'));
    // Somebody else's trouble is not ours to tell.
    expect(look('4321', 'disabled')).toEqual(attention('credential_replaced'));
    expect(look('3456')).toEqual({ outcome: 'working' });
    expect(look(null)).toEqual({ outcome: 'working' });
  });

  test('the profile has expired by OpenClaw’s own word', () => {
    expect(lookAt(version, 'expired')).toEqual(attention('credential_expired'));
  });

  test('another profile is first in the order', () => {
    const { json } = recorded(version, 'order');
    const { order } = json as { order: string[] };
    const orders = new Map([['anthropic', order]]);
    expect(lookAt(version, 'second-first', { orders })).toEqual(attention('other_credential_first'));
    const status = said(recorded(version, 'second-first'));
    expect('status' in status && mayBeBehind(status.status, 'anthropic', [CONNECTION])).toBe(true);
  });

  test('a profile of the customer’s own is first where nobody has set an order: OpenClaw takes turns', () => {
    const orders = new Map([['anthropic', undefined]]);
    expect(lookAt(version, 'second-first', { orders })).toEqual({ outcome: 'working' });
  });

  test.each(['authkey-env', 'authtext-env', 'authinline'])(
    'a variable’s or the configuration’s own key wins: %s',
    (name) => {
      const providerKeys = new Map([['anthropic', true]]);
      expect(lookAt(version, name, { providerKeys })).toEqual(attention('credential_overridden'));
    },
  );

  test('it is in a cooldown after a refusal: one that has to last where OpenClaw does not say why', () => {
    expect(lookAt(version, 'cooldown')).toEqual({
      ...attention('credential_in_cooldown'),
      ...(version !== '2026.9.6' && { mustLast: true }),
    });
  });

  test('it is disabled for lack of credit', () => {
    expect(lookAt(version, 'disabled')).toEqual(attention('key_no_credit'));
  });

  test('the default model is another provider’s, and the record says that it was this connection’s', () => {
    expect(lookAt(version, 'moved')).toEqual(attention('model_moved'));
    expect(lookAt(version, 'moved', {}, [{ ...CONNECTION, model: null }])).toEqual({ outcome: 'working' });
  });

  test('the default model is that of another connection of the customer’s: no alarm', () => {
    expect(lookAt(version, 'moved', {}, [CONNECTION, OPENAI])).toEqual({ outcome: 'working' });
  });

  test('the default agent has a model of its own', () => {
    expect(lookAt(version, 'agent-main')).toEqual(attention('model_moved'));
  });

  test('the configuration cannot be read', () => {
    expect(lookAt(version, 'invalid')).toEqual(attention('openclaw_config_invalid'));
  });

  test('the gateway’s unit has another state directory, in which nothing is', () => {
    const serving = { env: { OPENCLAW_STATE_DIR: '/srv/old' }, obstacle: undefined };
    expect(lookAt(version, 'deleted', { serving })).toEqual(attention('gateway_other_store'));
    expect(lookAt(version, 'healthy', { serving })).toEqual({ outcome: 'working' });
  });

  test('the gateway is down', () => {
    const down = (one: Partial<GatewayUnit>, more: Partial<Gateways> = {}) =>
      lookAt(version, 'healthy', { gateways: gateways([unit(one)], more) });
    expect(down({ active: 'failed' })).toEqual(attention('gateway_down'));
    expect(down({ active: 'inactive' })).toEqual(attention('gateway_down'));
    for (const one of [
      { active: 'active' },
      { active: 'activating' },
      { active: undefined },
      { active: 'inactive', enabled: 'disabled' },
      { active: 'inactive', enabled: undefined },
    ])
      expect(down(one)).toEqual({ outcome: 'working' });
    const processes = [unit({ key: 'process/7' })];
    expect(down({ active: 'inactive' }, { processes })).toEqual({ outcome: 'working' });
    expect(down({ active: 'inactive' }, { others: [{ name: 'y', uid: '1001' }] })).toEqual({
      outcome: 'working',
    });
  });

  test('the gateway does not answer, where one answered when it was last seen to work', () => {
    const gateway = 'silent' as const;
    const crashing = gateways([unit({ active: 'activating' })]);
    const look = (more: Partial<LookFacts>) => lookAt(version, 'healthy', { gateways: crashing, ...more });
    expect(look({ gateway, hadGateway: true })).toEqual(attention('gateway_down'));
    // One that has never answered may be asked in a wrong way.
    expect(look({ gateway })).toEqual({ outcome: 'working' });
    expect(look({ gateway: 'answers', hadGateway: true })).toEqual({ outcome: 'working' });
    expect(look({ gateway: undefined, hadGateway: true })).toEqual({ outcome: 'working' });
  });

  test('the clock is an hour off', () => {
    expect(lookAt(version, 'healthy', { ahead: 3_590 })).toEqual(attention('clock_wrong'));
    expect(lookAt(version, 'healthy', { ahead: -3_610 })).toEqual(attention('clock_wrong'));
    expect(lookAt(version, 'healthy', { ahead: 600 })).toEqual({ outcome: 'working' });
  });
});

test('the store cannot be read: 2026.9.6 says so; 2026.7.1 and 2026.4.15 take it for empty', () => {
  expect(lookAt('2026.9.6', 'unreadable')).toEqual(attention('store_unreadable'));
  expect(lookAt('2026.7.1', 'unreadable')).toEqual(attention('credential_missing'));
  expect(lookAt('2026.4.15', 'unreadable')).toEqual(attention('credential_missing'));
});

test.each(['update-unfinished', 'update-unfinished-2026.7.1'])(
  '2026.9.6 in the place of an older one, which has not converted what that has left: %s',
  (name) => {
    expect(lookAt('2026.9.6', name)).toEqual(attention('openclaw_update_unfinished'));
  },
);

test.each([
  ['rate_limit', 'provider_rate_limited'],
  ['overloaded', 'provider_down'],
  ['timeout', 'provider_down'],
  ['server_error', 'provider_down'],
])('a cooldown that the provider gave it for a while says nothing of the credential: %s', (reason, code) => {
  const told = recorded('2026.9.6', 'cooldown');
  const text = JSON.stringify(told.json).replaceAll('"reason":"auth"', `"reason":"${reason}"`);
  expect(lookAt('2026.9.6', 'healthy', { status: said({ ...told, json: JSON.parse(text) }) })).toEqual({
    outcome: 'inconclusive',
    code,
  });
});

test('what OpenClaw does not say is inconclusive, and so is a box without memory', () => {
  expect(lookAt('2026.9.6', 'healthy', { status: readStatusSeen({ stdout: '', stderr: 'Killed' }) })).toEqual(
    {
      outcome: 'inconclusive',
      code: 'openclaw_failed',
    },
  );
  expect(lookAt('2026.9.6', 'ref-missing')).toEqual({ outcome: 'inconclusive', code: 'openclaw_failed' });
  expect(lookAt('2026.9.6', 'healthy', { status: { error: 'memory_short' } })).toEqual({
    outcome: 'inconclusive',
    code: 'memory_short',
  });
});

test.each(VERSIONS)('a key of the configuration counts in %s only with `auth: "api-key"`', (version) => {
  for (const name of ['providers-authinline', 'providers-authkey']) {
    const read = readProviders(recorded(version, name).json);
    expect([read.entries, read.providerKeys.get('anthropic')]).toEqual([['anthropic'], true]);
  }
  const without = readProviders({ anthropic: { apiKey: '__OPENCLAW_REDACTED__', models: [] } });
  expect(without.providerKeys.get('anthropic')).toBe(false);
  expect(readProviders(undefined)).toEqual({ entries: [], providerKeys: new Map() });
});

test('an address of the customer’s own is gone where the configuration no longer has it', () => {
  const address: Watched = {
    ...CONNECTION,
    provider: 'custom',
    method: 'api-key',
    profile: 'keyferry-custom:keyferry',
    model: null,
    endpoint: { baseUrl: 'https://models.example.com/v1', api: 'openai-completions', models: ['large'] },
  };
  const at = (entries: string[] | undefined) => lookAt('2026.9.6', 'healthy', { entries }, [address]);
  expect(at(['keyferry-custom'])).toEqual({ outcome: 'working' });
  expect(at([])).toEqual(attention('credential_missing'));
  expect(at(undefined)).toEqual({ outcome: 'working' });
  const stripped = JSON.stringify(recorded('2026.9.6', 'both-stripped').json).replaceAll(
    '"openai',
    '"keyferry-custom',
  );
  const status = readStatusSeen({ stdout: stripped, stderr: '' });
  expect(lookAt('2026.9.6', 'both-stripped', { status, entries: ['keyferry-custom'] }, [address])).toEqual(
    attention('credential_missing'),
  );
});

test('of several connections the first of the provider that came last says that the model has moved', () => {
  const older = { ...CONNECTION, position: 0 };
  const second = {
    ...CONNECTION,
    id: '33333333-3333-4333-8333-333333333333',
    profile: 'anthropic:keyferry-2',
    hint: '2222',
    position: 1,
    connectedAt: '2026-11-02T00:00:00.000Z',
  };
  const told = recorded('2026.9.6', 'moved');
  const text = JSON.stringify(told.json).replace(
    '"anthropic:keyferry=',
    '"anthropic:keyferry-2=token:sk-ant-o...11112222","anthropic:keyferry=',
  );
  const facts: LookFacts = {
    status: readStatusSeen({ stdout: text, stderr: '' }),
    gateways: undefined,
    serving: undefined,
    gateway: undefined,
    ahead: undefined,
    orders: new Map(),
    entries: undefined,
    providerKeys: new Map(),
    isSignedIn: undefined,
  };
  const seen = readLook(facts, [second, older], Date.parse(told.at));
  expect(seen.get(older.id)).toEqual(attention('model_moved'));
  expect(seen.get(second.id)).toEqual({ outcome: 'working' });
});

test('Claude Code’s login: signed out by its own word, inconclusive where only OpenClaw finds none', () => {
  const login: Watched = { ...CONNECTION, method: 'claude-login' };
  const route = (effective: object) => ({
    resolvedDefault: 'anthropic/claude-opus-4-6',
    auth: { runtimeAuthRoutes: [{ provider: 'anthropic', runtime: 'claude-cli', effective }] },
  });
  const seen = (effective: object, isSignedIn: boolean | undefined) =>
    lookAt(
      '2026.9.6',
      'healthy',
      { status: readStatusSeen({ stdout: JSON.stringify(route(effective)), stderr: '' }), isSignedIn },
      [login],
    );
  const native = { kind: 'synthetic', detail: 'claude-cli:runtime-synthetic' };
  const missing = { kind: 'missing', detail: 'missing' };
  expect(seen(native, undefined)).toEqual({ outcome: 'working' });
  expect(seen(missing, false)).toEqual(attention('claude_logged_out'));
  expect(seen(missing, true)).toEqual({ outcome: 'inconclusive', code: 'claude_failed' });
  expect(seen(missing, undefined)).toEqual({ outcome: 'inconclusive', code: 'claude_failed' });
  expect(seen({ kind: 'profiles', detail: 'anthropic:manual' }, true)).toEqual(
    attention('other_credential_first'),
  );
});

test('a box that was not reached says why, for all of them', () => {
  expect([...unreached('box_unreachable', [CONNECTION, OPENAI]).values()]).toEqual([
    { outcome: 'unreachable', code: 'box_unreachable' },
    { outcome: 'unreachable', code: 'box_unreachable' },
  ]);
});

/** Fields in another order, fields that nobody knows, other providers and other profiles. */
function changed(value: unknown, random: () => number): unknown {
  if (Array.isArray(value)) return value.map((each) => changed(each, random));
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).map(([name, each]) => [name, changed(each, random)] as const);
  entries.sort(() => random() - 0.5);
  const more = random() < 0.4 ? [[`new${Math.floor(random() * 1e6)}`, { anything: [1, null, 'x'] }]] : [];
  return Object.fromEntries([...more, ...entries]);
}

test.each(VERSIONS)('no change to a healthy answer of %s that means nothing makes an alarm', (version) => {
  const told = recorded(version, 'healthy');
  const name = fc.stringMatching(/^[a-z][a-z0-9-]{2,12}$/);
  fc.assert(
    fc.property(
      fc.array(name, { maxLength: 5 }),
      fc.array(name, { maxLength: 3 }),
      fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true })),
      (providers, profiles, stream) => {
        const random = () => stream.next().value as number;
        const json = structuredClone(told.json) as {
          auth: {
            providers: Record<string, unknown>[];
            unusableProfiles: object[];
            missingProvidersInUse: string[];
            oauth: { profiles: object[] };
          };
        };
        const { auth } = json;
        const mine = auth.providers.find(({ provider }) => provider === 'anthropic') as {
          profiles: { labels: string[] };
        };
        for (const one of profiles) {
          mine.profiles.labels.splice(
            Math.floor(random() * 2),
            0,
            `anthropic:${one}=token:sk-ant-o...11112222`,
          );
          auth.oauth.profiles.unshift({
            profileId: `anthropic:${one}`,
            provider: 'anthropic',
            type: 'token',
            status: 'expired',
          });
          auth.unusableProfiles.push({
            profileId: `anthropic:${one}`,
            kind: 'cooldown',
            reason: 'auth',
            until: 1,
          });
        }
        for (const one of providers) {
          auth.providers.splice(Math.floor(random() * 2), 0, {
            provider: `x${one}`,
            effective: { kind: 'env' },
            profiles: { labels: [`x${one}:manual=abc`] },
          });
          auth.missingProvidersInUse.push(`x${one}`);
        }
        const status = readStatusSeen({
          stdout: `Warning: {new}\n${JSON.stringify(changed(json, random), null, 2)}`,
          stderr: '',
        });
        expect(lookAt(version, 'healthy', { status })).toEqual({ outcome: 'working' });
      },
    ),
  );
});

test('2026.9.6: a profile whose secret was stripped is listed on, and answers nothing', () => {
  expect(lookAt('2026.9.6', 'stripped')).toEqual(attention('credential_missing'));
});

test.each(VERSIONS)(
  '%s: a token and an API key without their secrets are missing, also in a cooldown',
  (version) => {
    const told = recorded(version, 'both-stripped');
    for (const record of [CONNECTION, OPENAI])
      for (const paused of ['', ' [cooldown 5m]']) {
        const stdout = JSON.stringify(told.json).replaceAll('missing"]', `missing${paused}"]`);
        expect(stdout).toContain(`:keyferry=${record === OPENAI ? '' : 'token:'}missing${paused}"`);
        const status = readStatusSeen({ stdout, stderr: '' });
        expect(lookAt(version, 'both-stripped', { status }, [record])).toEqual(
          attention('credential_missing'),
        );
      }
  },
);

test('of many entries those are asked about whose provider the customer has, wherever they stand', async () => {
  const asked: unknown[] = [];
  const commands = {
    hasGateway: true,
    version: '2026.9.6',
    through: async (first: readonly string[]) => {
      asked.push(first.at(-1));
      // biome-ignore lint/suspicious/noTemplateCurlyInString: OpenClaw's own form
      const stdout = JSON.stringify({ named: '${ANTHROPIC_API_KEY}' });
      return { exit: { kind: 'exited', code: 0 }, stdout, stderr: '' };
    },
  } as unknown as Commands;
  const others = Array.from({ length: 30 }, (_, at) => [`other-${at}`, false] as const);
  const keys = new Map<string, boolean>([...others, ['anthropic', false]]);
  const limits = { signal: new AbortController().signal, timeoutMs: 1_000 };
  const read = await withNamed(commands, keys, (id) => id === 'anthropic', limits);
  expect([asked, read.get('anthropic'), read.get('other-0')]).toEqual([['anthropic'], true, false]);
});

test('which agent is asked about next goes by a connection that works, whichever comes first', () => {
  const facts = factsAt('2026.9.6', 'healthy');
  expect(worksHere(facts, [OPENAI, CONNECTION])).toBe(CONNECTION.id);
  expect(worksHere(facts, [OPENAI])).toBeUndefined();
});
