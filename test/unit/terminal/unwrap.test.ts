import { describe, expect, test } from '@jest/globals';
import type { Screen } from '../../../worker/terminal/screen.ts';
import { unwrap } from '../../../worker/terminal/unwrap.ts';
import { screenOf } from './fake-pty.ts';

const TOKEN = `sk-ant-oat01-${'pEaZk8vYtQ0LrM3nXw7Bs9T4uHc2JdFqGi6V-_'.repeat(3).slice(0, 95)}`;
const TOKEN_CHARACTER = /[\w-]/;

function read(screen: Screen) {
  const row = screen.rows.findIndex(({ text }) => text.includes('sk-ant-'));
  return unwrap(screen, { row, column: screen.rows[row]?.text.indexOf('sk-ant-') ?? 0 }, TOKEN_CHARACTER);
}

/** The token behind one space, cut at the terminal's edge, as claude shows it. */
function shown(token: string, columns: number, after = '\r\n\r\n Store this token securely.\r\n'): string {
  const rows = token.match(new RegExp(`.{1,${columns - 1}}`, 'g')) ?? [];
  return ` Your OAuth token:\r\n\r\n${rows.map((row) => ` ${row}`).join('\r\n')}${after}`;
}

describe('a token', () => {
  test.each([40, 55, 80, 100, 108, 109, 110, 120, 400, 1000])(
    'is read whole at %d columns',
    async (columns) => {
      const screen = await screenOf(shown(TOKEN, columns), { columns, ended: false });
      expect(read(screen)).toMatchObject({ text: TOKEN, complete: true });
    },
  );

  test.each([40, 80, 100, 400])(
    'takes nothing of the next sentence at %d columns, with no blank row between',
    async (columns) => {
      const screen = await screenOf(shown(TOKEN, columns, '\r\n Store this token securely.\r\n'), {
        columns,
      });
      expect(read(screen)).toMatchObject({ text: TOKEN, complete: true });
    },
  );

  test('that fills its row to the edge, with a sentence right below, is not called complete', async () => {
    const screen = await screenOf(shown(TOKEN, 109, '\r\n Store this token securely.\r\n'), { columns: 109 });
    expect(read(screen)).toMatchObject({ text: TOKEN, complete: false });
  });

  test('is not complete while it is being drawn', async () => {
    const output = shown(TOKEN, 100);
    const start = output.indexOf('sk-ant-');
    for (let length = 1; length < TOKEN.length + 3; length += 1) {
      const screen = await screenOf(output.slice(0, start + length), { columns: 100, ended: false });
      if (!screen.text.includes('sk-ant-')) continue;
      expect(read(screen).complete).toBe(false);
    }
  });

  test('at the very end of the output is complete once the program has ended', async () => {
    const output = shown(TOKEN, 100, '');
    expect(read(await screenOf(output, { columns: 100, ended: false })).complete).toBe(false);
    expect(read(await screenOf(output, { columns: 100 }))).toMatchObject({ text: TOKEN, complete: true });
  });

  test('that ends far from the edge above a single word is not called complete', async () => {
    const screen = await screenOf(` ${TOKEN}\r\n Done\r\n\r\n`, { columns: 200 });
    expect(read(screen)).toMatchObject({ text: TOKEN, complete: false });
  });

  test('is read in a frame', async () => {
    const rows = (TOKEN.match(/.{1,36}/g) ?? []).map((row) => `│ ${row.padEnd(36)} │`);
    const screen = await screenOf(`╭${'─'.repeat(38)}╮\r\n${rows.join('\r\n')}\r\n╰${'─'.repeat(38)}╯\r\n`, {
      columns: 40,
    });
    expect(read(screen)).toMatchObject({ text: TOKEN, complete: true });
  });

  test('that the terminal wrapped is read whole', async () => {
    const screen = await screenOf(`Token: ${TOKEN}\r\n\r\nStore this\r\n`, { columns: 60 });
    expect(read(screen)).toMatchObject({ text: TOKEN, complete: true, end: { row: 1, column: 55 } });
  });
});
