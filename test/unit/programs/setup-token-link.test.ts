import { describe, expect, test } from '@jest/globals';
import { nearestScreen, readDeadEnd } from '../../../worker/programs/claude/dead-end.screens.ts';
import { readLink, sameLink } from '../../../worker/programs/claude/link.screens.ts';
import { readOutcome } from '../../../worker/programs/claude/setup-token.screens.ts';
import { fullLink, random43, SHORT_LINK, STATE } from '../../support/links.ts';
import { recordedStarts } from '../../support/recordings.ts';
import { screenOf } from '../terminal/fake-pty.ts';

const EVIL = 'https://evil.example/oauth/authorize?x';
const PROMPT = '\r\n\r\n Paste code here if prompted > ';
const hyperlink = (uri: string, text: string) => `\x1b]8;;${uri}\x07${text}\x1b]8;;\x07`;
const screen = (output: string, columns = 400) => screenOf(output, { columns, rows: 40, ended: false });

describe('the real claude, recorded', () => {
  test.each(recordedStarts)('$version at $columns columns asks with one trusted link', async (recorded) => {
    const { version, columns, bytes } = recorded;
    const shown = await screenOf([bytes], { columns, rows: 40, ended: false });
    const reading = readLink(shown);
    if (reading?.kind !== 'asking') throw new Error(`${version}: ${JSON.stringify(reading)}`);
    const { link } = reading;
    expect(link.url.startsWith(pageOf(version))).toBe(true);
    expect(link.challenge).toMatch(/^[\w-]{43}$/);
    if (version === '2.1.330') expect(link.state).toBeUndefined();
    else expect(link.state).toMatch(/^[\w-]{43}$/);
    expect(readOutcome(shown)).toBeUndefined();
    expect(nearestScreen(shown)).toBe('the sign-in link');
  });

  test.each(recordedStarts)(
    '$version at $columns columns never gives a cut link on the way there',
    async (recorded) => {
      const { columns, bytes } = recorded;
      const whole = readLink(await screenOf([bytes], { columns, rows: 40 }));
      for (let end = 0; end < bytes.length; end += 41) {
        const reading = readLink(
          await screenOf([bytes.subarray(0, end)], { columns, rows: 40, ended: false }),
        );
        if (reading?.kind === 'asking') expect(reading).toEqual(whole);
        else expect(reading).toBeUndefined();
      }
    },
  );
});

function pageOf(version: string): string {
  const isNew = version === '2.1.197' || version === '2.1.330-full';
  return isNew ? 'https://claude.com/cai/oauth/authorize?' : 'https://claude.ai/oauth/authorize?';
}

/** Rows of the real 2.1.332 on a ~/.claude.json that is no JSON. */
const BROKEN = [
  'Claude configuration file at /home/box/.claude.json is corrupted: JSON Parse error: Property name must be a string literal',
  'The corrupted file has been backed up to: /home/box/.claude/backups/.claude.json.corrupted.1795900474366',
  '',
  '─'.repeat(78),
  '  Configuration error',
  '',
  "  /home/box/.claude.json isn't valid JSON.",
  '',
  '  JSON Parse error: Property name must be a string literal',
  '',
  '  ❯ 1. Exit and fix manually',
  '    2. Reset to default configuration',
  '',
  '  Enter to confirm · Esc to cancel',
].join('\r\n');
/** The same of 2.0.42, in a box that cuts its sentence. */
const BROKEN_IN_A_BOX = [
  '╭──────────────────────────────────────────────────────────╮',
  '│ Configuration Error                                      │',
  '│                                                          │',
  '│ The configuration file at /home/box/.claude.json contains│',
  '│ invalid JSON.                                            │',
  '│                                                          │',
  '│ Choose an option:                                        │',
  '│ ❯ 1. Exit and fix manually                               │',
  '│   2. Reset with default configuration                    │',
  '╰──────────────────────────────────────────────────────────╯',
].join('\r\n');
const MAY_NOT_WRITE =
  "node:fs:1410\r\n  const result = binding.mkdir(\r\n\r\nError: EACCES: permission denied, mkdir '/home/box/.claude/debug'\r\n    at Module.mkdirSync (node:fs:1410:26)\r\n";
const FORCED =
  "forceLoginMethod is 'console' in settings; log in with an Anthropic Console account instead.\r\nsetup-token creates a long-lived Claude.ai subscription token, which this policy does not permit.\r\n";
