import { describe, expect, test } from '@jest/globals';
import { checkCode } from '../../../core/contract/code.ts';
import { CHALLENGE, fullLink, random43, SHORT_LINK, STATE } from '../../support/links.ts';

const CODE = 'fKwD0uB5jmp1DAgTcDOLPxcBqYVZ0hWe2CPW0I8HW7yJz3ay';
const WHOLE = `${CODE}#${STATE}`;
const link = { url: 'https://claude.com/…', challenge: CHALLENGE, state: STATE };
const shortLink = { url: SHORT_LINK, challenge: CHALLENGE, state: undefined };

/** What a paste is taken as, or the catalogue code that it ends in. */
function read(pasted: string, of: typeof link | typeof shortLink = link): string {
  const check = checkCode(pasted, of);
  return check.ok ? check.code : check.error;
}

const callback = (query: string, host = 'platform.claude.com') =>
  `https://${host}/oauth/code/callback${query}`;

describe('a whole code is taken', () => {
  test.each([
    ['as it is', WHOLE],
    ['with blanks and a newline around it', `  ${WHOLE} \r\n`],
    ['in double quotes', `"${WHOLE}"`],
    ['in single quotes and backquotes', `\`'${WHOLE}'\``],
    ['in angle brackets, as mail programs write links', `<${WHOLE}>`],
    ['with zero-width characters around it', `\u200b\ufeff${WHOLE}\u200d\u2060`],
    ['with no-break spaces around it', `\u00a0${WHOLE}\u00a0`],
    ['as the callback page’s address', callback(`?code=${CODE}&state=${STATE}`)],
    [
      'as the older callback page’s address',
      callback(`?code=${CODE}&state=${STATE}`, 'console.anthropic.com'),
    ],
    ['as an address with the state behind #', callback(`?code=${CODE}#${STATE}`)],
    [
      'as the older address with the state behind #',
      callback(`?code=${CODE}#${STATE}`, 'console.anthropic.com'),
    ],
    ['as an address with more in it', ` "${callback(`?x=1&state=${STATE}&code=${CODE}`)}"\n`],
  ])('%s', (_, pasted) => {
    expect(read(pasted, link)).toBe(WHOLE);
  });

  test.each(['hf_', 'fw_', 'gsk_', 'AIza'])('although it begins as a key does: %s', (start) => {
    const code = `${start}${CODE.slice(start.length)}#${STATE}`;
    expect(read(code, link)).toBe(code);
    expect(read(`"${code}"`)).toBe(code);
    expect(read(`sk-ant-${code.slice(7)}`, link)).toBe('code_is_key');
  });

  const cut = `${CODE.slice(0, 30)}\n  ${CODE.slice(30)}#${STATE}`;

  test.each([
    ['as the query string alone', `code=${CODE}&state=${STATE}`],
    ['as the query string with its question mark', `?code=${CODE}&state=${STATE}`],
    ['as the query string in other order', `state=${STATE}&code=${CODE}`],
    ['as an address without https://', callback(`?code=${CODE}&state=${STATE}`).replace('https://', '')],
    ['as an address cut in two rows', callback(`?code=${CODE.slice(0, 9)}\n${CODE.slice(9)}&state=${STATE}`)],
    ['cut in two rows, the second indented', cut],
    ['cut in two rows, pasted into a field (a line break becomes a blank)', cut.replace('\n', ' ')],
    ['cut at the #', `${CODE}\r\n#${STATE}`],
    ['with blanks around the #', `${CODE} # ${STATE}`],
    ['cut into many rows', WHOLE.replaceAll(/.{10}/g, '$&\n')],
    ['with a zero-width space inside', `${CODE.slice(0, 9)}\u200b${CODE.slice(9)}#${STATE}`],
    ['behind its label', `Authentication code: ${WHOLE}`],
    ['below its label', `Authentication Code:\n${WHOLE}`],
    ['behind a label of a few words', `Paste this code into Claude Code: ${cut}`],
    ['in typographic quotes', `“${WHOLE}”`],
    ['at the end of a sentence', `${WHOLE}.`],
    ['with the # written as %23', `${CODE}%23${STATE}`],
  ])('%s', (_, pasted) => {
    expect(read(pasted, link)).toBe(WHOLE);
  });

  test('with any state where the link has none (short form of 2.1.330)', () => {
    const other = `${CODE}#${random43()}`;
    expect(read(other, shortLink)).toBe(other);
  });
});

