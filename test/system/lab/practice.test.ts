import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Anthropic, startAnthropic } from '../../../lab/anthropic/anthropic.ts';
import { type PracticePrograms, practicePrograms } from '../../../lab/practice/programs.ts';
import { Session } from '../../fixtures/practice/session.ts';

/**
 * The contract of the simulated programs. Every line of it was seen on the real ones; test/real checks the same
 * on those.
 */
const CLAUDES = ['1.0.64', '2.0.42', '2.1.36', '2.1.197', '2.1.330'] as const;
const OPENCLAWS = ['2026.4.15', '2026.9.6'] as const;
const LINK = 'https://claude.';
const TOKEN = /^sk-ant-oat01-[\w-]{95}$/;

let anthropic: Anthropic;
let programs: PracticePrograms;
let home: string;
let sessions: Session[];

beforeAll(async () => {
  anthropic = await startAnthropic();
  programs = practicePrograms({ anthropic: anthropic.baseUrl, delayMs: 5 });
});
afterAll(async () => {
  programs.remove();
  await anthropic.stop();
});
beforeEach(() => {
  sessions = [];
  home = mkdtempSync(join(tmpdir(), 'keyferry-practice-test-'));
  writeFileSync(join(home, 'claude'), programs.claude.script, { mode: 0o755 });
  writeFileSync(join(home, 'openclaw'), programs.openclaw.script, { mode: 0o755 });
});
afterEach(async () => {
  for (const session of sessions) session.close();
  await Promise.all(sessions.map((session) => session.exit));
  rmSync(home, { recursive: true, force: true });
});

const environment = (style: string, more: Record<string, string> = {}) => ({
  HOME: home,
  PATH: '/usr/bin:/bin',
  TERM: 'xterm-256color',
  KEYFERRY_PRACTICE_STYLE: style,
  ...more,
});

function open(program: string, style: string, words: string[], columns = 100, more = {}): Session {
  const session = new Session([join(home, program), ...words], { columns, env: environment(style, more) });
  sessions.push(session);
  return session;
}

async function openClaude(
  style: string,
  columns = 100,
  more = {},
): Promise<{ session: Session; link: string }> {
  const session = open('claude', style, ['setup-token'], columns, more);
  return { session, link: await linkOf(session) };
}

async function linkOf(session: Session): Promise<string> {
  await session.shows(/Paste code here if prompted/);
  return session.until(() => session.whole(LINK), 'link');
}

/** Pastes a text and, once the prompt shows its end, presses Enter. */
async function enter(session: Session, text: string): Promise<void> {
  session.paste(text);
  await promptShows(session, text.slice(-6));
  session.write('\r');
}

/** The last characters of what is in the prompt are shown by every version; the link above may have them too. */
function promptShows(session: Session, end: string): Promise<true> {
  const prompt = () => session.text.slice(session.text.lastIndexOf('Paste code here'));
  return session.until(
    () => prompt().replaceAll(/[\s│]/g, '').includes(end) || undefined,
    `${end} in the prompt`,
  );
}

const tokenOf = async (session: Session) => {
  await session.shows(/Store this token securely/);
  return session.until(() => session.whole('sk-ant-oat01-'), 'token');
};