const GATEWAY =
  'Managed settings on this machine configure a Cloud gateway sign-in; run /login from an interactive terminal to authenticate.\r\nsetup-token creates a long-lived Claude.ai subscription token, which this policy does not permit.\r\n';
const NOT_ALLOWED =
  "Your organization allows only Amazon Bedrock here.\r\nsetup-token creates a long-lived Claude.ai subscription token, which this machine's allowedProviders policy does not permit.\r\n";
const UNREADABLE =
  'Unable to read managed policy settings.\r\nThis machine may require organization login enforcement, but the policy file failed to load.\r\n';

describe('what claude states instead of a link is a row of the catalogue of its own', () => {
  test.each([
    ['a damaged ~/.claude.json, asked about and waited for', BROKEN, false, 'claude_settings_broken'],
    ['the same in 2.0.42', BROKEN_IN_A_BOX, false, 'claude_settings_broken'],
    ['a ~/.claude that 2.0.42 may not write', MAY_NOT_WRITE, true, 'home_unwritable'],
    [
      'a disk that is full',
      MAY_NOT_WRITE.replace('EACCES: permission denied', 'ENOSPC: no space left on device'),
      true,
      'disk_full',
    ],
    ['forceLoginMethod: console', FORCED, true, 'login_method_forced'],
    ['a gateway of the organization', GATEWAY, true, 'login_method_forced'],
    ['allowedProviders without Anthropic', NOT_ALLOWED, true, 'provider_not_allowed'],
    ['managed settings that cannot be read', UNREADABLE, true, 'claude_settings_broken'],
  ])('%s', async (_, output, ended, code) => {
    for (const columns of [60, 80, 120]) {
      const shown = await screenOf(output, { columns, rows: 40, ended });
      expect(readLink(shown)).toEqual({ kind: 'stated', code });
    }
  });

  test('a sentence counts once the program has ended: until then it may go on to its link', async () => {
    for (const output of [FORCED, NOT_ALLOWED, UNREADABLE])
      expect(readLink(await screen(output))).toBeUndefined();
  });

  test('a link that follows it counts', async () => {
    const corrupted = `${BROKEN.split('\r\n').slice(0, 2).join('\r\n')}\r\n\r\n${fullLink()}${PROMPT}`;
    expect(readLink(await screen(corrupted))).toMatchObject({ kind: 'asking' });
  });

  test('an error with an offer to retry, before any link, is not waited out', async () => {
    const output = ' OAuth error: Request failed with status code 503\r\n\r\n Press Enter to retry.\r\n';
    expect(readLink(await screen(output))).toEqual({ kind: 'stated', code: 'anthropic_error' });
  });
});

describe('a link is relayed', () => {
  test.each([
    ['plain in the text', fullLink()],
    ['as a hyperlink under any text', hyperlink(fullLink(), 'Click here')],
    ['as a hyperlink over its own rows', hyperlink(fullLink(), fullLink())],
    [
      'beside a page of Anthropic’s',
      `${fullLink()}\r\nHelp: https://support.claude.com/en and https://anthropic.com/legal`,
    ],
    ['beside the same once more', `${fullLink()}\r\n\r\n${fullLink()}`],
  ])('%s', async (_, output) => {
    const reading = readLink(await screen(output + PROMPT));
    expect(reading).toMatchObject({ kind: 'asking', link: { url: fullLink() } });
  });

  test('once bracketed paste is on, where the prompt has other words', async () => {
    const reading = readLink(await screen(`\x1b[?2004h${SHORT_LINK}\r\n\r\n Your answer: `));
    expect(reading).toMatchObject({ kind: 'asking', link: { url: SHORT_LINK } });
  });

  test('with the state that was drawn last, after an earlier one of the same challenge', async () => {
    const fresh = fullLink({ state: random43() });
    const output = `${hyperlink(fullLink(), 'a')}\r\n${hyperlink(fresh, 'b')}${PROMPT}`;
    expect(readLink(await screen(output))).toMatchObject({ link: { url: fresh } });
  });
});

describe('nothing is said', () => {
  test.each([
    ['before the program asks', fullLink()],
    ['without any link', PROMPT],
    ['while the link is half drawn and nothing asks', fullLink().slice(0, 200)],
    [
      'after a refusal, until there is a prompt again',
      `${fullLink()}${PROMPT}\r\n\r\nOAuth error: x\r\nPress Enter to retry.`,
    ],
  ])('%s', async (_, output) => {
    expect(readLink(await screen(output))).toBeUndefined();
  });
});

