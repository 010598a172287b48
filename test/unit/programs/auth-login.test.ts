import { describe, expect, test } from '@jest/globals';
import {
  isSigningIn,
  readLoginLink,
  readLoginOutcome,
} from '../../../worker/programs/claude/auth-login.screens.ts';
import { nearestScreen } from '../../../worker/programs/claude/dead-end.screens.ts';
import { readLink } from '../../../worker/programs/claude/link.screens.ts';
import { readField } from '../../../worker/programs/claude/prompt.screens.ts';
import { CHALLENGE, fullLink, LOGIN_SCOPES, SHORT_LINK, SHORT_LOGIN_LINK } from '../../support/links.ts';
import { recordedLogins } from '../../support/login-recordings.ts';
import { screenOf } from '../terminal/fake-pty.ts';

const succeeded = recordedLogins.filter(({ outcome }) => outcome === 'ok');
const refused = recordedLogins.filter(({ outcome }) => outcome === 'refused');
const screen = (output: string | Uint8Array, columns = 400) =>
  screenOf([output] as never, { columns, rows: 40, ended: false });

describe('the real claude auth login, recorded', () => {
  test.each(succeeded)(
    '$version at $columns columns asks with one trusted link',
    async ({ version, columns, start }) => {
      const shown = await screen(start, columns);
      const reading = readLoginLink(shown);
      if (reading?.kind !== 'asking') throw new Error(`${version}: ${JSON.stringify(reading)}`);
      expect(reading.link.challenge).toMatch(/^[\w-]{43}$/);
      expect(reading.link.state === undefined).toBe(version === '2.1.332');
      expect([readLoginOutcome(shown), readField(shown)]).toEqual([undefined, { kind: 'asking' }]);
      expect(nearestScreen(shown)).toBe('the sign-in link');
    },
  );

  test.each(succeeded)(
    '$version at $columns columns never gives a cut link on the way there',
    async ({ columns, start }) => {
      const whole = readLoginLink(await screen(start, columns));
      for (let end = 0; end < start.length; end += 29) {
        const reading = readLoginLink(await screen(start.subarray(0, end), columns));
        if (reading?.kind === 'asking') expect(reading).toEqual(whole);
        else expect(reading).toBeUndefined();
      }
    },
  );

  test.each(succeeded)('$version at $columns columns ends signed in', async ({ columns, bytes }) => {
    const shown = await screen(bytes, columns);
    expect(readLoginOutcome(shown)).toEqual({ kind: 'signed-in' });
    expect(readField(shown)).toBeUndefined();
  });

  test.each(refused)('$version at $columns columns ends with a refused code', async ({ columns, bytes }) => {
    const outcome = readLoginOutcome(await screen(bytes, columns));
    expect(outcome).toMatchObject({ kind: 'refused', code: 'code_rejected' });
  });

  test.each(recordedLogins)(
    '$version at $columns columns, $outcome: nothing on the way is taken for another end',
    async ({ columns, bytes, start, outcome }) => {
      for (let end = start.length; end < bytes.length; end += 17) {
        const kind = readLoginOutcome(await screen(bytes.subarray(0, end), columns))?.kind;
        expect([undefined, outcome === 'ok' ? 'signed-in' : 'refused']).toContain(kind);
      }
    },
  );

  test.each(succeeded)(
    '$version at $columns columns is no setup-token’s link',
    async ({ columns, start }) => {
      expect(readLink(await screen(start, columns), 'setup-token')?.kind).toBe('untrusted');
    },
  );
});

const asks = (link: string) =>
  `Opening browser to sign in…\r\nIf the browser didn't open, visit:\r\n${link}\r\nPaste code here if prompted > `;
const answered = (words: string) =>
  `${asks(SHORT_LOGIN_LINK)}the-code#the-state\r\r\nSigning in…\r\n${words}\r\n`;

describe('what becomes of a code', () => {
  test.each([
    // 2.1.332
    ["Couldn't log in: Request failed with status code 403", 'anthropic_forbidden'],
    ["Couldn't log in: Request failed with status code 429", 'anthropic_error'],
    ["Couldn't log in: Request failed with status code 500", 'anthropic_error'],
    ["Couldn't log in: timeout of 30000ms exceeded", 'anthropic_unreachable'],
    ["Couldn't log in: socket hang up", 'anthropic_unreachable'],
    ["Couldn't log in: connect ECONNREFUSED 127.0.0.1:9", 'anthropic_unreachable'],
    ["Couldn't log in: Something else", 'screen_unknown'],
    // 2.1.140 to 2.1.250
    ['Login failed: Request failed with status code 400', 'code_rejected'],
    ['Invalid code. Please make sure the full code was copied.', 'code_incomplete'],
    [
      "That doesn't look like the full code. Copy all of it, including the # in the middle.",
      'code_incomplete',
    ],
    ['Your account is on hold.', 'account_on_hold'],
  ])('“%s” is %s', async (words, code) => {
    for (const columns of [40, 57, 120, 400])
      expect(readLoginOutcome(await screen(answered(words), columns))).toMatchObject({
        kind: 'refused',
        code,
      });
  });

  test('nothing, while it is with Anthropic', async () => {
    const shown = await screen(answered(''));
    expect([readLoginOutcome(shown), isSigningIn(shown)]).toEqual([undefined, true]);
  });

  test('success only counts below the question for the code', async () => {
    expect(readLoginOutcome(await screen(`Login successful.\r\n${asks(SHORT_LOGIN_LINK)}`))).toBeUndefined();
  });
});

describe('a link that is not this sign-in’s', () => {
  test('of setup-token is not trusted', async () => {
    expect(readLoginLink(await screen(asks(SHORT_LINK)))).toMatchObject({ kind: 'untrusted' });
  });

  test.each([
    `https://platform.claude.com/oauth/authorize?T-${CHALLENGE}`,
    fullLink({ scope: LOGIN_SCOPES }, 'https://platform.claude.com/oauth/authorize'),
  ])('for API billing says that the settings force it: %s', async (link) => {
    expect(readLoginLink(await screen(asks(link)))).toEqual({ kind: 'stated', code: 'login_method_forced' });
  });

  test('next to a good one is somebody’s trick', async () => {
    const both = asks(`${SHORT_LOGIN_LINK}\r\nhttps://evil.example/oauth/authorize`);
    expect(readLoginLink(await screen(both))).toMatchObject({ kind: 'untrusted' });
  });

  test('and one without a question (2.1.41 to 2.1.116) is not shown to anyone', async () => {
    const only = asks(fullLink({ scope: LOGIN_SCOPES })).replace(/Paste code.*/, '');
    expect(readLoginLink(await screen(only))).toBeUndefined();
  });
});
