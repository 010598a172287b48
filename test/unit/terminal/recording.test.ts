import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Redactor } from '../../../core/secrets/redaction.ts';
import { Secret } from '../../../core/secrets/secret.ts';
import { Recording } from '../../../worker/terminal/recording.ts';
import { RecordingFile } from '../../../worker/terminal/recording-file.ts';
import { attach, drawn, screenOf, soon } from './fake-pty.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'keyferry-recording-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const TOKEN = `sk-ant-oat01-${'pEaZk8vYtQ0LrM3nXw7Bs9T4uHc2JdFqGi6V'.repeat(3).slice(0, 95)}`;

/** Plays a recording back: its header, its events, what the last frame looks like. */
async function play(path: string) {
  const [header, ...events] = readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const output = events.filter(([, kind]) => kind === 'o').map(([, , data]) => data);
  const size = events.findLast(([, kind]) => kind === 'r')?.[2].split('x') ?? [header.width, header.height];
  const screen = await screenOf(output.join(''), { columns: Number(size[0]), rows: Number(size[1]) });
  return { header, events, rows: screen.rows.slice(screen.viewportTop).map((row) => row.text) };
}

/** The rows of a dump, without rulers and numbers. */
function dumped(dump: string): string[] {
  return dump
    .split('\n')
    .slice(1, -2)
    .map((row) => row.slice(5));
}

describe('a recording', () => {
  test('plays back as the redacted screen, in any player of asciicast 2', async () => {
    const path = join(folder, 'plain.cast');
    const recording = new Recording(new RecordingFile(path), { columns: 60, rows: 10 });
    const { pty, terminal } = attach({ columns: 60, rows: 10, tracker: recording });
    pty.print('\x1b[31mYour token:\x1b[m\r\n\r\n');
    await drawn();
    pty.print(`  ${TOKEN.slice(0, 50)}\r\n  ${TOKEN.slice(50)}\r\n`);
    await drawn();
    pty.print(`\x1b]0;${TOKEN}\x07\x1b[8;1H${'─'.repeat(60)}`);
    await drawn();
    const dump = dumped(terminal.dump());
    pty.end();
    await terminal.ended;
    recording.close();
    const { header, events, rows } = await play(path);
    expect(header).toMatchObject({ version: 2, width: 60, height: 10 });
    expect(events.every(([at, kind, data]) => at >= 0 && kind === 'o' && typeof data === 'string')).toBe(
      true,
    );
    expect(rows.slice(0, dump.length)).toEqual(dump);
    expect(rows[0]).toBe('Your token:');
    expect(rows[2]).toBe(`  ${'█'.repeat(50)}`);
    expect(rows[7]).toBe('─'.repeat(60));
    expect(readFileSync(path, 'utf8')).not.toContain('oat01');
  });

  test('can be read by its owner alone, also when the file was there before', async () => {
    const path = join(folder, 'mode.cast');
    writeFileSync(path, 'old', { mode: 0o644 });
    new Recording(new RecordingFile(path), { columns: 80, rows: 24 }).close();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(path, 'utf8')).not.toContain('old');
  });

  test('shows two terminals of different sizes, the one that draws', async () => {
    const path = join(folder, 'two.cast');
    const recording = new Recording(new RecordingFile(path), { columns: 40, rows: 5 });
    const first = attach({ columns: 40, rows: 5, tracker: recording });
    first.pty.print('first');
    await drawn();
    const second = attach({ columns: 80, rows: 6, tracker: recording });
    second.pty.print('second');
    await drawn();
    first.pty.end();
    second.pty.end();
    await Promise.all([first.terminal.ended, second.terminal.ended]);
    recording.close();
    const { events, rows } = await play(path);
    expect(events.filter(([, kind]) => kind === 'r').map(([, , data]) => data)).toEqual(['80x6']);
    expect(rows[0]).toBe('second');
  });

  test('has an end', async () => {
    const path = join(folder, 'long.cast');
    const recording = new Recording(new RecordingFile(path), { columns: 80, rows: 24, maxBytes: 20_000 });
    const { pty, terminal } = attach({ tracker: recording });
    for (let frame = 0; frame < 20; frame += 1) {
      pty.print(`\x1b[H${String(frame).repeat(1500)}`);
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
    await terminal.close();
    recording.close();
    expect(statSync(path).size).toBeLessThan(21_000);
    expect((await play(path)).events.at(-1)?.[2]).toContain('the recording ends here');
  });
});

