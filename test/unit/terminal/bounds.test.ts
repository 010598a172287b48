import { describe, expect, test } from '@jest/globals';
import { ControlStrings } from '../../../worker/terminal/control-strings.ts';
import { attach, drawn, screenOf, soon } from './fake-pty.ts';

const MIB = 1024 * 1024;
const never = () => undefined;

/** Some MiB of a unit, in chunks as a PTY gives them; `maxBytes` below is smaller, to be quick. */
function* flood(unit: string, start = '', total = 4 * MIB): Generator<Buffer> {
  if (start) yield Buffer.from(start);
  const chunk = Buffer.from(unit.repeat(Math.ceil(64_000 / Buffer.byteLength(unit))));
  for (let sent = 0; sent < total; sent += chunk.length) yield chunk;
}

const FLOODS: readonly [string, string, string][] = (
  [
    ['lines', 'y\r\n'],
    ['one line without end', 'y'],
    ['an endless OSC', 'y', '\x1b]0;'],
    ['an endless hyperlink', 'y', '\x1b]8;;https://'],
    ['an endless DCS', 'y', '\x1bP+q'],
    ['an endless DCS, 8-bit', 'y', '\u0090'],
    ['an endless APC', 'y', '\x1b_'],
    ['marks piled on one cell', '\u0301', 'e'],
    ['marks piled on every cell', 'e\u0301\u0302\u0303\u0304\u0305'],
    ['the alternate screen, to and fro', '\x1b[?1049h\x1b[?1049l'],
    ['clearing', '\x1b[2J\x1b[3J'],
    ['a scroll region', '\x1b[S', '\x1b[1;24r'],
    ['inserted rows', '\x1b[24L'],
    ['wide characters', '漢'],
    ['titles', '\x1b]0;title\x07\x1b[22t'],
    ['underline colours', '\x1b[4:3;58:2::1:2:3mx'],
    ['broken UTF-8', '\xff\xfe'],
  ] as [string, string, string?][]
).map(([name, unit, start]) => [name, unit, start ?? '']);

describe('a box that floods', () => {
  test.each(FLOODS)('with %s ends in box_flooded, within bounded memory', async (_with, unit, start) => {
    const { pty, terminal } = attach({ columns: 400, rows: 50, maxBytes: MIB });
    const waiting = expect(terminal.waitFor('anything', never, soon(60_000))).rejects.toMatchObject({
      code: 'box_flooded',
    });
    const before = process.memoryUsage.rss();
    let highest = before;
    for (const chunk of flood(unit, start)) {
      if (pty.closed > 0) break;
      pty.print(chunk);
      while (pty.paused > pty.resumed) await new Promise((resolve) => setTimeout(resolve, 1));
      highest = Math.max(highest, process.memoryUsage.rss());
    }
    await waiting;
    await terminal.ended;
    expect(pty.closed).toBeGreaterThan(0);
    expect(highest - before).toBeLessThan(50 * MIB);
  });

  test('with hyperlink ids ends too, and each is kept only while it is among the last', async () => {
    const { pty, terminal } = attach({ maxBytes: MIB });
    const waiting = expect(terminal.waitFor('x', never, soon(60_000))).rejects.toMatchObject({
      code: 'box_flooded',
    });
    for (let id = 0; id < 400_000 && pty.closed === 0; id += 1000) {
      const links = Array.from(
        { length: 1000 },
        (_, index) => `\x1b]8;id=${id + index};https://x.example/${id + index}\x07a`,
      );
      pty.print(links.join(''));
      while (pty.paused > pty.resumed) await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await waiting;
  });

  test('is told from one that turns a spinner for a long time', async () => {
    const { pty, terminal } = attach({ maxBytes: 10_000 });
    const frame = `\x1b[1;1H${'*'.repeat(90)}`;
    for (let turn = 0; turn < 40; turn += 1) {
      pty.print(frame.repeat(3));
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(pty.closed).toBe(0);
    await terminal.close();
  });

  test('makes later waits fail at once', async () => {
    const { pty, terminal } = attach({ maxBytes: 1000 });
    pty.print('x'.repeat(2000));
    await expect(terminal.waitFor('x', never, soon())).rejects.toMatchObject({ code: 'box_flooded' });
    expect(pty.closed).toBe(1);
  });
});

describe('a short sequence that asks for endless work', () => {
  test.each([
    '\x1b[2147483647b',
    '\x1b[2147483647L',
    '\x1b[2147483647M',
    '\x1b[2147483647S',
    '\x1b[2147483647T',
    '\x1b[2147483647I',
    '\x1b[2147483647Z',
    '\x1b[2147483647@',
    '\x1b[2147483647P',
    '\x1b[2147483647X',
    '\x1b[2147483647A',
    "\x1b[2147483647'}",
  ])('%j costs nothing', async (sequence) => {
    const began = performance.now();
    const screen = await screenOf(`before x${sequence}\r\n\x1b[5;1Hafter`, { columns: 100 });
    expect(performance.now() - began).toBeLessThan(500);
    expect(screen.text).toContain('after');
  });

  test('REP within a row still works', async () => {
    expect((await screenOf('x\x1b[9b')).rows[0]?.text).toBe('xxxxxxxxxx');
  });
});

describe('control strings', () => {
  const filtered = (...chunks: string[]) => {
    const strings = new ControlStrings();
    return chunks.map((chunk) => Buffer.from(strings.filter(Buffer.from(chunk))).toString()).join('');
  };
  const long = 'x'.repeat(20_000);

  test.each([
    ['OSC ended by BEL', `a\x1b]0;${long}\x07b`],
    ['OSC ended by ST', `a\x1b]0;${long}\x1b\\b`],
    ['DCS', `a\x1bPq${long}\x1b\\b`],
    ['APC', `a\x1b_G${long}\x1b\\b`],
    ['8-bit OSC', `a\u009d0;${long}\x07b`],
  ])('%s: one that is too long is dropped whole, what follows is kept', async (_name, output) => {
    expect(filtered(output)).toMatch(/\x18b$/);
    expect((await screenOf(output)).rows[0]?.text).toBe('ab');
  });

  test('a long one that another sequence cuts off does not swallow that', async () => {
    expect((await screenOf(`a\x1b]0;${long}\x1b[31mb\x1b[5Gc`)).rows[0]?.text).toBe('ab  c');
  });

  test('a hyperlink that is too long is none', async () => {
    expect((await screenOf(`\x1b]8;;https://claude.ai/${long}\x07text`)).hyperlinks).toEqual([]);
  });

  test('everything else passes untouched, in any chunks', () => {
    const output =
      'a\x1b[31mb\x1b]8;;https://x.example\x07c\x1b]8;;\x1b\\d\x1bP$qm\x1b\\é漢\u0085\x1b\x1b]0;t\x07e\x18\x1b]x\x18f';
    expect(filtered(output)).toBe(output);
    expect(filtered(...output)).toBe(output);
  });
});

test('a waiting terminal of 400×50 takes half a megabyte', async () => {
  const count = 40;
  global.gc?.();
  const before = process.memoryUsage();
  const terminals = Array.from({ length: count }, () => attach({ columns: 400, rows: 50 }));
  for (const { pty } of terminals) pty.print('Paste code here if prompted >\r\n'.repeat(20));
  await drawn();
  const after = process.memoryUsage();
  const each = (after.arrayBuffers + after.heapUsed - before.arrayBuffers - before.heapUsed) / count;
  expect(each).toBeLessThan(0.8 * MIB);
  await Promise.all(terminals.map(({ terminal }) => terminal.close()));
});
