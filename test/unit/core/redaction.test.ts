import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { PROVIDERS } from '../../../core/contract/providers.ts';
import { Redactor } from '../../../core/secrets/redaction.ts';
import { Secret } from '../../../core/secrets/secret.ts';
import { KEYS } from '../../support/provider-keys.ts';

/** Keys that begin as no word does, and those that are found only behind their names. */
const NAMELESS = new Set([
  'cohere',
  'mistral',
  'zai',
  'together (2)',
  'fireworks (2)',
  'minimax (2)',
  'venice (2)',
]);
const SAMPLES = Object.entries(KEYS).flatMap(([provider, keys]) =>
  keys.map((key, at) => [at === 0 ? provider : `${provider} (${at + 1})`, key] as const),
);

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

  test.each(SAMPLES.filter(([provider]) => !NAMELESS.has(provider)))(
    'a key of %s is covered by its shape, however it is cut, and nothing else is',
    (_, key) => {
      for (let width = 3; width <= 120; width += 1) {
        const rows = cut(key, width).map((part) => `  ${part}`);
        const redacted = new Redactor().rows(['the key: ', ...rows, '', '  of the customer']);
        expect(redacted.slice(1, -1).join('').replace(/[█\s]/g, '')).toBe('');
        expect([redacted[0], redacted.at(-1)]).toEqual(['the key: ', '  of the customer']);
      }
    },
  );

  test.each(SAMPLES)('a key of %s is covered behind its name', (_, key) => {
    for (const name of ['export X_API_KEY=', '"apiKey": "', 'x-api-key: ', 'Authorization: Bearer '])
      expect(new Redactor().text(`${name}${key}`)).not.toContain(key.slice(-8));
  });

  test.each(SAMPLES)('a key of %s that the redactor knows is covered in part as well', (_, key) => {
    for (let shown = 4; shown < key.length; shown += 7)
      expect(longestRun(knowing(key).text(`| ${key.slice(-shown)} |`), key)).toBeLessThan(4);
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
    'A risk-based task-management-and-desk-organising-thing, half_done, shelf_of_books_with_long_names',
    'OPENAI_API_KEY in ~/.openclaw/.env; no API key: none was found. AIza, hf_, gsk_ and sk- begin keys.',
    'accounts/fireworks/models/kimi-k2p6 groq/openai/gpt-oss-120b xai/grok-4.20-0309-non-reasoning',
    'pplx-sonar nvapi-docs csk- vck_ tgp_v1_ fw_update_firmware_now AQ.',
  ])('%j', (text) => {
    expect(knowing('pEaZk8vYtQ0LrM3nXw7B#s9T4uHc2JdFqGi6Vabcdef').text(text)).toBe(text);
  });
});

test.each([
  ...[
    'a',
    '*',
    'sk-ant-',
    '#',
    '-',
    'bearer ',
    'a#',
    '?code=',
    'sk-',
    'hf_',
    'api_key=',
    'api_key: a',
    'AQ.',
  ],
  ...Object.values(PROVIDERS).flatMap(({ starts }) => starts),
])('a screen full of “%s” is redacted in no time', (unit) => {
  const rows = Array.from({ length: 250 }, () => unit.repeat(400).slice(0, 400));
  const redactor = knowing('a'.repeat(90));
  const began = performance.now();
  redactor.rows(rows);
  expect(performance.now() - began).toBeLessThan(1000);
});
