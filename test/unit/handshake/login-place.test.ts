import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { KeyferryError } from '../../../core/contract/errors.ts';
import { LoginPlace } from '../../../worker/handshake/login-place.ts';
import { LoginBox, MODEL } from '../../support/login-box.ts';

const REPLACED = { profile: 'anthropic:manual', hint: 'DF95' };

/** What became of it: what it warns of, or the error's code. */
async function take(
  box: LoginBox,
  signal = new AbortController().signal,
  onRemoving?: () => Promise<void>,
): Promise<string | string[]> {
  const { openclaw } = box;
  const known = { ...box.known, isOverridden: false };
  const parts = { openclaw, known, takeOver: () => box.takeOver(signal), liveProof: true, onRemoving };
  try {
    return await new LoginPlace(parts, REPLACED, MODEL).take({ signal, timeoutMs: 60_000 });
  } catch (thrown) {
    if (thrown instanceof KeyferryError) return thrown.code;
    throw thrown;
  }
}

/** How the box stands, as far as a login changes it. */
const stateOf = ({ token, isNamed, defaults, answering }: LoginBox) => ({
  token,
  isNamed,
  defaults,
  answering,
});

test('the login is proved before anything on the box changes, and only once it runs the models the token goes', async () => {
  const box = new LoginBox();
  expect(await take(box)).toEqual([]);
  expect(box.answering).toBe('login');
  expect(box.ran).toEqual([
    'agent exec alone',
    'config get',
    'models auth login',
    'models status --json',
    'config unset',
    'models status --json',
    'models auth logout',
    'models status --json',
    'models auth order',
    'secrets reload',
    'models status --json',
  ]);
});

test('where no gateway says that it has taken it up, support is told', async () => {
  const box = new LoginBox();
  box.hasGateway = false;
  expect(await take(box)).toEqual([expect.stringContaining('A running gateway has not confirmed')]);
  expect(box.answering).toBe('login');
});

test('a login that does not answer leaves the box untouched', async () => {
  const box = new LoginBox();
  const before = structuredClone(stateOf(box));
  box.loginAnswers = false;
  expect(await take(box)).toBe('turn_failed');
  expect(stateOf(box)).toEqual(before);
  expect(box.ran).toEqual(['agent exec alone']);
});

describe('where OpenClaw does not remove the token, all that was set for the login is as it was:', () => {
  test.each([
    ['nothing but a default model', { model: { primary: MODEL } }],
    ['nothing at all', {}],
    ['a model that is a word', { model: MODEL }],
    ['fallback models alone', { model: { fallbacks: ['platform/x'] } }],
    [
      'another provider’s model, with fallbacks',
      { model: { primary: 'openai/gpt-5.4', fallbacks: [MODEL] } },
    ],
    [
      'models with settings of their own',
      { model: MODEL, models: { [MODEL]: { alias: 'opus' }, 'openai/x': {} } },
    ],
    [
      'a runtime that somebody chose',
      { model: MODEL, models: { [MODEL]: { agentRuntime: { id: 'claude-cli' } } } },
    ],
  ])('%s', async (_, defaults) => {
    const box = new LoginBox(defaults);
    box.logoutFails = true;
    const before = structuredClone(stateOf(box));
    expect(await take(box)).toBe('openclaw_failed');
    const { models = {}, ...rest } = box.defaults;
    const left = Object.keys(models).length > 0 ? { ...rest, models } : rest;
    expect({ ...stateOf(box), defaults: left }).toEqual(before);
  });
});

test('what has to be done before the token goes is done by then; where it fails, all is as it was', async () => {
  const box = new LoginBox();
  const ready = async () => {
    await sleep(20);
    expect([box.token === undefined, box.ran.includes('config unset')]).toEqual([false, false]);
  };
  expect([await take(box, undefined, ready), box.answering]).toEqual([[], 'login']);

  const failing = new LoginBox();
  const before = structuredClone(stateOf(failing));
  const fails = () => Promise.reject(new KeyferryError('claude_failed'));
  expect(await take(failing, undefined, fails)).toBe('claude_failed');
  const { models: _, ...defaults } = failing.defaults;
  expect({ ...stateOf(failing), defaults }).toEqual(before);
});

test('a token that is another by now stays, and the login does not take its place', async () => {
  const box = new LoginBox();
  box.token = 'anthropic:manual=token:sk-ant-o...xxxxaaaa';
  const before = structuredClone(box.defaults);
  expect(await take(box)).toBe('other_credential_first');
  expect(box.token).toContain('aaaa');
  expect(box.defaults).toEqual({ ...before, models: {} });
});

describe('cut at every command, before it has done anything and after it has', () => {
  const STEPS = 11;
  const CUTS = Array.from({ length: STEPS }, (_, at) => at).flatMap((at) =>
    (['before', 'after'] as const).map((when) => [at, when] as const),
  );

  /** Cuts it there; in between somebody answers at each command. */
  async function cut(box: LoginBox, at: number, when: 'before' | 'after', why: 'worker_lost' | 'cancelled') {
    const end = new AbortController();
    const answered: unknown[] = [];
    box.onCommand = (_, now) => {
      answered.push(box.answering);
      if (box.ran.length === at + 1 && now === when) end.abort(new KeyferryError(why));
    };
    const outcome = await take(box, end.signal);
    answered.push(box.answering);
    expect(answered).not.toContain(undefined);
    return outcome;
  }

  test.each(CUTS)(
    'a worker that is lost at command %i, %s: one of the two answers, and the next attempt finishes',
    async (at, when) => {
      const box = new LoginBox();
      expect(await cut(box, at, when, 'worker_lost')).toBe('worker_lost');
      box.onCommand = () => {};
      if (box.token !== undefined) expect(await take(box)).toEqual([]);
      expect(box.answering).toBe('login');
    },
  );

  test.each(CUTS)(
    'a customer who cancels at command %i, %s: all is as before, or the login has its place',
    async (at, when) => {
      const box = new LoginBox();
      const before = structuredClone(stateOf(box));
      const outcome = await cut(box, at, when, 'cancelled');
      if (outcome === 'cancelled') {
        const { models: _, ...defaults } = box.defaults;
        expect({ ...stateOf(box), defaults }).toEqual(before);
        expect(JSON.stringify(box.defaults)).not.toContain('claude-cli');
      } else expect([outcome, box.answering]).toEqual([[], 'login']);
    },
  );
});
