import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { PROVIDERS } from '../../core/contract/providers.ts';
import { SOMEBODY_ELSE } from '../../lab/anthropic/accounts.ts';
import type { Box } from '../../lab/box.ts';
import { leaks } from '../../lab/leaks.ts';
import { disconnect } from '../../worker/disconnect/disconnect.ts';
import { Ssh2Transport } from '../../worker/transports/ssh2.ts';
import { duringTests } from '../support/during-tests.ts';
import { heapWhileProving } from '../support/heap.ts';
import { type CommandLineCustomer, connect, keyferry, phases, type Ran } from '../support/keyferry.ts';
import { leftOn, startPracticeLab } from '../support/practice-lab.ts';
import { put } from '../support/unwell-box.ts';

/** `connect --method claude-login` with the simulated programs; test/real/login.test.ts has the real ones. */
const MINUTE = 60_000;
const { lab } = duringTests({ lab: startPracticeLab });

const signIn: CommandLineCustomer = (link) => lab.anthropic.signIn(link);
const LOGIN = ['--method', 'claude-login'];
const login = (box: Box, customer = signIn, more: readonly string[] = []) =>
  connect(box, customer, [...LOGIN, ...more]);

function last(ran: Ran) {
  const line = ran.lines.at(-1);
  if (!line) throw new Error(ran.printed);
  return line;
}

async function signedInAs(box: Box): Promise<string | undefined> {
  const { stdout } = await box.run(['claude', 'auth', 'status', '--json']);
  return JSON.parse(stdout).email;
}

/** A login of an earlier day, typed by hand. */
async function logInByHand(box: Box, account = SOMEBODY_ELSE): Promise<void> {
  const ran = await login(box, (link) => lab.anthropic.signIn(link, account));
  if (ran.exitCode !== 0) throw new Error(ran.printed);
}

describe('claude-login, with programs like each version', () => {
  test.each(['2.1.197', '2.1.330', '2.1.332'])(
    'like %s: Claude Code on the box is signed in, and OpenClaw answers by it',
    async (claude) => {
      const box = await lab.box({ claude });
      const ran = await login(box);
      expect(last(ran)).toMatchObject({
        type: 'connected',
        profile: 'anthropic:claude-cli',
        model: 'anthropic/claude-opus-5',
        warnings: [],
      });
      expect(phases(ran)).toEqual([
        'reaching',
        'preparing',
        'opening',
        'waiting',
        'exchanging',
        'installing',
        'proving',
      ]);
      expect(await signedInAs(box)).toBe('customer@example.com');
      expect(lab.anthropic.bearers.at(-1)).toBe(lab.anthropic.minted.at(-1));
      // OpenClaw has no token of its own.
      expect(existsSync(join(box.home, '.openclaw/agents/main/agent/auth-profiles.json'))).toBe(false);
      expect(leaks(lab.anthropic.secrets, { output: ran.printed, argv: ran.commandLines })).toEqual([]);
      expect(await leftOn(box)).toEqual([]);
    },
    MINUTE,
  );

  test.each([40, 57, 400])(
    'at %i columns the link is read whole',
    async (columns) => {
      const ran = await login(await lab.box(), signIn, ['--cols', String(columns)]);
      expect(last(ran)).toMatchObject({ type: 'connected' });
    },
    MINUTE,
  );

  test(
    'the connection says how long the login is valid, where Claude Code does, and whose it is without saying so',
    async () => {
      const ran = await login(await lab.box({ claude: '2.1.332' }));
      expect(last(ran)).toMatchObject({ type: 'connected' });
      const line = last(ran) as { expiresAt?: string; tokenFingerprint?: string };
      const days = (Date.parse(line.expiresAt ?? '') - Date.now()) / (24 * 60 * MINUTE);
      expect(Math.round(days)).toBe(30);
      expect(line.tokenFingerprint).toMatch(/^[0-9a-f]{12}$/);
      expect(ran.printed).not.toContain('customer@example.com');
      const old = last(await login(await lab.box({ claude: '2.1.197' }))) as typeof line;
      expect(old).toMatchObject({ type: 'connected', tokenFingerprint: line.tokenFingerprint });
      expect(old.expiresAt).toBeUndefined();
    },
    MINUTE,
  );

  test(
    'a model that was asked for is run by Claude Code too',
    async () => {
      const ran = await login(await lab.box(), signIn, ['--model', 'claude-sonnet-5']);
      expect(last(ran)).toMatchObject({ type: 'connected', model: 'anthropic/claude-sonnet-5' });
      expect(lab.anthropic.messages.models.at(-1)).toBe('claude-sonnet-5');
    },
    MINUTE,
  );
});

