import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { findLinks } from '../../../worker/terminal/links.ts';
import { recordedStarts } from '../../support/recordings.ts';
import { screenOf } from './fake-pty.ts';

const WIDTHS = [40, 41, 64, 79, 80, 81, 100, 120, 132, 200, 341, 342, 343, 346, 400, 999, 1000];
const SHORT = 'https://claude.ai/oauth/authorize?IxIHfNjf1PpKgAjyE_ft6_zlzdwht7GGf7_mcDbhis5w';
const FULL =
  'https://claude.com/cai/oauth/authorize?code=true&client_id=9d1c250a-e61b-44d9-88ed-5944d1962f5e&response_type=code&redirect_uri=https%3A%2F%2Fplatform.claude.com%2Foauth%2Fcode%2Fcallback&scope=user%3Ainference&code_challenge=a0P6IxzX73qutzTgPY5ubxOCGrsDXN70DCuG04uzGY8&code_challenge_method=S256&state=FeKAk8zDF_MSSsU0MKei2CjXIpAhUmOj6JyBfhkKdrQ';

function cut(text: string, width: number): string[] {
  return text.match(new RegExp(`.{1,${width}}`, 'g')) ?? [];
}

const before = 'Use the url below to sign in:\r\n\r\n';
const after = '\r\n\r\n\r\n Paste code here if prompted >';

/** How programs show a link, at some width. */
const SHOWN: Record<string, (link: string, width: number) => string> = {
  'wrapped by the terminal': (link) => before + link + after,
  'wrapped by the terminal, in colour': (link) => `${before}\x1b[2m${link}\x1b[22m${after}`,
  'cut by the program': (link, width) => before + cut(link, width).join('\r\r\n') + after,
  'cut by the program, colours around each row (2.1.36)': (link, width) =>
    before +
    cut(link, width)
      .map((row) => `\x1b[38;5;246m${row}\x1b[39m`)
      .join('\r\r\n') +
    after,
  'cut behind two spaces of indent': (link, width) =>
    before +
    cut(link, width - 2)
      .map((row) => `  ${row}`)
      .join('\r\n') +
    after,
  'cut with a margin on both sides': (link, width) =>
    before +
    cut(link, width - 4)
      .map((row) => `  ${row}`)
      .join('\r\n') +
    after,
  'cut, the first row without the indent': (link, width) =>
    before +
    [link.slice(0, width), ...cut(link.slice(width), width - 1).map((row) => ` ${row}`)].join('\r\n') +
    after,
  'in a frame': (link, width) => {
    const rows = cut(link, width - 4).map((row) => `│ ${row.padEnd(width - 4)} │`);
    return `${before}╭${'─'.repeat(width - 2)}╮\r\n${rows.join('\r\n')}\r\n╰${'─'.repeat(width - 2)}╯${after}`;
  },
  'right above the prompt, no blank row between': (link, width) =>
    `${before}${cut(link, width).join('\r\n')}\r\nPaste code here if prompted >`,
  'placed with cursor moves': (link, width) =>
    cut(link, width)
      .map((row, index) => `\x1b[${index + 3};1H${row}`)
      .join('') + after,
};

describe.each(Object.entries(SHOWN))('a link %s is found whole', (_how, show) => {
  test.each(WIDTHS)('at %d columns', async (columns) => {
    for (const link of [SHORT, FULL]) {
      const screen = await screenOf(show(link, columns), { columns, rows: 50 });
      expect(findLinks(screen)[0]).toBe(link);
    }
  });
});

test('a link that ends exactly at the right edge takes nothing of the next row', async () => {
  const link = 'https://claude.ai/oauth/authorize?Ixyz';
  for (const next of ['Paste code here', '', '> prompt', '╭────╮', '(press c to copy)', '✔ done']) {
    const screen = await screenOf(`${link}\r\n${next}\r\nmore`, { columns: link.length });
    expect(findLinks(screen)[0]).toBe(link);
  }
});

test('where the rows leave the end open, both readings are candidates', async () => {
  const link = 'https://claude.ai/oauth/authorize?Ixyz';
  const screen = await screenOf(`${link}\r\nDone\r\n`, { columns: link.length });
  expect(findLinks(screen)).toEqual(expect.arrayContaining([link, `${link}Done`]));
});

