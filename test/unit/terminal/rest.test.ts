import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Redactor } from '../../../core/secrets/redaction.ts';
import { Secret } from '../../../core/secrets/secret.ts';
import { Emulator } from '../../../worker/terminal/emulator.ts';
import { Recording } from '../../../worker/terminal/recording.ts';
import { RecordingFile } from '../../../worker/terminal/recording-file.ts';
import type { Screen } from '../../../worker/terminal/screen.ts';
import type { Terminal, TerminalOptions } from '../../../worker/terminal/terminal.ts';
import { attach as attachTo, drawn, screenOf, soon } from './fake-pty.ts';

const TOKEN = `sk-ant-oat01-${'pEaZk8vYtQ0LrM3nXw7Bs9T4uHc2JdFqGi6V'.repeat(3).slice(0, 95)}`;
const has = (text: string) => (screen: Screen) => (screen.text.includes(text) ? text : undefined);

const { dispose } = Emulator.prototype;
let disposed = 0;
let onDispose = () => {};
const open: Terminal[] = [];

beforeAll(() => {
  Emulator.prototype.dispose = function (this: Emulator) {
    dispose.call(this);
    disposed += 1;
    onDispose();
  };
});
afterAll(() => {
  Emulator.prototype.dispose = dispose;
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((terminal) => terminal.close()));
});

function attach(options: Partial<TerminalOptions>) {
  const attached = attachTo(options);
  open.push(attached.terminal);
  return attached;
}

/** Resolves when so many emulators have been given up from now on. */
function rested(count = 1): Promise<void> {
  const until = disposed + count;
  return new Promise((resolve) => {
    onDispose = () => {
      if (disposed >= until) resolve();
    };
  });
}

/** A terminal that has drawn this and is at rest. */
async function restingOn(output: string, options: Partial<TerminalOptions> = {}) {
  const resting = rested();
  const attached = attach({ restAfterMs: 5, ...options });
  attached.pty.print(output);
  await resting;
  return attached;
}

function screen(terminal: Terminal): Promise<Screen> {
  return terminal.waitFor('anything', (now) => now, soon());
}

describe('a terminal at rest', () => {
  test('takes some tens of kilobytes, where an emulator takes half a megabyte', async () => {
    setFlagsFromString('--expose-gc');
    const gc = runInNewContext('gc') as () => void;
    const count = 40;
    const held = async () => {
      // Twice: array buffers are freed beside the program, the latest only now.
      for (let turn = 0; turn < 2; turn += 1) {
        await drawn();
        gc();
      }
      const { heapUsed, arrayBuffers } = process.memoryUsage();
      return heapUsed + arrayBuffers;
    };
    const before = await held();
    const resting = rested(count);
    const terminals = Array.from({ length: count }, () =>
      attach({ columns: 400, rows: 50, restAfterMs: 20 }),
    );
    for (const { pty } of terminals) pty.print('Paste code here if prompted >\r\n'.repeat(100));
    await resting;
    expect(((await held()) - before) / count).toBeLessThan(80 * 1024);
  });

  test('shows to waits and dumps what it showed before, at once', async () => {
    const awake = attach({ columns: 40, rows: 5 });
    const output = '\x1b[?2004h\x1b[?25l\x1b[31mPaste code here\x1b[m\r\n> ';
    awake.pty.print(output);
    await drawn();
    const { terminal } = await restingOn(output, { columns: 40, rows: 5 });
    expect(terminal.dump()).toBe(awake.terminal.dump());
    expect(await terminal.waitFor('it', has('Paste code here'), soon())).toBe('Paste code here');
    expect((await screen(terminal)).modes.bracketedPaste).toBe(true);
    await expect(terminal.waitFor('it', has('x'), soon(5))).rejects.toMatchObject({
      code: 'deadline_exceeded',
    });
  });

  test('draws on when there is output, and a wait hears of it', async () => {
    const { pty, terminal } = await restingOn('\x1b[2;3Hone ');
    const before = await screen(terminal);
    const waiting = terminal.waitFor('it', has('two'), soon());
    pty.print('two');
    await waiting;
    const now = await screen(terminal);
    expect(now.rows[1]?.text).toBe('  one two');
    expect(now.revision).toBeGreaterThan(before.revision);
  });

  test('takes a paste as the program asked before, and its Enter, once', async () => {
    const { pty, terminal } = await restingOn('\x1b[?2004hPaste code here > ');
    pty.onWrite((text) => pty.print(text === '\r' ? '\r\nthanks' : '*'.repeat(text.length - 12)));
    const pasted = await terminal.paste('a code of mine', soon());
    pasted.enter();
    await terminal.waitFor('thanks', has('thanks'), soon());
    expect(pty.written).toEqual(['\x1b[200~a code of mine\x1b[201~', '\r']);
    expect(() => pasted.enter()).toThrow('already been entered');
  });

  test('answers no question twice, and one that it slept through the middle of once', async () => {
    const { pty } = await restingOn('\x1b[c\x1b[>q\x1b]11;?\x07\x1b[3;7H\x1b[6n');
    const answered = pty.written.length;
    expect(answered).toBe(4);
    const again = rested();
    pty.print('abc\x1b[');
    await again;
    pty.print('6n');
    await drawn();
    expect(pty.written.slice(answered)).toEqual(['\x1b[3;10R']);
  });

  test('has no more answers for being asked after every rest', async () => {
    const { pty } = await restingOn('\x1b[c'.repeat(300));
    const again = rested();
    pty.print('\x1b[c'.repeat(300));
    await again;
    pty.print('\x1b[c'.repeat(300));
    await drawn();
    expect(pty.written.length).toBeGreaterThan(200);
    expect(pty.written.length).toBeLessThan(300);
  });

  test('ends with its program, and by closing, and shows its last screen', async () => {
    const first = await restingOn('last words');
    first.pty.end(3);
    expect(await first.terminal.ended).toEqual({ kind: 'exited', code: 3 });
    expect((await screen(first.terminal)).exit).toEqual({ kind: 'exited', code: 3 });
    expect(first.terminal.dump()).toContain('last words');
    const second = await restingOn('last words');
    const waiting = expect(second.terminal.waitFor('it', has('x'), soon())).rejects.toMatchObject({
      code: 'program_ended',
    });
    await second.terminal.close();
    await waiting;
    expect(second.pty.closed).toBe(1);
  });
});