describe.each(CLAUDES)('a simulated claude %s', (style) => {
  test.each([80, 100, 400])('gives a whole link and a whole token at %i columns', async (columns) => {
    const { session, link } = await openClaude(style, columns);
    expect(session.text).toContain('(simulated by Keyferry)');
    await session.until(() => session.bracketedPaste, 'bracketed paste');
    const short = /^https:\/\/claude\.ai\/oauth\/authorize\?I[\w-]{43}$/;
    const full =
      /^https:\/\/claude\.(ai|com\/cai)\/oauth\/authorize\?code=true&.*code_challenge=[\w-]{43}&.*&state=[\w-]{43}$/;
    expect(link).toMatch(style === '2.1.330' ? short : full);
    await enter(session, anthropic.signIn(link));
    const token = await tokenOf(session);
    expect(token).toMatch(TOKEN);
    expect(token).toBe(anthropic.minted.at(-1));
    expect(await session.exit).toBe(0);
  });

  test('takes a code that is typed, then Enter by itself', async () => {
    const { session, link } = await openClaude(style);
    const code = anthropic.signIn(link);
    session.write(code);
    await promptShows(session, code.slice(-6));
    session.write('\r');
    expect(await tokenOf(session)).toBe(anthropic.minted.at(-1));
  });

  test('swallows an Enter that comes in the same write as a typed code', async () => {
    const { session, link } = await openClaude(style);
    const minted = anthropic.minted.length;
    session.write(`${anthropic.signIn(link)}\r`);
    await sleep(300);
    expect(session.text).toContain('Paste code here');
    expect(anthropic.minted.length).toBe(minted);
  });

  test('sees a paste with Enter behind it in one write as its version does', async () => {
    const { session, link } = await openClaude(style);
    session.write(`\x1b[200~${anthropic.signIn(link)}\x1b[201~\r`);
    if (style === '2.1.197' || style === '2.1.330') await tokenOf(session);
    else await session.shows(/OAuth error: Invalid code/);
  });

  test('refuses a wrong code, and leads to a link again where its version does', async () => {
    const { session, link } = await openClaude(style);
    await enter(session, 'wrong#wrong');
    await session.shows(
      style === '2.1.330' ? /That code wasn't accepted/ : /Request failed with status code 400/,
    );
    await session.shows(/Press Enter to retry/);
    session.write('\r');
    if (style === '2.1.36') {
      // Seen with Node 20 and 24: Enter does nothing there, Ctrl-C ends it.
      await sleep(200);
      expect(session.text).toContain('Press Enter to retry');
      session.write('\x03');
      expect(await session.exit).toBe(0);
      return;
    }
    await session.until(() => !session.text.includes('Press Enter') || undefined, 'retry');
    const fresh = await linkOf(session);
    if (style === '2.1.330') expect(fresh).toBe(link);
    else {
      expect(new URL(fresh).searchParams.get('code_challenge')).toBe(
        new URL(link).searchParams.get('code_challenge'),
      );
      expect(new URL(fresh).searchParams.get('state')).not.toBe(new URL(link).searchParams.get('state'));
    }
    await enter(session, anthropic.signIn(fresh));
    expect(await tokenOf(session)).toBe(anthropic.minted.at(-1));
  });

  test('refuses a code that lacks its second half', async () => {
    const { session } = await openClaude(style);
    await enter(session, 'only-the-first-half');
    await session.shows(
      style === '2.1.330' ? /doesn't look like the full code/ : /make sure the full code was copied/,
    );
  });

  test('shows nothing while nobody answers', async () => {
    anthropic.tokenEndpoint.mode = 'hang';
    try {
      const { session, link } = await openClaude(style);
      await enter(session, anthropic.signIn(link));
      await sleep(300);
      expect(session.text).not.toMatch(/error|retry|sk-ant/i);
    } finally {
      anthropic.tokenEndpoint.mode = 'ok';
    }
  });
});

describe('a simulated claude', () => {
  test('gives 2.1.330’s full link on request, every row of it a hyperlink to all of it', async () => {
    const { session, link } = await openClaude('2.1.330', 80, { CLAUDE_CODE_FULL_SIGN_IN_LINK: '1' });
    expect(new URL(link).searchParams.get('state')).toMatch(/^[\w-]{43}$/);
    const rows = [...session.raw.matchAll(/\x1b\]8;[^;]*;(https[^\x07]+)\x07/g)].map(([, uri]) => uri);
    expect(rows.length).toBeGreaterThan(3);
    expect(new Set(rows)).toEqual(new Set([link]));
  });

  test('overwrites the first column of 2.1.197’s link when the prompt is typed into', async () => {
    const { session } = await openClaude('2.1.197');
    session.write('abc');
    await session.shows(/^ ttps:/m);
  });

  test('needs a terminal', async () => {
    expect(await run('claude', '2.1.330', ['setup-token'])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/Raw mode is not supported/),
    });
  });

  test('says in its version that it is simulated', async () => {
    const { stdout } = await run('claude', '2.1.36', ['--version']);
    expect(stdout).toBe('2.1.36 (Claude Code, simulated by Keyferry)\n');
  });
});

const madeUpToken = (last: string) => `sk-ant-oat01-${last.repeat(95)}`;