test('a link cut by the program far from the edge is among the candidates', async () => {
  for (const width of [50, 60, 72]) {
    const screen = await screenOf(before + cut(FULL, width).join('\r\n') + after, { columns: 400 });
    expect(findLinks(screen)).toContain(FULL);
  }
});

test('sentence punctuation after a link is no part of it', async () => {
  expect(findLinks(await screenOf(`Open (${SHORT}). Then`, { columns: 200 }))[0]).toBe(SHORT);
});

test('a link inside another link is not found by itself', async () => {
  const outer = `https://evil.example/?next=${SHORT}`;
  for (const columns of [40, 80, 200]) {
    const links = findLinks(await screenOf(outer, { columns }));
    expect(links[0]).toBe(outer);
    expect(links).not.toContain(SHORT);
  }
});

test('a link whose first column is overwritten (2.1.197, after typing) is not found', async () => {
  expect(findLinks(await screenOf(`${SHORT}\x1b[1;1H `, { columns: 200 }))).toEqual([]);
});

describe('a hyperlink (OSC 8)', () => {
  test('is its URI, no matter what text is shown for it', async () => {
    const screen = await screenOf(`\x1b]8;id=1;${FULL}\x07Click here\x1b]8;;\x07`);
    expect(findLinks(screen)).toEqual([FULL]);
  });

  test('comes before a different link in its text', async () => {
    const screen = await screenOf(`\x1b]8;;https://evil.example/\x1b\\${SHORT}\x1b]8;;\x1b\\`, {
      columns: 200,
    });
    expect(findLinks(screen)).toEqual(['https://evil.example/', SHORT]);
  });

  test('that was drawn last comes first', async () => {
    const screen = await screenOf(
      '\x1b]8;;https://a.example\x07a\x1b]8;;\x07 \x1b]8;;https://b.example\x07b\x1b]8;;\x07',
    );
    expect(findLinks(screen)).toEqual(['https://b.example', 'https://a.example']);
  });

  test('is bounded in number and length', async () => {
    const many = Array.from({ length: 500 }, (_, index) => `\x1b]8;;https://x.example/${index}\x07`).join('');
    const screen = await screenOf(`${many}\x1b]8;;https://x.example/${'y'.repeat(5000)}\x07`);
    expect(screen.hyperlinks.length).toBe(32);
    expect(screen.hyperlinks.at(-1)).toBe('https://x.example/499');
  });

  test.each(['javascript:alert(1)', 'file:///etc/passwd', 'data:text/html,x', ''])(
    'to %j is none',
    async (uri) => {
      expect(findLinks(await screenOf(`\x1b]8;;${uri}\x07text\x1b]8;;\x07`))).toEqual([]);
    },
  );
});

describe('the bytes of the real claude', () => {
  test.each(recordedStarts)(
    '$version at $columns columns: one whole link, however the bytes are chunked',
    async ({ version, columns, bytes }) => {
      const [link] = findLinks(await screenOf([bytes], { columns, rows: 50 }));
      expect(link).toMatch(
        version === '2.1.330'
          ? /^https:\/\/claude\.ai\/oauth\/authorize\?I[\w-]{43}$/
          : /^https:\/\/claude\.(ai|com\/cai)\/oauth\/authorize\?code=true&.*&state=[\w-]{43}$/,
      );
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 40 }),
          async (sizes) => {
            const screen = await screenOf(chunked(bytes, sizes), { columns, rows: 50 });
            expect(findLinks(screen)[0]).toBe(link);
          },
        ),
        { numRuns: 15 },
      );
    },
  );
});

function chunked(bytes: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] as number;
    chunks.push(bytes.subarray(at, at + size));
    at += size;
  }
  return chunks;
}

test('a screen full of links and h is read in no time', async () => {
  for (const unit of ['h', 'https://', 'http://a ', 'https://a.example/']) {
    const screen = await screenOf(unit.repeat(20_000), { columns: 400, rows: 50 });
    const began = performance.now();
    findLinks(screen);
    expect(performance.now() - began).toBeLessThan(1000);
  }
});
