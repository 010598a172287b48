import fc from 'fast-check';
import { foreignHost, wrongLink } from '../words.ts';

/** What a malicious box prints. Bytes, because some of it is not text. */
const count = fc.oneof(
  fc.integer({ min: 0, max: 500 }),
  fc.constantFrom(65_535, 65_536, 2 ** 31 - 1, 2 ** 31, 2 ** 32, 1e15),
);
const terminator = fc.constantFrom('\x07', '\x1b\\', '\u009c', '');
const times = fc.integer({ min: 1, max: 3_000 });

const foreignLink = fc.oneof(
  wrongLink,
  foreignHost.map((host) => `https://${host}/`),
);

const ownRow = wrongLink.map((link) => `\r\n${link}\r\n\r\n`);

const hyperlink = fc
  .tuple(
    fc.constantFrom('', 'id=1', 'id=;x=2'),
    foreignLink,
    terminator,
    fc.constantFrom('text', 'https://claude.ai/'),
  )
  .map(([params, uri, end, text]) => `\x1b]8;${params};${uri}${end}${text}\x1b]8;;${end}`);

const manyLinks = fc
  .tuple(foreignLink, fc.integer({ min: 30, max: 300 }))
  .map(([link, most]) => Array.from({ length: most }, (_, index) => `\x1b]8;;${link}${index}\x07x`).join(''));

/** Any control sequence with any parameters. */
const sequence = fc
  .tuple(
    fc.constantFrom('', '?', '>', '=', '<'),
    fc.array(count, { maxLength: 40 }),
    fc.constantFrom('', ' ', '!', '"', '$', "'", '#'),
    fc.constantFrom(...'@ABCDEFGHIJKLMPSTXZ`abcdefghilmnpqrstuvwxyz{|}~'),
    fc.constantFrom(';', ':'),
  )
  .map(([prefix, params, between, final, by]) => `\x1b[${prefix}${params.join(by)}${between}${final}`);

const escaped = fc
  .constantFrom(...'78=>cDEHMNOZno|}~#8(0(B)0*A%G%@', '#8', '(0', '(B', ')0', '%G', '%@')
  .map((end) => `\x1b${end}`);

const controlString = fc
  .tuple(
    fc.constantFrom(
      '\x1b]0;',
      '\x1b]8;;https://',
      '\x1b]52;c;',
      '\x1b]4;1;?',
      '\x1bPq',
      '\x1bP+q',
      '\x1bP$q',
      '\x1b_G',
      '\x1b^',
      '\x1bX',
      '\u009d8;;',
      '\u0090',
    ),
    fc.constantFrom('y', ';', '544e;', '\u0301', '\x1b]', '\n', 'ZXZpbA=='),
    times,
    fc.constantFrom('\x07', '\x1b\\', '\u009c', '\x18', '\x1b[m', ''),
  )
  .map(([start, unit, most, end]) => start + unit.repeat(most) + end);

const modes = fc.constantFrom(
  '\x1b[?2026h',
  '\x1b[?2026h\x1b[?2026l',
  '\x1b[?1049h',
  '\x1b[?1049l',
  '\x1b[?47h',
  '\x1b[?47l',
  '\x1b[?3h',
  '\x1b[?6h\x1b[2;4r',
  '\x1b[?7l',
  '\x1b[?69h\x1b[5;9s',
  '\x1b[4h',
  '\x1b[?2004h',
  '\x1b[8;10;20t',
  '\x1b[8;9999;9999t',
  '\x1b[21t',
  '\x1b[6n\x1b[c\x1b[>0q\x1b[?u',
  '\x0e',
  '\x0f',
  '\x1b[2J\x1b[H',
  '\x1b[3J',
);

const letters = fc
  .tuple(
    fc.constantFrom(
      '漢字',
      'e\u0301\u0302\u0303\u0304',
      '\u202etxt.exe',
      '\u200b\u2060\ufeff',
      '\u00ad',
      '👩‍👩‍👧',
      '\u{e0041}',
      '\u{1f1e6}',
      'ａ',
      '\u0600ع',
      '\u3164',
      '│',
      '█',
      '▌',
    ),
    fc.integer({ min: 1, max: 200 }),
  )
  .map(([letter, most]) => letter.repeat(most));

const words = fc.constantFrom(
  'https://',
  'h',
  'sk-ant-',
  'sk-ant-oat01-',
  `sk-ant-oat01-${'x'.repeat(399)}`,
  '#',
  `${'a'.repeat(30)}#`,
  '****',
  '?code=',
  'Bearer ',
  ' Paste code here if prompted > ',
  'Press Enter to retry',
  'OAuth error: status code 500',
  'Paste token for anthropic',
  'Auth profile: anthropic:manual',
  '\r\n'.repeat(300),
);

const notText = fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes));

const text = fc.oneof(
  ownRow,
  hyperlink,
  manyLinks,
  foreignLink,
  sequence,
  escaped,
  controlString,
  modes,
  letters,
  words,
);

export const hostile: fc.Arbitrary<Buffer> = fc.oneof(
  { weight: 9, arbitrary: text.map((printed) => Buffer.from(printed)) },
  { weight: 1, arbitrary: notText },
);