describe.each(OPENCLAWS)('a simulated openclaw %s', (style) => {
  const pasteToken = (...more: string[]) =>
    open('openclaw', style, ['models', 'auth', 'paste-token', '--provider', 'anthropic', ...more]);
  const status = async (words: string[] = [], more = {}) => {
    const { stdout } = await run('openclaw', style, ['models', 'status', '--json', ...words], more);
    return JSON.parse(stdout);
  };

  test('takes a token by bracketed paste, which it does not turn on, and Enter by itself', async () => {
    const session = pasteToken('--expires-in', '365d');
    await session.shows(/Paste token for anthropic/);
    expect(session.bracketedPaste).toBe(false);
    session.write('\r');
    await session.shows(/Required/);
    session.paste(madeUpToken('A'));
    await session.shows(style === '2026.9.6' ? /▪{90}/ : /sk-ant-oat01-A{50}/);
    if (style === '2026.9.6') expect(session.text).not.toContain('sk-ant');
    session.write('\r');
    await session.shows(/Auth profile: anthropic:manual \(anthropic\/token\)/);
    await session.shows(style === '2026.9.6' ? /Updated config: ~/ : /Updated ~\/\.openclaw/);
    expect(await session.exit).toBe(0);
    const { resolvedDefault, auth } = await status();
    expect(resolvedDefault).toMatch(/^openai\//);
    expect(auth.missingProvidersInUse).toEqual(['openai']);
    expect(auth.providers[0]).toMatchObject({
      provider: 'anthropic',
      effective: { kind: 'profiles' },
      profiles: { count: 1, labels: ['anthropic:manual=token:sk-ant-o...AAAAAAAA'] },
    });
    expect(auth.oauth.profiles[0]).toMatchObject({ profileId: 'anthropic:manual', status: 'ok' });
    expect(statSync(join(home, '.openclaw/agents/main/agent/auth-profiles.json')).mode & 0o077).toBe(0);
  });

  test.each([
    ['sk-ant-oat01-short', /too short/],
    ['not a token', /Expected token starting with sk-ant-oat01-/],
  ])('does not take %s', async (text, words) => {
    const session = pasteToken();
    await session.shows(/Paste token for anthropic/);
    session.paste(text);
    session.write('\r');
    await session.shows(words);
  });

  test('saves nothing and exits with 0 when its prompt is cancelled', async () => {
    const session = pasteToken();
    await session.shows(/Paste token for anthropic/);
    session.write('\x03');
    expect(await session.exit).toBe(0);
    expect((await status()).auth.providers).toEqual([]);
  });

  test('uses the token once the default model is Anthropic’s', async () => {
    const { session, link } = await openClaude('2.1.330');
    await enter(session, anthropic.signIn(link));
    const token = await tokenOf(session);
    const paste = await run(
      'openclaw',
      style,
      ['models', 'auth', 'paste-token', '--provider', 'anthropic'],
      {},
      token,
    );
    expect(paste.code).toBe(0);
    const set = ['config', 'set', 'agents.defaults.model.primary', 'anthropic/claude-sonnet-4-6'];
    expect((await run('openclaw', style, set)).stdout).toMatch(/^Updated agents\.defaults\.model\.primary\./);
    const probe = ['--probe', '--probe-provider', 'anthropic', '--probe-profile', 'anthropic:manual'];
    const { resolvedDefault, auth } = await status([
      ...probe,
      '--probe-max-tokens',
      '8',
      '--probe-timeout',
      '5000',
    ]);
    expect(resolvedDefault).toBe('anthropic/claude-sonnet-4-6');
    expect(auth.missingProvidersInUse).toEqual([]);
    expect(auth.probes.results).toMatchObject([{ profileId: 'anthropic:manual', status: 'ok' }]);
    const turn = await run('openclaw', style, [
      'infer',
      'model',
      'run',
      '--local',
      '--json',
      '--prompt',
      'hi',
    ]);
    expect(JSON.parse(turn.stdout)).toMatchObject({
      ok: true,
      provider: 'anthropic',
      model: 'claude-sonnet-4-6',
    });
    expect(anthropic.bearers.slice(-2)).toEqual([token, token]);
  });

  test('a variable of the environment is effective only where there is no profile', async () => {
    const variable = { ANTHROPIC_API_KEY: 'sk-ant-api03-not-a-real-key' };
    expect((await status([], variable)).auth.providers[0].effective.kind).toBe('env');
    await run(
      'openclaw',
      style,
      ['models', 'auth', 'paste-token', '--provider', 'anthropic'],
      {},
      madeUpToken('B'),
    );
    expect((await status([], variable)).auth.providers[0]).toMatchObject({
      effective: { kind: 'profiles' },
      env: { source: 'env: ANTHROPIC_API_KEY' },
    });
  });

  test('a bad token fails the turn with 401', async () => {
    await run(
      'openclaw',
      style,
      ['models', 'auth', 'paste-token', '--provider', 'anthropic'],
      {},
      madeUpToken('C'),
    );
    const words = [
      'infer',
      'model',
      'run',
      '--local',
      '--json',
      '--prompt',
      'hi',
      '--model',
      'anthropic/claude-x',
    ];
    const turn = await run('openclaw', style, words);
    if (style === '2026.4.15') expect(JSON.parse(turn.stdout).outputs[0].text).toMatch(/^HTTP 401 /);
    else expect(turn).toMatchObject({ code: 1, stderr: expect.stringMatching(/401/) });
  });

  test('does not know an agent that is not there', async () => {
    const { code, stderr } = await run('openclaw', style, [
      'models',
      'status',
      '--json',
      '--agent',
      'nobody',
    ]);
    expect({ code, stderr }).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/Unknown agent id "nobody"/),
    });
  });

  test('lists models without a gateway only when it is asked for all', async () => {
    const few = await run('openclaw', style, ['models', 'list', '--json', '--provider', 'anthropic']);
    expect(few.stdout).toMatch(style === '2026.9.6' ? /"count": 0/ : /^No models found\.$/m);
    const all = JSON.parse((await run('openclaw', style, ['models', 'list', '--all', '--json'])).stdout);
    const prefix = style === '2026.9.6' ? 'claude-cli/' : 'anthropic/';
    expect(all.models.map(({ key }: { key: string }) => key)).toContain(`${prefix}claude-opus-4-6`);
    const catalogue = JSON.parse((await run('openclaw', style, ['infer', 'model', 'list', '--json'])).stdout);
    expect(catalogue).toContainEqual(
      expect.objectContaining({ id: 'claude-opus-4-6', provider: prefix.slice(0, -1) }),
    );
  });

  test('sets the default model in both ways, and has no sessions', async () => {
    await run('openclaw', style, ['models', 'set', 'anthropic/claude-opus-4-6']);
    expect((await status()).resolvedDefault).toBe('anthropic/claude-opus-4-6');
    const { stdout } = await run('openclaw', style, ['sessions', '--json']);
    expect(JSON.parse(stdout).sessions).toEqual([]);
  });
});