test('a secret on the screen is in no dump and no recording, however it is printed', async () => {
  const unit = fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_');
  const part = (length: number) => fc.string({ unit, minLength: length, maxLength: length });
  const print = fc.record({
    columns: fc.integer({ min: 20, max: 200 }),
    chunk: fc.integer({ min: 1, max: 40 }),
    indent: fc.integer({ min: 0, max: 5 }),
    cut: fc.integer({ min: 8, max: 110 }),
    colour: fc.boolean(),
  });
  let run = 0;
  await fc.assert(
    fc.asyncProperty(part(40), part(40), print, async (left, right, how) => {
      run += 1;
      const secret = `${left}#${right}`;
      const path = join(folder, `property-${run}.cast`);
      const recording = new Recording(new RecordingFile(path), { columns: how.columns, rows: 20 });
      const redactor = new Redactor();
      redactor.add(new Secret(secret));
      const { pty, terminal } = attach({ columns: how.columns, rows: 20, tracker: recording, redactor });
      const rows = (secret.match(new RegExp(`.{1,${how.cut}}`, 'g')) ?? []).map((row) =>
        how.colour ? `\x1b[3${row.length % 8}m${row}\x1b[m` : row,
      );
      const output = rows.map((row) => ' '.repeat(how.indent) + row).join('\r\n');
      for (let at = 0; at < output.length; at += how.chunk) {
        pty.print(output.slice(at, at + how.chunk));
        if (at % 3 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      pty.end();
      await terminal.ended;
      recording.close();
      const dense = (terminal.dump() + readFileSync(path, 'utf8')).replace(
        /\s|\\u001b\[[\d;?]*[A-Za-z]/g,
        '',
      );
      for (let at = 0; at + 4 <= secret.length; at += 1)
        expect(dense).not.toContain(secret.slice(at, at + 4));
    }),
    { numRuns: 60 },
  );
});

test('random chunks of the same bytes give the same screen', async () => {
  const piece = fc.constantFrom(
    'a',
    'é',
    '漢',
    '\r\n',
    '\x1b[31m',
    '\x1b[2;5H',
    '\x1b[K',
    '\x1b]8;;https://x.example/1\x07',
    '\x1b[1A',
    '\x1b[2J',
    '\x1b]0;t\x1b\\',
    'e\u0301',
    'text '.repeat(20),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(piece, { maxLength: 60 }),
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
      async (pieces, sizes) => {
        const bytes = Buffer.from(pieces.join(''));
        const chunks: Uint8Array[] = [];
        for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
          const size = sizes[turn % sizes.length] as number;
          chunks.push(bytes.subarray(at, at + size));
          at += size;
        }
        const whole = await screenOf([bytes]);
        const split = await screenOf(chunks);
        expect(split.rows).toEqual(whole.rows);
        expect(split.hyperlinks).toEqual(whole.hyperlinks);
        expect(split.cursor).toEqual(whole.cursor);
      },
    ),
    { numRuns: 60 },
  );
});

test('a failed wait on a recorded terminal leaves a recording that ends where it stood', async () => {
  const path = join(folder, 'failed.cast');
  const recording = new Recording(new RecordingFile(path), { columns: 80, rows: 24 });
  const { pty, terminal } = attach({ tracker: recording });
  pty.print('something unknown');
  await expect(terminal.waitFor('it', () => undefined, soon(30))).rejects.toThrow();
  await terminal.close();
  recording.close();
  expect((await play(path)).rows[0]).toBe('something unknown');
});
