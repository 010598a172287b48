import { describe, expect, test } from '@jest/globals';
import { PROVIDERS } from '../../../core/contract/providers.ts';
import { readLoginStatus } from '../../../worker/programs/claude/login-status.ts';
import { readCliLogin } from '../../../worker/programs/openclaw/cli-login.ts';
import { checkAlone, checkRoute, isLoginMissing } from '../../../worker/programs/openclaw/login-proof.ts';
import { isAnsweredByAgent, StatusSchema } from '../../../worker/programs/openclaw/models-status.ts';
import { screenOf } from '../terminal/fake-pty.ts';

function thrownBy(call: () => unknown): unknown {
  try {
    return call();
  } catch (thrown) {
    return thrown;
  }
}

const provider = PROVIDERS.anthropic;
const model = 'anthropic/claude-opus-5';

/** As the real 2026.9.6 says it after `models auth login --method cli`. */
const native = { kind: 'profiles', detail: 'claude-cli:runtime-synthetic' };
const status = ({
  effective = native as object | undefined,
  labels = [] as string[],
  resolvedDefault = model,
} = {}) =>
  StatusSchema.parse({
    resolvedDefault,
    auth: {
      runtimeAuthRoutes: effective ? [{ provider: 'anthropic', runtime: 'claude-cli', effective }] : [],
      providers: labels.length > 0 ? [{ provider: 'anthropic', profiles: { labels } }] : [],
    },
  });

describe('OpenClaw’s status proves that Claude Code’s own login is used', () => {
  test('when it names that login', () => {
    expect(checkRoute(status(), { provider, model })).toEqual([]);
  });

  test.each([
    ['after a logout', { effective: { kind: 'missing', detail: 'missing' } }],
    [
      'with a stored token in between',
      { effective: { kind: 'profiles', detail: '~/.openclaw/state/openclaw.sqlite' } },
    ],
    ['where the model is not run by Claude Code', { effective: undefined }],
    ['where another model is the default', { resolvedDefault: 'openai/gpt-6-astra' }],
    ['where another model of the provider’s is', { resolvedDefault: 'anthropic/claude-sonnet-5' }],
  ])('and not %s', (_, changes) => {
    // `undefined` here is no route at all.
    const said = status({ ...changes });
    const read =
      'effective' in changes && changes.effective === undefined
        ? StatusSchema.parse({ resolvedDefault: model, auth: {} })
        : said;
    expect(thrownBy(() => checkRoute(read, { provider, model }))).toMatchObject({
      code: 'credential_not_effective',
    });
  });

  test.each([
    ['a token', 'anthropic:manual=token:sk-ant-o...xxxxxxxx'],
    ['a login that OpenClaw made', 'anthropic:default=oauth:expires'],
  ])('%s of the provider’s would be used first', (_, label) => {
    expect(thrownBy(() => checkAlone(status({ labels: [label] }), provider))).toMatchObject({
      code: 'other_credential_first',
    });
  });

  describe('a token that the record knows as ours is let by, to be replaced:', () => {
    const manual = 'anthropic:manual=token:sk-ant-o...xxxxwXyZ';
    const own = 'anthropic:keyferry-2=token:sk-ant-o...xxxxwXyZ';
    const other = 'anthropic:work=token:sk-ant-o...xxxxaaaa';

    test.each([
      ['under OpenClaw’s own name', [manual], { profile: 'anthropic:manual', hint: 'wXyZ' }],
      ['out of use', [`${manual} [cooldown 29s]`], { profile: 'anthropic:manual', hint: 'wXyZ' }],
      ['under ours', [own], { profile: 'anthropic:keyferry-2', hint: undefined }],
      ['beside an API key', [own, 'anthropic:k=sk-ant-a...xxxxxxxx'], { profile: 'anthropic:keyferry-2' }],
    ])('%s', (_, labels, replaces) => {
      expect(checkAlone(status({ labels }), provider, replaces)).toEqual(replaces);
    });

    test('and where none is stored, none is to be replaced', () => {
      expect(checkAlone(status(), provider, { profile: 'anthropic:manual', hint: 'wXyZ' })).toBeUndefined();
    });

    test.each([
      ['with another one beside it', [manual, other], { profile: 'anthropic:manual', hint: 'wXyZ' }],
      ['that is another by now', [manual], { profile: 'anthropic:manual', hint: 'aaaa' }],
      ['whose end nobody knows', [manual], { profile: 'anthropic:manual', hint: undefined }],
      ['under another name', [own], { profile: 'anthropic:keyferry', hint: 'wXyZ' }],
      ['that is a login by now', ['anthropic:keyferry=oauth:expires'], { profile: 'anthropic:keyferry' }],
      ['of a command line, without a record', [own], undefined],
    ])('but not %s', (_, labels, replaces) => {
      expect(thrownBy(() => checkAlone(status({ labels }), provider, replaces))).toMatchObject({
        code: 'other_credential_first',
      });
    });
  });

  test('an API key would not', () => {
    expect(() =>
      checkAlone(status({ labels: ['anthropic:own=sk-ant-a...xxxxxxxx'] }), provider),
    ).not.toThrow();
  });
});

