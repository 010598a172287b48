import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Redactor } from '../../../core/secrets/redaction.ts';
import { Secret } from '../../../core/secrets/secret.ts';

const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const word = (length: number) =>
  fc.string({ unit: fc.constantFrom(...BASE64URL), minLength: length, maxLength: length });
const token = word(95).map((body) => `sk-ant-oat01-${body}`);
const code = fc.tuple(word(48), word(43)).map(([left, right]) => `${left}#${right}`);

function knowing(...secrets: string[]): Redactor {
  const redactor = new Redactor();
  for (const secret of secrets) redactor.add(new Secret(secret));
  return redactor;
}

/** The longest run of a secret's characters that stands in `text`, blanks and frames left out. */
function longestRun(text: string, secret: string): number {
  const dense = text.replace(/[\s│|]/g, '');
  let longest = 0;
  for (let start = 0; start < secret.length; start += 1)
    while (start + longest < secret.length && dense.includes(secret.slice(start, start + longest + 1)))
      longest += 1;
  return longest;
}

function cut(text: string, width: number): string[] {
  return text.match(new RegExp(`.{1,${width}}`, 'g')) ?? [];
}

describe('a secret that the redactor knows', () => {
  test('never shows four characters in a row, however it is cut, indented and framed', () => {
    fc.assert(
      fc.property(
        fc.oneof(token, code),
        fc.integer({ min: 1, max: 120 }),
        fc.integer({ min: 0, max: 6 }),
        fc.boolean(),
        fc.nat(60),
        (secret, width, indent, framed, drawn) => {
          const shown = secret.slice(0, secret.length - Math.min(drawn, secret.length - 1));
          const rows = cut(shown, width).map((part) =>
            framed ? `│${' '.repeat(indent)}${part.padEnd(width)} │` : `${' '.repeat(indent)}${part}`,
          );
          const redacted = knowing(secret).rows(['Paste code here', ...rows, '', 'Store it.']);
          expect(longestRun(redacted.join('\n'), secret)).toBeLessThan(4);
          expect(redacted.slice(1, -2).map((row) => row.length)).toEqual(rows.map((row) => row.length));
        },
      ),
    );
  });

  test('is covered in the middle of a line, no matter what is around it', () => {
    fc.assert(
      fc.property(code, word(5), word(5), (secret, before, after) => {
        expect(longestRun(knowing(secret).text(`${before}${secret}${after}`), secret)).toBeLessThan(4);
      }),
    );
  });

  const secret = 'pEaZk8vYtQ0LrM3nXw7B#s9T4uHc2JdFqGi6Vabcdef';
  test.each([
    ['six characters behind a mask (claude 2.1.330)', '*********abcdef', '*********██████'],
    ['two characters behind a mask', '▪▪▪ef', '▪▪▪██'],
    ['one character behind a short mask', '**f', '**█'],
    ['the end of the half before the #', '••7B', '••██'],
    ['a mask cut from its end by a row', '│ ****│\n│ ef  │', '│ ****│\n│ ██  │'],
  ])('is covered when this is left of it: %s', (_what, shown, redacted) => {
    expect(knowing(secret).text(shown)).toBe(redacted);
  });

  test('is covered half by half', () => {
    expect(knowing(secret).text('state=s9T4uHc2JdFqGi6Vabcdef')).toBe(`state=${'█'.repeat(22)}`);
  });
});

describe('a secret that no one told the redactor about', () => {
  test('a token is covered by its shape, however it is cut', () => {
    fc.assert(
      fc.property(
        token,
        fc.integer({ min: 2, max: 120 }),
        fc.integer({ min: 0, max: 4 }),
        (secret, width, indent) => {
          const rows = cut(secret, width).map((part) => `${' '.repeat(indent)}${part}`);
          const redacted = new Redactor().rows(['', ...rows, '']);
          expect(redacted.join('').replace(/[█\s]/g, '')).toBe('');
        },
      ),
    );
  });

  test.each([
    ['sk-ant-api03-abc_DEF', '████████████████████'],
    ['x sk-a\n nt-oat01-abcdefgh end', 'x ████\n █████████████████ end'],
    ['nt-oat01-abcdefghijkl', '█████████████████████'],
    ['Authorization: Bearer abcdefgh.ijkl', 'Authorization: ██████ █████████████'],
    ['?code=abcdefghijkl&x=1', '?code=████████████&x=1'],
    ['code_verifier=abcdefghijkl', 'code_verifier=████████████'],
    ['"access_token": "abcdefghijkl"', '"access_token": "████████████"'],
    [`${'a'.repeat(24)}#${'b'.repeat(24)}`, '█'.repeat(49)],
  ])('%j', (shown, redacted) => {
    expect(new Redactor().text(shown)).toBe(redacted);
  });
});

describe('what is no secret stays', () => {
  const link =
    'https://claude.ai/oauth/authorize?code=true&client_id=9d1c250a-e61b-44d9&code_challenge=D8puE-RoLCSbB1wo6Iwl5jI&state=vJvJCp_kyQqquXqjj0sS24IEb7MaYwncSO4rM-WMPf8';
  test.each([
    link,
    'Paste code here if prompted >',
    '✘ OAuth error: That code wasn’t accepted.',
    'Updated config: ~/.openclaw/openclaw.json',
    '* a list\n* of things\n** bold **',
    '╭──────╮\n│ ▪ yes │\n╰──────╯',
  ])('%j', (text) => {
    expect(knowing('pEaZk8vYtQ0LrM3nXw7B#s9T4uHc2JdFqGi6Vabcdef').text(text)).toBe(text);
  });
});

test.each(['a', '*', 'sk-ant-', '#', '-', 'bearer ', 'a#', '?code='])(
  'a screen full of “%s” is redacted in no time',
  (unit) => {
    const rows = Array.from({ length: 250 }, () => unit.repeat(400).slice(0, 400));
    const redactor = knowing('a'.repeat(90));
    const began = performance.now();
    redactor.rows(rows);
    expect(performance.now() - began).toBeLessThan(1000);
  },
);
