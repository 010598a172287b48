import { describe, expect, test } from '@jest/globals';
import { KeyferryError } from '../../../core/contract/errors.ts';
import { PROVIDERS } from '../../../core/contract/providers.ts';
import type { Commands } from '../../../worker/programs/openclaw/commands.ts';
import {
  checkGatewayTurn,
  readGatewayTurn,
  turnThroughGateway,
} from '../../../worker/programs/openclaw/gateway-turn.ts';

const ROW = PROVIDERS.anthropic;

/** The parts that count of what `gateway call agent --expect-final` printed on real boxes. */
function turn(agentMeta: object, requestShaping: object = { thinking: 'adaptive' }, status = 'ok') {
  const named = { sessionId: 'model-run-1', provider: 'anthropic', model: 'claude-sonnet-4-6', ...agentMeta };
  return {
    runId: 'd4f4af02',
    status,
    summary: 'completed',
    result: {
      payloads: [{ text: 'Hello.', mediaUrl: null }],
      meta: { durationMs: 391, agentMeta: named, aborted: false, requestShaping },
    },
  };
}
const PROFILE = { authMode: 'auth-profile', thinking: 'adaptive' };
const direct = (evidence: string, authorization: string) => ({
  credentialSource: { kind: 'direct', evidence, authorization },
});

test.each([
  ['2026.9.6, a stored profile', turn({ credentialSource: { kind: 'profile' } }, PROFILE), { by: 'profile' }],
  ['2026.7.1, a stored profile', turn({}, PROFILE), { by: 'profile' }],
  [
    '2026.9.6, a variable that the entry names',
    turn(direct('environment', 'declared')),
    { by: 'other', what: 'a variable' },
  ],
  ['2026.9.6, a variable alone', turn(direct('environment', 'ambient')), { by: 'other', what: 'a variable' }],
  [
    '2026.9.6, a key of the entry',
    turn(direct('provider-config', 'declared')),
    { by: 'other', what: 'a key of its configuration' },
  ],
  [
    'in words that nobody knows',
    turn(direct('x'.repeat(50), 'y')),
    { by: 'other', what: 'another credential' },
  ],
  [
    'in a word that could be a key',
    turn(direct('sk-x0123456789abcdef', 'declared')),
    { by: 'other', what: 'another credential' },
  ],
  ['2026.7.1, something else', turn({}), { by: 'unseen', why: 'It does not say with which credential.' }],
  [
    'a fallback',
    turn({ provider: 'our-models' }, PROFILE),
    { by: 'unseen', why: 'Another provider answered.' },
  ],
  ['a turn that failed', turn({}, PROFILE, 'error'), { by: 'unseen', why: expect.any(String) }],
  ['nothing', undefined, { by: 'unseen', why: expect.any(String) }],
])('%s', (_, json, expected) => {
  expect(readGatewayTurn(json, ROW)).toEqual(expected);
});

/** What the gateway of 2026.9.6 says of a token that the provider refuses. */
const REFUSED =
  'Gateway call failed: ⚠️ anthropic/claude-opus-5-5 request failed (authentication failed, HTTP 401). Re-authenticate the provider and try again.';

/** What it says afterwards without asking the provider again. */
const SKIPPED =
  'Gateway call failed: All models failed (1): anthropic/claude-opus-5-5: Provider anthropic has auth issue (skipping all models) (auth)';

/** A gateway that answers one after another (words: with these its call fails), and what it was asked. */
function gateway(answers: readonly (object | string)[], version = '2026.9.6') {
  const left = [...answers];
  const asked: [string, Record<string, unknown>][] = [];
  const commands = {
    version,
    gatewayCall: async (method: string, params: Record<string, unknown>) => {
      asked.push([method, params]);
      if (method === 'sessions.delete')
        return { exit: { kind: 'exited', code: 0 }, stdout: '{"ok":true}', stderr: '' };
      const answer = left.shift() ?? new Error('Nothing more was expected.');
      if (answer instanceof Error) throw answer;
      if (typeof answer === 'string')
        return { exit: { kind: 'exited', code: 1 }, stdout: '', stderr: answer };
      return { exit: { kind: 'exited', code: 0 }, stdout: JSON.stringify(answer), stderr: '' };
    },
  } as unknown as Commands;
  const { signal } = new AbortController();
  return {
    asked,
    turn: (agent: string | undefined = 'main', limits = { signal, timeoutMs: 60_000 }) =>
      turnThroughGateway({ commands, provider: ROW, agent, againAfterMs: 1 }, limits),
  };
}

