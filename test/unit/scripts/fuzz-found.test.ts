import { describe, expect, test } from '@jest/globals';
import { Redactor } from '../../../core/secrets/redaction.ts';
import { Secret } from '../../../core/secrets/secret.ts';
import { Frames } from '../../../worker/terminal/frames.ts';
import { findLinks } from '../../../worker/terminal/links.ts';
import { Screen } from '../../../worker/terminal/screen.ts';
import { screenOf } from '../terminal/fake-pty.ts';

/** What the fuzz has found, each as the smallest case. */
const TOKEN = `sk-ant-oat01-${'Zy9_w-Q4'.repeat(11)}abcdefg`;
const CODE = `${'pEaZk8vYtQ0LrM3nXw7B'.repeat(2)}#${'s9T4uHc2JdFqGi6Vabcde'.repeat(2)}`;

function knowing(secret: string): Redactor {
  const redactor = new Redactor();
  redactor.add(new Secret(secret));
  return redactor;
}

/** A text as three kinds of chunks: of one byte, of two, and in one. */
const cuts = (text: string) =>
  [1, 2, 1_000_000].map((size) => {
    const bytes = Buffer.from(text);
    return Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
      bytes.subarray(at * size, (at + 1) * size),
    );
  });

describe('a character that the end of a chunk cuts is drawn', () => {
  test.each(['…', '’', '•', '─', 'é', '漢', '😀'])('%s', async (letter) => {
    for (const chunks of cuts(`a${letter}b${letter}${letter}c`))
      expect((await screenOf(chunks)).rows[0]?.text).toBe(`a${letter}b${letter}${letter}c`);
  });

  test('also where one chunk is more than the emulator takes at once', async () => {
    const text = '…'.repeat(5_000);
    const screen = await screenOf([Buffer.from(text)], { columns: 400, rows: 20 });
    expect(screen.text.trimEnd()).toBe(text);
  });
});

describe('a secret is covered', () => {
  const marked = (mark: string) => [...TOKEN].join(mark);
  test.each([
    ['with marks on its letters', '\u0301'],
    ['with zero-width blanks between', '\u200b'],
    ['with soft hyphens between', '\u00ad'],
    ['with tags between', '\u{e0041}'],
    ['with NULs between', '\0'],
  ])('%s, known or not', (_, mark) => {
    for (const redactor of [new Redactor(), knowing(TOKEN)]) {
      const redacted = redactor.text(`x ${marked(mark)} y`);
      expect(redacted).toHaveLength(marked(mark).length + 4);
      expect(redacted.replaceAll(mark, '')).toBe(`x ${'█'.repeat(TOKEN.length)} y`);
    }
  });

  test('in a recording, which leaves out what is unseen', async () => {
    const screen = await screenOf(marked('\u00ad'), { columns: 300 });
    const drawing = new Frames(knowing(TOKEN)).next(screen);
    expect(drawing).toContain('█'.repeat(TOKEN.length));
  });

  test.each(['▌', '▏', '▐', '▕', '\u3000'])('between bars and blanks such as %s', (bar) => {
    const rows = (TOKEN.match(/.{1,3}/g) ?? []).map((part) => `${bar} ${part} ${bar}`);
    for (const redactor of [new Redactor(), knowing(TOKEN)])
      expect(redactor.rows(rows).join('')).not.toMatch(/[\w-]/);
  });

  test.each([
    ['a code behind half of itself', `${CODE.split('#')[0]}#${CODE}`],
    ['a code twice', `${CODE}${CODE}`],
    ['a token behind much of its shape', `sk-ant-${'x'.repeat(399)}${TOKEN}`],
    ['a token whose start is out of sight, behind much', `oat01-${'x'.repeat(500)}`],
  ])('%s', (_, text) => {
    expect(new Redactor().text(text)).toBe('█'.repeat(text.length));
  });

  test('a bearer’s token on the next row', () => {
    expect(new Redactor().text('Authorization: Bearer\nabcdefgh.ijkl')).toBe(
      'Authorization: ██████\n█████████████',
    );
  });
});

describe('a screen full of links is looked through in bounded steps', () => {
  test.each([
    ['short ones', 'https://a ', 400],
    ['ones that go on over all rows', `(https://a.example/${'x'.repeat(30)}`, 120],
    ['the same in a narrow terminal', `(https://a.example/${'x'.repeat(30)}`, 40],
  ])('%s', async (_, unit, columns) => {
    const drawn = await screenOf(unit.repeat((columns * 300) / unit.length), { columns, rows: 60 });
    let reads = 0;
    const rows = drawn.rows.map(({ text, wrapped }) => ({
      get text() {
        reads += 1;
        return text;
      },
      wrapped,
    }));
    const links = findLinks(new Screen({ ...drawn, rows }));
    expect(links.length).toBeLessThanOrEqual(256);
    expect(reads).toBeLessThan(5_000);
  });

  test('and a good one among a hundred others is found', async () => {
    const screen = await screenOf(`${'https://a.example/ '.repeat(100)}\r\n\r\nhttps://claude.ai/x\r\n`, {
      columns: 40,
    });
    expect(findLinks(screen)).toContain('https://claude.ai/x');
  });
});