describe('a whole code with words beside it is taken alone', () => {
  test.each([
    ['words behind it', `${WHOLE} then paste it`],
    ['words before it', `here is my code ${WHOLE}`],
    ['words on both sides', `here is my code ${WHOLE}, then paste it`],
    ['words in other rows', `Paste this into Claude Code\n${WHOLE}\nand press Enter`],
    ['one word before it', `code ${WHOLE}`],
    ['one word behind it', `${WHOLE} thanks`],
    ['a label behind it', `${WHOLE} is the code: thanks`],
    ['quotes and words', `my code is “${WHOLE}”!`],
    ['blanks around the # and words', `it says ${CODE} # ${STATE} there`],
    ['words and the callback page’s address', `it is at ${callback(`?code=${CODE}&state=${STATE}`)} now`],
    ['words and the query', `it is code=${CODE}&state=${STATE} now`],
    ['words, and the # as %23', `it is ${CODE}%23${STATE} now`],
    ['a zero-width space inside and words', `it is ${CODE.slice(0, 3)}\u200b${CODE.slice(3)}#${STATE} now`],
    ['an invisible mark behind the label', `Code:\u200e${WHOLE}`],
  ])('%s', (_, pasted) => {
    expect(read(pasted)).toBe(WHOLE);
    expect(read(pasted, shortLink)).toBe(WHOLE);
  });

  test.each([
    ['cut into two rows', `here is my code ${CODE.slice(0, 20)}\n${CODE.slice(20)}#${STATE}`],
    [
      'cut into many rows, words on both sides',
      `Hello, it says: ${WHOLE.replaceAll(/.{10}/g, '$& ')} thanks!`,
    ],
    ['cut within its state', `the code: ${CODE}#${STATE.slice(0, 12)}\n${STATE.slice(12)}`],
    ['as two rows without the #', `${CODE}\n${STATE}`],
    ['as two rows with words before them', `code\n${CODE}\n${STATE}\nbye`],
  ])('%s, where the link says how it ends', (_, pasted) => {
    expect(read(pasted)).toBe(WHOLE);
  });

  test('but not where a row of it may be missing', () => {
    expect(read(`Xy9 ${CODE.slice(0, 20)} ${CODE.slice(20)}#${STATE} ok`)).toBe('code_malformed');
  });

  test('of two codes, the one of this link', () => {
    expect(read(`old: ${CODE}#${random43()} new: ${WHOLE}`)).toBe(WHOLE);
    expect(read(`old: ${CODE}#${random43()} new: ${WHOLE}`, shortLink)).not.toContain(CODE);
  });

  test.each([
    ['without its state’s end', `here is my code ${WHOLE.slice(0, -5)}`],
    ['with too short a code', `here is my code abc#${STATE} thanks`],
    [
      'cut into rows that may have another before them',
      `here is my XCode ${CODE.slice(0, 20)}\n${CODE.slice(20)}#${STATE}`,
    ],
    ['with both halves short', 'here is my code abc#def'],
    ['without a code', 'I got 3 errors'],
  ])('a sentence %s is code_malformed', (_, pasted) => {
    expect(read(pasted)).toBe('code_malformed');
    expect(read(pasted, shortLink)).toBe('code_malformed');
  });

  test('two words that no code is made of are not put together to one', () => {
    expect(read('code abc1#def2', shortLink)).toBe('code_incomplete');
  });
});

test('a code that is cut into rows, wherever, is one code again', () => {
  for (const code of [CODE, random43(), 'C'.repeat(130)])
    for (const label of ['', 'Authentication code:\n', 'Authentication code: '])
      for (let width = label.length + 1; width < 200; width += 1) {
        const whole = `${code}#${STATE}`;
        const first = width - (label.endsWith(' ') ? label.length : 0);
        const rows = [
          whole.slice(0, first),
          ...(whole.slice(first).match(RegExp(`.{1,${width}}`, 'g')) ?? []),
        ];
        for (const cut of ['\n', ' ', '\r\n  ']) {
          expect([width, read(label + rows.join(cut), link)]).toEqual([width, whole]);
          expect([width, read(label + rows.join(cut), shortLink)]).toEqual([width, whole]);
        }
      }
});

describe('a part of a code is code_incomplete', () => {
  test.each([
    ['nothing', ''],
    ['blanks', ' \t\n '],
    ['no #', CODE],
    ['nothing behind the #', `${CODE}#`],
    ['nothing before the #', `#${STATE}`],
    ['only the #', '#'],
    ['the state cut by five', WHOLE.slice(0, -5)],
    ['the state cut to ten', `${CODE}#${STATE.slice(0, 10)}`],
    ['the state cut to one', `${CODE}#${STATE.slice(0, 1)}`],
    ['an address without a state', callback(`?code=${CODE}`)],
    ['an address without a code', callback(`?state=${STATE}`)],
    ['an address with an empty code', callback(`?code=&state=${STATE}`)],
    ['an address with the state cut', callback(`?code=${CODE}&state=${STATE.slice(0, 20)}`)],
  ])('%s', (_, pasted) => {
    expect(read(pasted)).toBe('code_incomplete');
  });
});