describe('a turn through the gateway', () => {
  const good = turn({ credentialSource: { kind: 'profile' } }, PROFILE);
  const bad = turn(direct('environment', 'declared'));

  test('is asked for again while the gateway takes up what has changed, three times at most', async () => {
    const once = gateway([bad, good]);
    expect(await once.turn()).toEqual({ by: 'profile' });
    expect(once.asked).toHaveLength(2);
    const never = gateway([bad, bad, bad, good]);
    expect(await never.turn()).toEqual({ by: 'other', what: 'a variable' });
    expect(never.asked).toHaveLength(3);
    const before = gateway(['no', turn({ provider: 'openai' }, PROFILE), good]);
    expect(await before.turn()).toEqual({ by: 'profile' });
    const down = gateway(['no', 'no', 'no', 'no', 'no', good]);
    expect(await down.turn()).toEqual({ by: 'unseen', why: 'The gateway did not answer.' });
    const slow = gateway([new KeyferryError('box_call_timeout'), good]);
    expect(await slow.turn()).toEqual({ by: 'unseen', why: 'The gateway did not answer in time.' });
  });

  test('is asked for once more where the provider itself refused it, and again where another one may have', async () => {
    const refused = gateway([REFUSED, REFUSED, good]);
    expect(await refused.turn()).toEqual({
      by: 'unseen',
      why: 'The provider refused its turn.',
      isRefused: true,
    });
    expect(refused.asked).toHaveLength(2);
    const once = gateway([REFUSED, good]);
    expect(await once.turn()).toEqual({ by: 'profile' });
    const said = 'FailoverError: LLM error authentication_error: Invalid bearer token';
    const older = gateway([said, said, good], '2026.7.1');
    expect(await older.turn()).toEqual({ by: 'profile' });
    const lasting = gateway(Array<string>(5).fill(said), '2026.7.1');
    expect(await lasting.turn()).toMatchObject({ by: 'unseen', isRefused: true });
    const other = gateway([REFUSED.replace('anthropic/', 'openai/'), good]);
    expect(await other.turn()).toEqual({ by: 'profile' });
  });

  test.each([
    ['2026.9.6', REFUSED, `${SKIPPED} | MODEL_FALLBACK_SKIPPED`],
    ['2026.7.1', 'FailoverError: LLM error authentication_error: Invalid bearer token', SKIPPED],
  ])(
    'is refused, too, where OpenClaw %s asks the provider no more after it has refused',
    async (version, said, skipped) => {
      const lasting = gateway([said, ...Array<string>(4).fill(skipped), good], version);
      expect(await lasting.turn()).toMatchObject({ by: 'unseen', isRefused: true });
      // A cooldown that is over soon, or another provider's.
      const passing = gateway([skipped, skipped, good], version);
      expect(await passing.turn()).toEqual({ by: 'profile' });
      const other = gateway(
        [said, ...Array<string>(4).fill(skipped.replaceAll('anthropic', 'openai'))],
        version,
      );
      expect(await other.turn()).not.toHaveProperty('isRefused');
      const busy = SKIPPED.replace(
        'has auth issue (skipping all models) (auth)',
        'is in cooldown (rate_limit)',
      );
      const limited = gateway([said, ...Array<string>(4).fill(busy)], version);
      expect(await limited.turn()).not.toHaveProperty('isRefused');
    },
  );

  test('is not said to be refused where it was not each time, or there was no time for a second', async () => {
    const mixed = gateway(['no', REFUSED]);
    expect(await mixed.turn()).toEqual({ by: 'unseen', why: 'The provider refused its turn.' });
    const { signal } = new AbortController();
    const short = gateway([REFUSED]);
    expect(await short.turn('main', { signal, timeoutMs: 1 })).not.toHaveProperty('isRefused');
  });

  test.each([
    'Gateway call failed: prepared model runtime plugin generation was superseded',
    'Gateway call failed: prepared model catalog owner config was replaced during the read (/home/x)',
    'Gateway call failed: No API key found for provider "anthropic". Auth store: /home/x.',
  ])('is asked for again for longer where the gateway refuses by itself: %s', async (said) => {
    const passing = gateway([...Array<string>(7).fill(said), good]);
    expect(await passing.turn()).toEqual({ by: 'profile' });
    const lasting = gateway([...Array<string>(10).fill(said), good]);
    expect(await lasting.turn()).toMatchObject({ by: 'unseen', isRefused: true });
    expect(lasting.asked).toHaveLength(10);
  });

  test.each(['429', '408', '503'])(
    'is asked for again where the provider says what passes: HTTP %s',
    async (code) => {
      const busy = gateway([REFUSED.replace('HTTP 401', `HTTP ${code}`), good]);
      expect(await busy.turn()).toEqual({ by: 'profile' });
    },
  );

  test('is one of the agent’s, without its tools, in a session of its own each time', async () => {
    const on = gateway([bad, good]);
    await on.turn('ops');
    const params = on.asked.map(([, given]) => given);
    expect(params).toEqual([
      expect.objectContaining({ agentId: 'ops', modelRun: true, promptMode: 'none' }),
      expect.objectContaining({
        sessionKey: expect.stringMatching(/^agent:ops:explicit:model-run-keyferry-/),
      }),
    ]);
    expect(params[0]?.sessionKey).not.toBe(params[1]?.sessionKey);
  });

  test('is forgotten where the version would keep it', async () => {
    const on = gateway([turn({}, PROFILE)], '2026.7.1');
    expect(await on.turn()).toEqual({ by: 'profile' });
    expect(on.asked.map(([method]) => method)).toEqual(['agent', 'sessions.delete']);
  });

  test.each([
    ['is forgotten, too, where whoever asked needs it no more', 'cancelled', ['agent', 'sessions.delete']],
    ['is left where another one may be at the box', 'worker_stopped', ['agent']],
  ] as const)('that is cut %s', async (_, code, expected) => {
    const ending = new AbortController();
    const asked: string[] = [];
    const commands = {
      version: '2026.7.1',
      gatewayCall: async (method: string, _: object, { signal }: { signal: AbortSignal }) => {
        signal.throwIfAborted();
        asked.push(method);
        if (method === 'agent') ending.abort(new KeyferryError(code));
        signal.throwIfAborted();
        return { exit: { kind: 'exited', code: 0 }, stdout: '{}', stderr: '' };
      },
    } as unknown as Commands;
    const limits = { signal: ending.signal, timeoutMs: 60_000 };
    const cut = turnThroughGateway({ commands, provider: ROW, agent: 'main' }, limits);
    await expect(cut).rejects.toMatchObject({ code });
    expect(asked).toEqual(expected);
  });

  test('is not made by a version that has none, nor for an agent that nobody knows', async () => {
    const old = gateway([], '2026.4.15');
    expect(await old.turn()).toMatchObject({ by: 'unseen', why: 'OpenClaw 2026.4.15 has no such turn.' });
    expect(old.asked).toEqual([]);
    const { signal } = new AbortController();
    const commands = { version: '2026.9.6' } as unknown as Commands;
    const unknown = turnThroughGateway(
      { commands, provider: ROW, agent: undefined },
      { signal, timeoutMs: 1 },
    );
    expect(await unknown).toMatchObject({ by: 'unseen' });
  });

  test('ends with its caller', async () => {
    const ending = new AbortController();
    ending.abort(new KeyferryError('cancelled'));
    const on = gateway([new Error('Aborted.')]);
    await expect(on.turn('main', { signal: ending.signal, timeoutMs: 60_000 })).rejects.toMatchObject({
      code: 'cancelled',
    });
  });
});

test('what it says: an error where something else answers, a sentence where nothing was seen', () => {
  expect(checkGatewayTurn(undefined)).toEqual([]);
  expect(checkGatewayTurn({ by: 'profile' })).toEqual([]);
  expect(checkGatewayTurn({ by: 'unseen', why: 'It is down.' })).toEqual([
    'Which credential chats through the gateway use was not seen. It is down.',
  ]);
  expect(() => checkGatewayTurn({ by: 'other', what: 'a variable' })).toThrow(
    expect.objectContaining({ code: 'credential_overridden' }),
  );
});