describe('secrets on a terminal that rested', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'keyferry-rest-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('are covered as before, also when what makes one known came meanwhile', async () => {
    const redactor = new Redactor();
    const code = 'pEaZk8vYtQ0LrM3nXw7B';
    const { pty, terminal } = await restingOn(`${TOKEN.slice(0, 60)}\r\n> ${code}`, {
      redactor,
      columns: 60,
    });
    redactor.add(new Secret(code));
    expect(terminal.dump()).not.toMatch(/pEaZ|oat01/);
    pty.print(`\x1b[2;1H${TOKEN.slice(60)}\r\n> ${code}`);
    await drawn();
    expect(terminal.dump()).not.toMatch(/pEaZ|oat01/);
    expect((await screen(terminal)).text).toContain(TOKEN.slice(60));
  });

  test('are not in the recording, which is the same as without rests', async () => {
    const steps = ['Your token:\r\n', `${TOKEN.slice(0, 50)}\r\n`, `${TOKEN.slice(50)}\r\n`, '\x1b[1;1HMine'];
    const record = async (name: string, restAfterMs: number) => {
      const path = join(folder, name);
      const recording = new Recording(new RecordingFile(path), { columns: 60, rows: 10 });
      const { pty, terminal } = attach({ columns: 60, rows: 10, tracker: recording, restAfterMs });
      for (const step of steps) {
        const resting = restAfterMs < 100 ? rested() : undefined;
        pty.print(step);
        // Frames closer together than 50 ms are one.
        await new Promise((resolve) => setTimeout(resolve, 70));
        await resting;
      }
      await terminal.close();
      recording.close();
      const lines = readFileSync(path, 'utf8').trimEnd().split('\n').slice(1);
      return lines.map((line) => JSON.parse(line).slice(1));
    };
    const rests = await record('rests.cast', 2);
    expect(rests).toEqual(await record('awake.cast', 10_000));
    expect(rests.length).toBe(steps.length);
    expect(JSON.stringify(rests)).not.toMatch(/pEaZ|oat01/);
  });
});

describe('a box that floods', () => {
  test('a terminal at rest is ended', async () => {
    const { pty, terminal } = await restingOn('hello', { maxBytes: 10_000 });
    const waiting = expect(terminal.waitFor('x', () => undefined, soon())).rejects.toMatchObject({
      code: 'box_flooded',
    });
    pty.print('y'.repeat(20_000));
    await waiting;
    expect(pty.closed).toBe(1);
    expect(terminal.dump()).toContain('hello');
  });

  test('by what costs much to draw pays for it again when that is drawn again', async () => {
    // So much that the 64 KiB a second which are free do not make up for it while a machine stands still.
    const { pty, terminal } = await restingOn('\x1b[2J'.repeat(800), { maxBytes: 1_200_000 });
    expect(pty.closed).toBe(0);
    const waiting = expect(terminal.waitFor('x', () => undefined, soon())).rejects.toMatchObject({
      code: 'box_flooded',
    });
    pty.print('x');
    await waiting;
  });

  test('with more than is kept has an emulator to the end', async () => {
    const { pty, terminal } = attach({ restAfterMs: 1 });
    const before = disposed;
    for (let row = 0; row < 1000; row += 1) pty.print(`${'x'.repeat(70)}\r\n`);
    await drawn();
    pty.print('and on');
    await terminal.waitFor('it', has('and on'), soon());
    await drawn();
    expect(disposed).toBe(before);
    await terminal.close();
    expect(disposed).toBe(before + 1);
  });
});

test('a terminal shows the same whether it rests between chunks or not', async () => {
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
    '\x1b[?1049h',
    '\x1b[?25l',
    '\x1b[3;6r',
    '\x1b7\x1b[H',
    '\x1b8',
    `\x1b]0;${'t'.repeat(17_000)}\x1b\\`,
    'e\u0301',
    'text '.repeat(20),
  );
  const places = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { minLength: 1, maxLength: 40 }), places, async (pieces, rests) => {
      const bytes = Buffer.from(pieces.join(''));
      const cuts = rests.map((place) => Math.floor(place * bytes.length)).sort((a, b) => a - b);
      const { pty, terminal } = attach({ restAfterMs: 1 });
      let from = 0;
      for (const to of [...cuts, bytes.length]) {
        if (to === from) continue;
        const resting = rested();
        pty.print(bytes.subarray(from, to));
        await resting;
        from = to;
      }
      const shown = await screen(terminal);
      const whole = await screenOf([bytes]);
      expect(shown.rows).toEqual(whole.rows);
      expect(shown.cursor).toEqual(whole.cursor);
      expect(shown.modes).toEqual(whole.modes);
      expect(shown.hyperlinks).toEqual(whole.hyperlinks);
      await terminal.close();
    }),
    // Fewer on a machine that is slow.
    { numRuns: 40, interruptAfterTimeLimit: 30_000 },
  );
});