describe('a code that does not get through', () => {
  test.each(['2.1.197', '2.1.332'])(
    'like %s: the program ends, and the customer gets a fresh link',
    async (claude) => {
      const wrong = `${'a'.repeat(43)}#`;
      const state = (link: string) => new URL(link).searchParams.get('state');
      const links: string[] = [];
      const ran = await login(await lab.box({ claude }), (link, time) => {
        links.push(link);
        return time === 0 ? wrong + state(link) : lab.anthropic.signIn(link);
      });
      expect(last(ran)).toMatchObject({ type: 'connected' });
      expect(ran.lines.find(({ rejected }) => rejected)).toMatchObject({
        rejected: { code: 'code_rejected' },
      });
      expect(new Set(links).size).toBe(2);
    },
    MINUTE,
  );

  test(
    'because this machine is refused (403) ends the handshake by its own error',
    async () => {
      lab.anthropic.tokenEndpoint.next(403);
      expect(last(await login(await lab.box()))).toMatchObject({
        type: 'failed',
        code: 'anthropic_forbidden',
      });
    },
    MINUTE,
  );
});

describe('a box on which it cannot work is told before the customer signs in', () => {
  const untouched = (link: string) => {
    throw new Error(`There is a link: ${link}`);
  };

  test.each([
    ['a Claude Code that asks for no code', { claude: '2.1.36' }, 'Claude Code is 2.1.36'],
    ['an OpenClaw that copies the login', { openclaw: '2026.5.22' }, 'OpenClaw is 2026.5.22'],
    ['an old OpenClaw', { openclaw: '2026.4.15' }, 'OpenClaw is 2026.4.15'],
  ])(
    '%s',
    async (_, styles, why) => {
      const ran = await login(await lab.box(styles), untouched);
      expect(last(ran)).toMatchObject({ type: 'failed', phase: 'preparing', code: 'method_not_available' });
      expect(ran.printed).toContain(why);
      expect(phases(ran)).toEqual(['reaching', 'preparing']);
    },
    MINUTE,
  );
});

describe('the default model', () => {
  const model = (box: Box, more: readonly string[] = []) => {
    const at = [box.target, '--identity', box.identityFile, '--known-hosts', box.knownHostsFile];
    const whose = ['--provider', 'anthropic', '--profile', 'anthropic:claude-cli'];
    return keyferry(['key', 'model', ...at, ...whose, '--json', ...more]);
  };

  test(
    'becomes another one once the login has answered with it, and is as it was where it does not',
    async () => {
      const box = await lab.box();
      await login(box);
      const { now, models, isAnsweredHere } = last(await model(box));
      expect([now, isAnsweredHere]).toEqual(['anthropic/claude-opus-5', true]);
      const other = models?.find((name) => name !== now) ?? '';
      expect((await model(box, ['--set', other])).exitCode).toBe(0);
      expect(last(await model(box))).toMatchObject({ now: other, isAnsweredHere: true });

      const mine = 'openai/gpt-5.4';
      await box.run(['openclaw', 'config', 'set', 'agents.defaults.model.primary', mine]);
      lab.anthropic.messages.next(429);
      const refused = await model(box, ['--set', 'anthropic/claude-opus-5']);
      expect([refused.exitCode, last(refused).code]).toEqual([1, 'turn_failed']);
      expect(last(await model(box))).toMatchObject({ now: mine, isAnsweredHere: false });
      // What is not Anthropic's is not Claude Code's to run.
      const { stdout } = await box.run(['openclaw', 'config', 'get', 'agents.defaults.models', '--json']);
      expect(JSON.parse(stdout)[mine]?.agentRuntime).toBeUndefined();
    },
    2 * MINUTE,
  );
});

describe('what is on the box already', () => {
  test(
    'somebody else’s login is replaced, and that is said without naming them',
    async () => {
      const box = await lab.box();
      await logInByHand(box);
      const ran = await login(box);
      expect(last(ran)).toMatchObject({
        type: 'connected',
        warnings: [
          'Claude Code on the box was signed in with another account before, which it is no longer.',
        ],
      });
      expect(ran.printed).not.toContain(SOMEBODY_ELSE.email);
      expect(await signedInAs(box)).toBe('customer@example.com');
      expect(existsSync(join(box.home, '.claude/.keyferry'))).toBe(false);
    },
    MINUTE,
  );

  test(
    'somebody else’s login stays where the customer’s own is not answered',
    async () => {
      const box = await lab.box();
      await logInByHand(box);
      lab.anthropic.messages.next(429);
      expect(last(await login(box))).toMatchObject({ type: 'failed', code: 'turn_failed' });
      expect(await signedInAs(box)).toBe(SOMEBODY_ELSE.email);
      expect(existsSync(join(box.home, '.claude/.keyferry'))).toBe(false);
    },
    MINUTE,
  );

  test(
    'a refused code leaves an earlier login as it was',
    async () => {
      const box = await lab.box();
      await logInByHand(box);
      lab.anthropic.tokenEndpoint.next(403);
      expect(last(await login(box))).toMatchObject({ type: 'failed' });
      expect(await signedInAs(box)).toBe(SOMEBODY_ELSE.email);
    },
    MINUTE,
  );

  test(
    'a token in OpenClaw’s own store, which it would use first, is said before there is a link',
    async () => {
      const box = await lab.box();
      expect(last(await connect(box, signIn))).toMatchObject({ profile: 'anthropic:manual' });
      const ran = await login(box, (link) => {
        throw new Error(`There is a link: ${link}`);
      });
      expect(last(ran)).toMatchObject({ type: 'failed', code: 'other_credential_first' });
      expect(ran.printed).toContain('It has: anthropic:manual.');
    },
    MINUTE,
  );

  test(
    'a variable that Claude Code would use instead is an error of its own',
    async () => {
      const box = await lab.box({}, { env: { ANTHROPIC_API_KEY: 'sk-ant-api03-of-the-operator' } });
      expect(last(await login(box))).toMatchObject({ type: 'failed', code: 'credential_overridden' });
    },
    MINUTE,
  );

  test(
    'a gateway with a HOME of its own gets the login there',
    async () => {
      const box = await lab.box();
      put(
        box,
        '.config/systemd/user/openclaw-gateway.service',
        '[Service]\nExecStart=/usr/bin/openclaw gateway --port 18789\nEnvironment=HOME=%h/service\n',
      );
      put(box, 'service/.openclaw/openclaw.json', '{}');
      expect(last(await login(box))).toMatchObject({ type: 'connected' });
      expect(existsSync(join(box.home, 'service/.claude/.credentials.json'))).toBe(true);
      expect(existsSync(join(box.home, '.claude/.credentials.json'))).toBe(false);
    },
    MINUTE,
  );
});