describe('what is something else is named for what it is', () => {
  test.each([
    ['the digits that Anthropic mails', '123456', 'code_is_mailed'],
    ['the same with a blank', ' 123 456 ', 'code_is_mailed'],
    ['the same with a dash', '123-456', 'code_is_mailed'],
    ['the same behind a label', 'Your verification code: 123456', 'code_is_mailed'],
    ['a token', `sk-ant-oat01-${'x'.repeat(95)}`, 'code_is_token'],
    ['a key of Hugging Face', `hf_${'aB3'.repeat(11)}x`, 'code_is_key'],
    ['a key of Google in quotes', `"AIza${'aB3'.repeat(11)}xy"`, 'code_is_key'],
    ['a key that could be of several', `sk-${'aB3'.repeat(16)}`, 'code_is_key'],
    ['a token cut in two rows', `sk-ant-oat01-${'x'.repeat(60)}\n ${'x'.repeat(35)}`, 'code_is_token'],
    ['a token broken inside its first letters', `sk-ant-o\nat01-${'x'.repeat(95)}`, 'code_is_token'],
    ['a token in a sentence', `this is what I have sk-ant-oat01-${'x'.repeat(95)}`, 'code_is_token'],
    ['a session of a browser', `sk-ant-sid01-${'aB3-'.repeat(22)}`, 'code_is_token'],
    ['a token that renews one', `sk-ant-ort01-${'x'.repeat(95)}`, 'code_is_token'],
    ['an API key', `sk-ant-api03-${'x'.repeat(95)}`, 'code_is_key'],
    [
      'a token as it is exported',
      `export CLAUDE_CODE_OAUTH_TOKEN=sk-ant-oat01-${'x'.repeat(95)}`,
      'code_is_token',
    ],
    ['the short sign-in link', SHORT_LINK, 'code_is_link'],
    ['the full sign-in link', fullLink(), 'code_is_link'],
    ['the full sign-in link, cut in rows', fullLink().replaceAll(/.{80}/g, '$&\n'), 'code_is_link'],
    ['the sign-in link without https://', SHORT_LINK.replace('https://', ''), 'code_is_link'],
  ])('%s', (_, pasted, error) => {
    expect(read(pasted)).toBe(error);
    expect(read(pasted, shortLink)).toBe(error);
  });
});

describe('what no code looks like is code_malformed', () => {
  test.each([
    ['a question', 'how do I sign in?'],
    ['a sentence', 'how do I sign in'],
    ['an e-mail address', 'somebody@example.com'],
    ['two codes', `${WHOLE} ${WHOLE}`],
    [
      'an address of another host without https://',
      `evil.com/oauth/code/callback?code=${CODE}&state=${STATE}`,
    ],
    ['two #', `${WHOLE}#x`],
    ['an escape sequence', `\x1b[201~${WHOLE}`],
    ['the end of a bracketed paste', `${CODE}\x1b[201~\r#${STATE}`],
    ['a NUL', `${CODE}\0#${STATE}`],
    ['Ctrl-C', `\x03${WHOLE}`],
    ['a C1 control character', `${CODE}\x9b#${STATE}`],
    ['letters of another script', `сode${CODE}#${STATE}`],
    ['a shell’s characters', `$(reboot)#${STATE}`],
    ['an address of another host', `https://evil.com/oauth/code/callback?code=${CODE}&state=${STATE}`],
    [
      'an address on a look-alike host',
      callback(`?code=${CODE}&state=${STATE}`, 'platform.claude.com.evil.com'),
    ],
    ['an address with another path', `https://platform.claude.com/other?code=${CODE}&state=${STATE}`],
    ['a plain http address', callback(`?code=${CODE}&state=${STATE}`).replace('https', 'http')],
    ['an address whose code holds a #', callback(`?code=${CODE}%23x&state=${STATE}`)],
    ['an address whose code holds Enter', callback(`?code=${CODE}%0d&state=${STATE}`)],
    ['ten kilobytes', 'x'.repeat(10_240)],
    ['ten kilobytes around a #', `${'x'.repeat(5_120)}#${'y'.repeat(5_120)}`],
    ['a half of 600', `${'x'.repeat(600)}#${STATE}`],
    ['a megabyte of blanks', `x${' '.repeat(1_000_000)}x`],
  ])('%s', (_, pasted) => {
    expect(read(pasted)).toBe('code_malformed');
  });
});

describe('a code of another link', () => {
  test.each([
    ['with another state', `${CODE}#${random43()}`],
    ['with a longer state', `${WHOLE}x`],
    ['with a state that only ends alike', `${CODE}#${STATE.slice(5)}`],
    ['with a state in other case', `${CODE}#${STATE.toLowerCase()}`],
    ['as an address', callback(`?code=${CODE}&state=${random43()}`)],
  ])('%s is code_from_other_link', (_, pasted) => {
    expect(read(pasted)).toBe('code_from_other_link');
  });
});