describe('a screen is untrusted', () => {
  const evil = `https://claude.ai.evil.example/oauth/authorize?${fullLink().split('?')[1]}`;
  test.each([
    ['with a stranger’s link alone', EVIL],
    ['with a look-alike alone', evil],
    ['with a sign-in page behind a user', fullLink().replace('https://', 'https://claude.ai@evil.example/')],
    ['with wrong parameters', fullLink({ scope: 'org:create_api_key' })],
    ['with a stranger’s link beside a good one', `${fullLink()}\r\n\r\n${EVIL}`],
    ['with a stranger’s link above a good one', `${EVIL}\r\n\r\n${fullLink()}`],
    ['with a look-alike beside a good one', `${fullLink()}\r\n\r\n${evil}`],
    ['with an http link to a stranger beside', `${fullLink()}\r\n\r\nhttp://evil.example/`],
    ['with user-info beside a good one', `${fullLink()}\r\n\r\nhttps://claude.ai@evil.example/`],
    ['with a backslash before an @ beside', `${fullLink()}\r\n\r\nhttps://evil.example\\@claude.ai/`],
    ['with two sign-in links', `${fullLink()}\r\n\r\n${fullLink({ code_challenge: random43() })}`],
    [
      'with a full and a short link of another challenge',
      `${fullLink()}\r\n\r\n${SHORT_LINK.slice(0, -3)}xyz`,
    ],
    ['with a good hyperlink over a stranger’s text', hyperlink(fullLink(), EVIL)],
    ['with a stranger’s hyperlink over a good text', hyperlink(EVIL, fullLink())],
    ['with a good link inside a stranger’s', `${EVIL}&next=${fullLink()}`],
  ])('%s', async (_, output) => {
    for (const columns of [80, 400, 1000]) {
      const reading = readLink(await screen(output + PROMPT, columns));
      expect(reading?.kind).toBe('untrusted');
      if (reading?.kind === 'untrusted') expect(reading.reason).not.toMatch(/evil|:\/\//);
    }
  });

  test.each(['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd'])(
    'never relays %s',
    async (uri) => {
      for (const output of [uri, hyperlink(uri, 'x'), hyperlink(uri, fullLink())]) {
        const reading = readLink(await screen(output + PROMPT));
        if (reading?.kind === 'asking') expect(reading.link.url).toBe(fullLink());
      }
    },
  );
});

test('the same link in two frames is the same reading, another state is not', async () => {
  const first = readLink(await screen(fullLink() + PROMPT));
  const again = readLink(await screen(`x\r\n${fullLink()}${PROMPT}`));
  const other = readLink(await screen(fullLink({ state: STATE.toLowerCase() }) + PROMPT));
  const untrusted = readLink(await screen(EVIL + PROMPT));
  if (!first || !again || !other || !untrusted) throw new Error('a screen was not read');
  expect(sameLink(first, again)).toBe(true);
  expect(sameLink(first, other)).toBe(false);
  expect(sameLink(first, untrusted)).toBe(false);
});

describe('a screen without a link is', () => {
  test.each([
    ['no-terminal', 'ERROR Raw mode is not supported on the current process.stdin, which Ink uses'],
    [
      'crashed',
      'file:///x/cli.js:1\r\nTypeError: a is not a function\r\n    at Object.<anonymous> (/x/cli.js:1:3)',
    ],
    [
      'unbuilt',
      'Error: claude native binary not installed.\r\n\r\nEither postinstall did not run (--ignore-scripts, some pnpm configs)\r\nor the platform-native optional dependency was not downloaded',
    ],
    ['crashed', 'Illegal instruction (core dumped)'],
    ['crashed', 'Segmentation fault'],
    ['crashed', 'node:internal/modules/cjs/loader:1228'],
    ['starting', ''],
    ['starting', '✢ Opening browser to sign in…'],
    ['starting', 'Welcome to Claude Code v2.1.330'],
    ['unknown', 'Please choose your favourite colour:'],
    ['unknown', "error: unknown command 'setup-token'"],
  ])('%s when it shows %j', async (end, output) => {
    expect(readDeadEnd(await screen(output))).toBe(end);
  });

  test.each([
    ['the sign-in link', 'Use the URL below to sign in. Paste the code'],
    ['a refused code', 'That was no good: the code has expired. Press Enter'],
    ['the token', 'Your OAuth token was created; store it securely'],
    ['the start', 'Welcome to Claude, opening your browser'],
    ['none', '12345 ……'],
  ])('nearest to %s when it shows %j', async (name, output) => {
    expect(nearestScreen(await screen(output))).toBe(name);
  });
});