describe('the memory of the process that did it', () => {
  const tokens = () => lab.anthropic.secrets.filter((secret) => secret.startsWith('sk-ant-'));
  const found = async (method: string) => {
    const before = new Set(tokens());
    const heap = await heapWhileProving(await lab.box(), lab.anthropic, method);
    const minted = tokens().filter((token) => !before.has(token));
    return { minted: minted.length, found: minted.filter((token) => heap.includes(token)).length };
  };

  test(
    'has neither of a login’s tokens in it, because none ever came',
    async () => {
      expect(await found('claude-login')).toEqual({ minted: 2, found: 0 });
      // The same search finds what passes through.
      expect(await found('setup-token')).toEqual({ minted: 1, found: 1 });
    },
    2 * MINUTE,
  );
});

describe('disconnecting', () => {
  const target = (account?: string) => ({
    provider: PROVIDERS.anthropic,
    profile: 'anthropic:claude-cli',
    hint: undefined,
    account,
  });
  const remove = ({ host, port, user, identityFile, knownHostsFile }: Box, account?: string) =>
    disconnect(new Ssh2Transport({ host, port, user, identityFile, knownHostsFile }), target(account), {
      signal: new AbortController().signal,
    });

  test(
    'signs Claude Code out, on the box and at Anthropic, and OpenClaw finds no login then',
    async () => {
      const box = await lab.box({ claude: '2.1.332' });
      const account = last(await login(box)).tokenFingerprint;
      const token = lab.anthropic.minted.at(-1) ?? '';
      expect(await remove(box, account)).toEqual({
        outcome: 'removed',
        notes: [
          'Anthropic has confirmed to Claude Code that the login is no longer valid.',
          expect.stringContaining('names no credential for Anthropic'),
        ],
      });
      expect(await signedInAs(box)).toBeUndefined();
      expect(lab.anthropic.isValid(token)).toBe(false);
      expect(readFileSync(join(box.home, '.openclaw/openclaw.json'), 'utf8')).not.toContain('agentRuntime');
      expect(await remove(box, account)).toMatchObject({ outcome: 'absent' });
    },
    MINUTE,
  );

  test(
    'leaves the login of another account as it is',
    async () => {
      const box = await lab.box();
      const account = last(await login(box)).tokenFingerprint;
      await logInByHand(box);
      expect(await remove(box, account)).toEqual({ outcome: 'replaced', notes: [] });
      expect(await signedInAs(box)).toBe(SOMEBODY_ELSE.email);
    },
    MINUTE,
  );

  test(
    'says that it does not know whether Anthropic heard, where Claude Code does not say',
    async () => {
      const box = await lab.box({ claude: '2.1.197' });
      await login(box);
      const { outcome, notes } = await remove(box);
      expect([outcome, notes[0]]).toEqual(['removed', expect.stringContaining('is not known')]);
    },
    MINUTE,
  );

  test(
    'by the command line',
    async () => {
      const box = await lab.box();
      await login(box);
      const identity = ['--identity', box.identityFile, '--known-hosts', box.knownHostsFile];
      const ran = await keyferry([
        'disconnect',
        box.target,
        ...identity,
        '--profile',
        'anthropic:claude-cli',
      ]);
      expect(ran.printed).toContain(
        'Claude Code on the box is signed out, and OpenClaw finds no login there.',
      );
      expect([ran.exitCode, await signedInAs(box)]).toEqual([0, undefined]);
    },
    MINUTE,
  );
});
