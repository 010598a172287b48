import { afterEach, describe, expect, test } from '@jest/globals';
import { spawn } from 'node-pty';
import { Redactor } from '../../../core/secrets/redaction.ts';
import { Secret } from '../../../core/secrets/secret.ts';
import { Terminal, type TerminalOptions } from '../../../worker/terminal/terminal.ts';
import type { ProgramExit, Pty } from '../../../worker/transports/transport.ts';

/** The least that makes a PTY of node-pty, so that this test stands apart from the transports. */
function localPty(argv: readonly [string, ...string[]], columns: number, rows: number): Pty {
  const child = spawn(argv[0], argv.slice(1), { cols: columns, rows, encoding: null, env: process.env });
  let listener: (chunk: Uint8Array) => void = () => {};
  let dataAt = 0;
  child.onData((data: string | Uint8Array) => {
    dataAt = performance.now();
    listener(typeof data === 'string' ? Buffer.from(data) : data);
  });
  const exit = new Promise<ProgramExit>((resolve) => {
    child.onExit(({ exitCode, signal }) => {
      // The last output can come after the exit event.
      const quiet = setInterval(() => {
        if (performance.now() - dataAt < 150) return;
        clearInterval(quiet);
        resolve(signal ? { kind: 'signalled', signal: String(signal) } : { kind: 'exited', code: exitCode });
      }, 20);
    });
  });
  return {
    onData: (hear) => {
      listener = hear;
    },
    write: (text) => child.write(text),
    resize: (cols, lines) => child.resize(cols, lines),
    pause: () => child.pause(),
    resume: () => child.resume(),
    exit,
    close: async () => {
      listener = () => {};
      child.resume();
      child.kill('SIGKILL');
      await exit;
    },
  };
}

const open: Terminal[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((terminal) => terminal.close()));
});

function run(argv: readonly [string, ...string[]], options: Partial<TerminalOptions> = {}): Terminal {
  const size = { columns: options.columns ?? 80, rows: options.rows ?? 24 };
  const terminal = Terminal.attach(localPty(argv, size.columns, size.rows), {
    redactor: new Redactor(),
    ...options,
    ...size,
  });
  open.push(terminal);
  return terminal;
}

const soon = { signal: new AbortController().signal, timeoutMs: 60_000 };

/** A program that asks in raw mode, like claude: shows stars, and keeps every read apart. */
const ASKS = `
  process.stdin.setRawMode(true);
  process.stdout.write('\\x1b[?2004hPaste code here > ');
  const reads = [];
  process.stdin.on('data', (data) => {
    const text = data.toString();
    reads.push(text);
    if (text === '\\r') { process.stdout.write('\\r\\n' + JSON.stringify(reads.map((r) => r.length)) + '\\r\\n'); process.exit(7); }
    process.stdout.write('*'.repeat(text.length - 12));
  });`;

describe('over a real PTY', () => {
  test('a program is read, typed into as a person would, and its end is told', async () => {
    const terminal = run([process.execPath, '-e', ASKS]);
    await terminal.waitFor('the prompt', (screen) => screen.has(/Paste code here >/) || undefined, soon);
    const secret = new Secret('pEaZk8vYtQ0LrM3nXw7B#s9T4uHc2JdFqGi6V');
    const pasted = await terminal.paste(secret, soon);
    pasted.enter();
    const reads = await terminal.waitFor(
      'what it read',
      (screen) => /\[[\d,]+\]/.exec(screen.text)?.[0],
      soon,
    );
    expect(JSON.parse(reads)).toEqual([secret.length + 12, 1]);
    expect(await terminal.ended).toEqual({ kind: 'exited', code: 7 });
  });

  test('a program that waited while its terminal was at rest is typed into all the same', async () => {
    const terminal = run([process.execPath, '-e', ASKS], { restAfterMs: 20 });
    await terminal.waitFor('the prompt', (screen) => screen.has(/Paste code here >/) || undefined, soon);
    await expect(
      terminal.waitFor('what nobody prints', () => undefined, { ...soon, timeoutMs: 100 }),
    ).rejects.toMatchObject({ code: 'deadline_exceeded' });
    const secret = new Secret('pEaZk8vYtQ0LrM3nXw7B#s9T4uHc2JdFqGi6V');
    const pasted = await terminal.paste(secret, soon);
    pasted.enter();
    const reads = await terminal.waitFor(
      'what it read',
      (screen) => /\[[\d,]+\]/.exec(screen.text)?.[0],
      soon,
    );
    expect(JSON.parse(reads)).toEqual([secret.length + 12, 1]);
    expect(terminal.dump()).toContain('Paste code here > ****');
  });

  test('all that a short-lived program printed is there when it has ended', async () => {
    const terminal = run(['sh', '-c', 'seq 1 5000; printf "the last words"; sleep 0.3; exit 3']);
    const last = await terminal.waitFor(
      'the end',
      (screen) => screen.has(/the last words/) || undefined,
      soon,
    );
    expect(last).toBe(true);
    expect(await terminal.ended).toEqual({ kind: 'exited', code: 3 });
  });

  test('a program that hangs is ended by closing', async () => {
    const terminal = run(['sleep', '600']);
    await terminal.close();
    expect(await terminal.ended).toMatchObject({ kind: 'signalled' });
  });
});

describe('a gigabyte', () => {
  test.each([
    ['of lines', 'yes | head -c 1000000000'],
    ['without a line end', 'head -c 1000000000 /dev/zero | tr "\\0" x'],
    ['in one control string', 'printf "\\033]8;;https://"; head -c 1000000000 /dev/zero | tr "\\0" x'],
  ] as [string, string][])(
    '%s moves memory by less than 50 MB and ends in box_flooded',
    async (_what, script) => {
      const before = process.memoryUsage.rss();
      let highest = before;
      const watch = setInterval(() => {
        highest = Math.max(highest, process.memoryUsage.rss());
      }, 5);
      const terminal = run(['sh', '-c', script], { columns: 400, rows: 50 });
      await expect(terminal.waitFor('anything', () => undefined, soon)).rejects.toMatchObject({
        code: 'box_flooded',
      });
      await terminal.ended;
      clearInterval(watch);
      expect(highest - before).toBeLessThan(50 * 1000 * 1000);
    },
  );
});
