import { randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { readField } from '../../../worker/programs/claude/prompt.screens.ts';
import { classify } from '../../../worker/programs/claude/refusal.screens.ts';
import { readOutcome, readToken, showsToken } from '../../../worker/programs/claude/setup-token.screens.ts';
import { sameOutcome } from '../../../worker/programs/claude/sign-in-program.ts';
import { fullLink } from '../../support/links.ts';
import { screenOf } from '../terminal/fake-pty.ts';

const TOKEN = `sk-ant-oat01-${randomBytes(72).toString('base64url').slice(0, 95)}`;
const WIDTHS = [
  40, 41, 53, 54, 55, 79, 80, 81, 100, 106, 107, 108, 109, 110, 111, 112, 120, 200, 400, 999, 1000,
];
const BEFORE =
  '✓ Long-lived authentication token created successfully!\r\n\r\nYour OAuth token (valid for 1 year):\r\n\r\n';
const AFTER = "\r\n\r\nStore this token securely. You won't be able to see it again.\r\n";

const cut = (text: string, width: number) => text.match(new RegExp(`.{1,${width}}`, 'g')) ?? [];
const screen = (output: string, columns = 100, ended = false) =>
  screenOf(output, { columns, rows: 40, ended });

/** How versions show the token. */
const SHOWN: Record<string, (columns: number) => string> = {
  'wrapped by the terminal': () => BEFORE + TOKEN + AFTER,
  'in colour': () => `${BEFORE}\x1b[38;5;220m${TOKEN}\x1b[39m${AFTER}`,
  'cut behind one space (2.1)': (columns) =>
    BEFORE +
    cut(TOKEN, columns - 1)
      .map((row) => ` \x1b[38;5;220m${row}\x1b[39m`)
      .join('\r\r\n') +
    AFTER,
  'cut behind two spaces': (columns) =>
    BEFORE +
    cut(TOKEN, columns - 2)
      .map((row) => `  ${row}`)
      .join('\r\n') +
    AFTER,
};

describe.each(Object.entries(SHOWN))('a token %s is read whole', (_, show) => {
  test.each(WIDTHS)('at %d columns', async (columns) => {
    const reading = readToken(await screen(show(columns), columns));
    expect(reading?.reveal()).toBe(TOKEN);
  });
});

describe('a token that ends exactly at the row’s edge', () => {
  const edges = [TOKEN.length, TOKEN.length / 2, TOKEN.length + 1].filter(Number.isInteger);

  test.each(edges)('takes nothing of the next sentence (%d columns)', async (columns) => {
    const indent = columns > TOKEN.length ? ' ' : '';
    for (const next of ['\r\n\r\nStore this token', '\r\n Store this token securely.', '\r\n\r\n']) {
      const output = BEFORE + indent + TOKEN + next;
      const token = readToken(await screen(output, columns, true))?.reveal();
      expect([TOKEN, undefined]).toContain(token);
    }
  });

  test('is not read while more of it may come', async () => {
    expect(readToken(await screen(BEFORE + TOKEN, TOKEN.length))).toBeUndefined();
    expect(readToken(await screen(BEFORE + TOKEN.slice(0, 100), 100))).toBeUndefined();
    expect(readToken(await screen(BEFORE + TOKEN + AFTER, TOKEN.length))?.reveal()).toBe(TOKEN);
  });
});

describe('no token is read', () => {
  test.each([
    ['while it is being drawn', BEFORE + TOKEN.slice(0, 95), 400],
    ['when it is cut by a program that leaves out the rest', BEFORE + TOKEN.slice(0, 79) + AFTER, 80],
    ['when it is too short', `${BEFORE}sk-ant-oat01-${'x'.repeat(40)}${AFTER}`, 400],
    ['when it is another kind of key', `${BEFORE}sk-ant-api03-${'x'.repeat(95)}${AFTER}`, 400],
  ])('%s', async (_, output, columns) => {
    expect(readToken(await screen(output, columns))).toBeUndefined();
  });

  test('of half the bytes, however they come', async () => {
    for (const columns of [40, 80, 100, 400]) {
      const whole =
        BEFORE +
        cut(TOKEN, columns - 1)
          .map((row) => ` ${row}`)
          .join('\r\r\n') +
        AFTER;
      for (let end = 0; end < whole.length; end += 7) {
        const token = readToken(await screen(whole.slice(0, end), columns))?.reveal();
        expect([TOKEN, undefined]).toContain(token);
      }
    }
  });
});

test('a token has begun to show as soon as its first characters do', async () => {
  expect(showsToken(await screen(BEFORE))).toBe(false);
  expect(showsToken(await screen(BEFORE + TOKEN.slice(0, 14)))).toBe(true);
});

const NOT_ACCEPTED =
  " ✘ OAuth error: That code wasn't accepted. It may be incomplete, expired, already used, or from an earlier\r\n   sign-in attempt. Sign in again to get a new code.\r\n\r\n Press Enter to retry";

/** Screens after Enter, as versions show them. */
const REFUSALS: [string, string, string][] = [
  [
    '1.0.64 to 2.1.197, no #',
    'OAuth error: Invalid code. Please make sure the full code was copied\r\n\r\nPress Enter to retry.',
    'code_rejected',
  ],
  [
    '2.1.197, refused',
    'OAuth error: Request failed with status code 400\r\n\r\n Press Enter to retry.',
    'code_rejected',
  ],
  ['2.1.330, refused', NOT_ACCEPTED, 'code_rejected'],
  [
    'an outage',
    'OAuth error: Request failed with status code 500\r\n\r\n Press Enter to retry.',
    'anthropic_error',
  ],
  [
    'a gateway’s outage',
    'OAuth error: Request failed with status code 529\r\nPress Enter to retry.',
    'anthropic_error',
  ],
  ['a limit', 'OAuth error: Request failed with status code 429\r\nPress Enter to retry.', 'anthropic_error'],
  [
    'a refused address',
    'OAuth error: Request failed with status code 403\r\nPress Enter to retry.',
    'anthropic_forbidden',
  ],
  ['a timeout', 'OAuth error: timeout of 15000ms exceeded\r\nPress Enter to retry.', 'anthropic_unreachable'],
  [
    'no name server',
    'OAuth error: getaddrinfo ENOTFOUND platform.claude.com\r\nPress Enter to retry.',
    'anthropic_unreachable',
  ],
];

describe('a refusal is told apart', () => {
  test.each(REFUSALS)('%s', async (_, output, code) => {
    const outcome = readOutcome(
      await screen(`${fullLink()}\r\n\r\nPaste code here if prompted > ***\r\n\r\n${output}`),
    );
    expect(outcome).toMatchObject({ kind: 'refused', code });
  });

  test('2.1.330, not the full code: its prompt stays', async () => {
    const output =
      "Paste code here if prompted\r\n ╭───╮\r\n │   │\r\n ╰───╯\r\n ✘ That doesn't look like the full code.\r\n   Copy all of it, including the # in the middle.";
    expect(readOutcome(await screen(output))).toMatchObject({ kind: 'refused', code: 'code_incomplete' });
  });

  test('its words are the program’s, without the link above', async () => {
    const outcome = readOutcome(
      await screen(`${fullLink()}\r\n\r\nPaste code here >\r\n\r\n${NOT_ACCEPTED}`),
    );
    if (outcome?.kind !== 'refused') throw new Error('not read as a refusal');
    expect(outcome.words).toMatch(
      /^✘ OAuth error: That code wasn't accepted\..*Sign in again to get a new code\.$/,
    );
    expect(outcome.words).not.toMatch(/https|Enter/);
  });

  test('nothing is said while the program works', async () => {
    expect(
      readOutcome(await screen('Paste code here if prompted > ******\r\n ✶ Finishing sign-in…')),
    ).toBeUndefined();
  });

  test('a token counts, no matter what was above it', async () => {
    const outcome = readOutcome(await screen(`${NOT_ACCEPTED}\r\n\r\n${BEFORE}${TOKEN}${AFTER}`, 400));
    expect(outcome?.kind).toBe('token');
  });

  test('the same token in two frames is the same outcome', async () => {
    const [one, two] = [
      await screen(BEFORE + TOKEN + AFTER, 400),
      await screen(BEFORE + TOKEN + AFTER, 80),
    ].map(readOutcome);
    const refused = readOutcome(await screen(NOT_ACCEPTED, 400));
    if (!one || !two || !refused) throw new Error('a screen was not read');
    expect(sameOutcome(one, two)).toBe(true);
    expect(sameOutcome(one, refused)).toBe(false);
  });
});

describe('the words of an error lead to a row of the catalogue', () => {
  test.each([
    ['Request failed with status code 502', 'anthropic_error'],
    ['Service overloaded, try again later', 'anthropic_error'],
    ['rate limit exceeded', 'anthropic_error'],
    ['connect ECONNREFUSED 127.0.0.1:1', 'anthropic_unreachable'],
    ['getaddrinfo EAI_AGAIN platform.claude.com', 'anthropic_unreachable'],
    ['fetch failed', 'anthropic_unreachable'],
    ['socket hang up', 'anthropic_unreachable'],
    ['Claude is not available in your country', 'anthropic_forbidden'],
    ['Forbidden', 'anthropic_forbidden'],
    ['OAuth authentication is currently not allowed for this organization.', 'organization_refused'],
    ["Couldn't verify your organization's settings (timeout). Retry shortly.", 'anthropic_error'],
    ["Your account is on hold and can't sign in to Claude Code.", 'account_on_hold'],
    ['invalid_grant', 'code_rejected'],
    ['Request failed with status code 401', 'code_rejected'],
    ['', 'screen_unknown'],
  ])('%j: %s', (words, code) => {
    expect(classify(words)).toBe(code);
  });
});

/** Of 2.1.332, which shows each for half a second below its banner and ends with 1. */
const STATED: [string, string][] = [
  [
    "Your account is on hold and can't sign in to Claude Code. View details or appeal: https://claude.ai/restricted?ref=TS-00000000-0000-0000-0000-000000000000",
    'account_on_hold',
  ],
  [
    'Your authentication token belongs to organization 6ba7b811-9dad-41d1-80b4-00c04fd430c8,\r\n but this machine requires organization 6ba7b810-9dad-41d1-80b4-00c04fd430c8. Anthropic reported the token revoked; it was not shown.',
    'organization_refused',
  ],
  [
    "Claude Code couldn't load your organization's settings, which it requires before this sign-in can be used. The token could not be confirmed revoked and was not shown — ask your admin to revoke it in Console.",
    'organization_refused',
  ],
];

describe('an ending that claude states is a row of the catalogue of its own', () => {
  test.each(STATED)('%s', async (words, code) => {
    const start =
      'Welcome to Claude Code v2.1.332\r\n\r\n This will guide you through long-lived (1-year) auth token setup.\r\n\r\n';
    for (const columns of [60, 120, 400]) {
      const outcome = readOutcome(await screen(`${start} ⚠ ${words}\r\n`, columns));
      if (outcome?.kind !== 'refused') throw new Error('not read as a refusal');
      expect(outcome.code).toBe(code);
      expect(outcome.words.replaceAll(/\s+/g, ' ')).toContain(words.slice(0, 20));
      expect(outcome.words).not.toMatch(/Welcome|guide/);
    }
  });

  test('the same words above the prompt are of before the code', async () => {
    const shown = await screen('The account is on hold.\r\n\r\nPaste code here if prompted > ***\r\n');
    expect(readOutcome(shown)).toBeUndefined();
  });
});

describe('a token that is not whole is not read', () => {
  test('when the program shortens it with an ellipsis', async () => {
    for (const columns of [100, 400])
      expect(readToken(await screen(`${BEFORE}${TOKEN.slice(0, 99)}…${AFTER}`, columns))).toBeUndefined();
  });

  test('when it lacks a few characters', async () => {
    expect(readToken(await screen(`${BEFORE}${TOKEN.slice(0, 95)}${AFTER}`, 400))).toBeUndefined();
  });
});

describe('a refusal in words that are not known', () => {
  test('is given with its words, and is not taken for a rejected code', async () => {
    const output = '\r\n ✘ The moon is in the wrong house.\r\n\r\n Press Enter to retry\r\n';
    const outcome = readOutcome(await screen(output));
    expect(outcome).toMatchObject({
      kind: 'refused',
      code: 'screen_unknown',
      words: expect.stringContaining('moon'),
    });
  });

  test('a way out that is closed is told from it', async () => {
    const output = "\r\n ✘ Couldn't reach Anthropic. Check your connection.\r\n\r\n Press Enter to retry\r\n";
    expect(readOutcome(await screen(output))).toMatchObject({ code: 'anthropic_unreachable' });
  });
});

describe('the field for the code', () => {
  const BOX = (text: string) =>
    `Paste code here if prompted\r\n╭${'─'.repeat(40)}╮\r\n│ ${text.padEnd(38)} │\r\n╰${'─'.repeat(40)}╯\r\n`;
  const LINK = `Use the url below to sign in:\r\n\r\n${fullLink()}\r\n\r\n`;

  test.each([
    ['1.0.64 to 2.1.197', ' Paste code here if prompted >\r\n'],
    ['2.1.330', BOX('')],
  ])('is empty before a code is typed: %s', async (_, field) => {
    expect(readField(await screen(LINK + field))).toEqual({ kind: 'asking' });
  });

  test.each([
    ['a code in clear', ' Paste code here if prompted > abc#def\r\n'],
    ['asterisks', ' Paste code here if prompted > *******\r\n'],
    ['asterisks in a box', BOX('*******')],
    ['2.1.330 at its exchange', '✢ Finishing sign-in…\r\n'],
    [
      'an error',
      ' Paste code here if prompted >\r\n\r\n OAuth error: Invalid code\r\n Press Enter to retry.\r\n',
    ],
    ['words that are not known', ' Paste code here if prompted >\r\n One moment\r\n'],
  ])('is not seen to be empty with %s', async (_, field) => {
    expect(readField(await screen(LINK + field))).toBeUndefined();
  });
});
