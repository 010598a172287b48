import { afterEach, describe, expect, test } from '@jest/globals';
import { Secret } from '../../../core/secrets/secret.ts';
import { closeTerminals, run, soon } from '../../support/local-terminal.ts';

afterEach(closeTerminals);

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

  test('a program that waited while its terminal was at rest can still be typed into', async () => {
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