test('a login that OpenClaw does not see yet is told from one that it would not use', () => {
  expect(isLoginMissing(status({ effective: { kind: 'missing', detail: 'missing' } }), provider)).toBe(true);
  const stored = { kind: 'profiles', detail: '~/.openclaw/state/openclaw.sqlite' };
  expect([status(), status({ effective: stored })].map((one) => isLoginMissing(one, provider))).toEqual([
    false,
    false,
  ]);
});

describe('a turn of agent exec', () => {
  const turn = { ok: true, status: 'ok', final: 'ready', provider: 'anthropic', model: 'claude-opus-5' };

  test('counts when this model answered', () => {
    expect(isAnsweredByAgent(turn, model, provider)).toBe(true);
  });

  test.each([
    ['failed', { ...turn, ok: false, status: 'error', final: '' }],
    ['was answered by a fallback', { ...turn, provider: 'platform', model: 'gpt-x' }],
    ['was answered by another model', { ...turn, model: 'claude-sonnet-5' }],
    ['has no words', { ...turn, final: ' ' }],
    ['has an error for words', { ...turn, final: 'API Error: 401 authentication_error' }],
    ['is none', undefined],
  ])('does not count when it %s', (_, json) => {
    expect(isAnsweredByAgent(json, model, provider)).toBe(false);
  });
});

describe('what models auth login says at its end', () => {
  const screen = (text: string) =>
    screenOf(text.replaceAll('\n', '\r\n'), { columns: 120, rows: 40, ended: false });

  test.each([
    ['Updated config: ~/.openclaw/openclaw.json\nDefault model set to anthropic/claude-opus-5', 'done'],
    ['Error: Claude CLI is not authenticated on this host.\nRun claude auth login first', 'not-signed-in'],
    [
      'Invalid config at /home/box/.openclaw/openclaw.json:\n- auth: Unrecognized key',
      'openclaw_config_invalid',
    ],
    ['◇  Provider sign-in', undefined],
  ])('“%s” is %s', async (text, reading) => {
    expect(readCliLogin(await screen(text))).toBe(reading);
  });
});

describe('claude auth status', () => {
  const now = Date.parse('2026-11-29T08:00:00Z');
  const said = (changes: object) =>
    readLoginStatus(
      JSON.stringify({
        loggedIn: true,
        authMethod: 'claude.ai',
        email: 'customer@example.com',
        orgId: '21111111-1111-4111-8111-111111111111',
        loginExpiresAt: '2026-12-29T08:00:00.000Z',
        ...changes,
      }),
      now,
    );

  test('says who is signed in, in digits, and until when', () => {
    expect(said({})).toEqual({
      isSignedIn: true,
      how: 'claude.ai',
      account: expect.stringMatching(/^[0-9a-f]{12}$/),
      endsAt: new Date('2026-12-29T08:00:00.000Z'),
    });
    expect(said({})?.account).toBe(said({ loginExpiresAt: null })?.account);
    expect(said({})?.account).not.toBe(said({ email: 'somebody.else@example.com' })?.account);
    expect(said({})?.account).not.toBe(said({ orgId: 'another' })?.account);
  });

  test.each([
    ['nobody', { loggedIn: false, authMethod: 'none' }, 'none'],
    ['an API key of the environment', { authMethod: 'api_key', email: undefined }, 'api_key'],
    ['a token of the environment', { authMethod: 'oauth_token', email: undefined }, 'oauth_token'],
    ['something that is no word', { authMethod: '\u001b[31mclaude.ai' }, 'something else'],
  ])('%s is not this login', (_, changes, how) => {
    expect(said(changes)).toEqual({ isSignedIn: false, how, account: undefined, endsAt: undefined });
  });

  test.each([
    ['of 2.1.197, which does not say', undefined],
    ['that is over', '2026-11-28T08:00:00.000Z'],
    ['in ten years', '2036-11-28T08:00:00.000Z'],
    ['that is no date', 'soon'],
  ])('an end %s is none', (_, loginExpiresAt) => {
    expect(said({ loginExpiresAt })).toMatchObject({ isSignedIn: true, endsAt: undefined });
  });

  test.each(['', 'Not logged in', '{', '{"loggedIn":"yes"}', '[]'])('“%s” says nothing', (text) => {
    expect(readLoginStatus(text, now)).toBeUndefined();
  });
});