describe('a simulated openclaw', () => {
  test('takes a patch of its configuration on stdin in 2026.9.6 only', async () => {
    const patch = '{"agents":{"defaults":{"model":{"primary":"anthropic/claude-opus-4-6"}}}}';
    const words = ['config', 'patch', '--stdin'];
    expect((await run('openclaw', '2026.4.15', words, {}, patch)).code).toBe(1);
    expect((await run('openclaw', '2026.9.6', words, {}, patch)).stdout).toMatch(/^Applied 1 config update/);
    const { stdout } = await run('openclaw', '2026.9.6', ['models', 'status', '--json']);
    expect(JSON.parse(stdout).resolvedDefault).toBe('anthropic/claude-opus-4-6');
  });

  test.each([
    ['2026.4.15', 'models', '{"anthropic/claude-sonnet-4-6":{}}'],
    ['2026.9.6', 'modelPolicy.allow', '["anthropic/claude-sonnet-4-6"]'],
  ])('says in %s which models are allowed, by agents.defaults.%s', async (style, path, value) => {
    const allowed = async () =>
      JSON.parse((await run('openclaw', style, ['models', 'status', '--json'])).stdout).allowed;
    expect(await allowed()).toEqual([]);
    await run('openclaw', style, ['config', 'set', `agents.defaults.${path}`, value]);
    expect(await allowed()).toEqual(['anthropic/claude-sonnet-4-6']);
  });

  test('lists its profiles as JSON in 2026.9.6 only', async () => {
    const words = ['models', 'auth', 'list', '--json'];
    expect(await run('openclaw', '2026.4.15', words)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/unknown option/),
    });
    expect(JSON.parse((await run('openclaw', '2026.9.6', words)).stdout)).toMatchObject({
      agentId: 'main',
      profiles: [],
    });
  });

  test('speaks to loopback only', async () => {
    const elsewhere = { KEYFERRY_PRACTICE_ANTHROPIC: 'https://api.anthropic.com' };
    await run(
      'openclaw',
      '2026.9.6',
      ['models', 'auth', 'paste-token', '--provider', 'anthropic'],
      {},
      madeUpToken('D'),
    );
    const words = ['infer', 'model', 'run', '--local', '--prompt', 'hi', '--model', 'anthropic/claude-x'];
    const turn = await run('openclaw', '2026.9.6', words, elsewhere);
    expect(turn).toMatchObject({ code: 1, stderr: expect.stringMatching(/loopback only/) });
  });

  test('starts in a fraction of a second and says that it is simulated', async () => {
    const began = performance.now();
    const { stdout } = await run('openclaw', '2026.9.6', ['--version']);
    expect(stdout).toBe('OpenClaw 2026.9.6 (simulated by Keyferry)\n');
    expect(performance.now() - began).toBeLessThan(2000);
  });
});

/** Runs a program without a terminal. */
function run(program: string, style: string, words: string[], more = {}, input = '') {
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    const options = { env: environment(style, more), cwd: home };
    const child = execFile(join(home, program), words, options, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
    );
    child.stdin?.end(input);
  });
}
