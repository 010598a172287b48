import { randomBytes } from 'node:crypto';
import { KeyferryError } from '../../core/contract/errors.ts';
import { Redactor } from '../../core/secrets/redaction.ts';
import { lastWords } from '../boxes/last-words.ts';
import { Holder } from '../handshake/holder.ts';
import { atMost } from '../transports/deadline.ts';
import type { BoxConnection, CallLimits, Pty } from '../transports/transport.ts';

/** Milliseconds for a terminal with a program that ends at once, through the holder; it needs about 200. */
const TERMINAL_MS = 6_000;
const SECONDS = 30;
const SIZE = { columns: 80, rows: 24 };
/** Bytes of a terminal that are kept; the word comes within the first few hundred. */
const MOST = 16_384;
const WORD = 'keyferry-ran';
/** Prints the word, which must not appear in what a shell may print of its commands. */
const PROGRAM = { argv: ['sh', '-c', 'printf keyferry-%s ran; sleep 0.2'] } as const;

/**
 * Opens a terminal as a handshake does, with the holder if there is tmux, and has a program print something in it.
 * Throws `box_unusable`, with what was printed, if that does not work. Sessions that sshd does not allow are
 * reported as the finding `sshd`.
 */
export async function tryTerminal(
  connection: BoxConnection,
  { signal, timeoutMs }: CallLimits,
  hasTmux: boolean,
): Promise<void> {
  const limits = { signal, timeoutMs: Math.min(timeoutMs, TERMINAL_MS) };
  const name = `doctor-${randomBytes(8).toString('hex')}`;
  const holder = hasTmux ? new Holder(connection, { tmux: 'tmux', name, seconds: SECONDS }) : undefined;
  try {
    const pty = await (holder
      ? holder.open(PROGRAM, SIZE, limits)
      : connection.openPty(PROGRAM, SIZE, limits));
    const printed = await printedBy(pty, limits.timeoutMs);
    await pty.close();
    if (printed.includes(WORD)) return;
    const screen = lastWords({ stdout: printed, stderr: '' }, new Redactor(), 400) || undefined;
    throw new KeyferryError('box_unusable', {
      detail: 'A program that was run in a terminal on it showed nothing.',
      ...(screen === undefined ? {} : { screen }),
    });
  } catch (thrown) {
    if (thrown instanceof KeyferryError && thrown.code === 'channel_refused') return;
    throw thrown;
  } finally {
    await holder?.end();
  }
}

/** What a terminal shows until the word appears, its program ends, or time is up. */
async function printedBy(pty: Pty, ms: number): Promise<string> {
  let printed = '';
  const shown = new Promise<void>((resolve) => {
    pty.onData((chunk) => {
      if (printed.length < MOST) printed += Buffer.from(chunk).toString('latin1');
      if (printed.includes(WORD)) resolve();
    });
  });
  await atMost(ms, Promise.race([shown, pty.exit]));
  return printed;
}
