import { randomBytes } from 'node:crypto';
import { KeyferryError } from '../../core/errors.ts';
import { Redactor } from '../../core/redaction.ts';
import { lastWords } from '../boxes/last-words.ts';
import { Holder } from '../holder.ts';
import { atMost } from '../transports/deadline.ts';
import type { CallLimits, Connection, ProgramExit } from '../transports/transport.ts';

/** Milliseconds for a terminal with a program that ends at once, through the holder; it needs some 200. */
const TERMINAL_MS = 6_000;
const SECONDS = 30;
/** What the program ends with, and nothing else does. */
const CODE = 47;

/**
 * Opens a terminal as a handshake does, with the holder where there is tmux, and has a program run in it to its end.
 * Throws `box_unusable`, with what was printed, where that does not work. Sessions that sshd does not allow are the
 * finding `sshd`.
 */
export async function tryTerminal(connection: Connection, { signal, timeoutMs }: CallLimits): Promise<void> {
  const limits = { signal, timeoutMs: Math.min(timeoutMs, TERMINAL_MS) };
  const name = `doctor-${randomBytes(8).toString('hex')}`;
  const holder = new Holder(connection, { tmux: 'tmux', name, seconds: SECONDS });
  try {
    const command = { argv: ['sh', '-c', `exit ${CODE}`] } as const;
    const pty = await holder.open(command, { columns: 80, rows: 24 }, limits);
    let printed = '';
    pty.onData((chunk) => {
      if (printed.length < 16_384) printed += Buffer.from(chunk).toString('latin1');
    });
    let exit: ProgramExit | undefined;
    await atMost(
      limits.timeoutMs,
      pty.exit.then((ended) => (exit = ended)),
    );
    await pty.close();
    if (exit?.kind === 'exited' && exit.code === CODE) return;
    const screen = lastWords({ stdout: printed, stderr: '' }, new Redactor(), 400) || undefined;
    throw new KeyferryError('box_unusable', {
      detail: 'A terminal on it did not run a program to its end.',
      ...(screen === undefined ? {} : { screen }),
    });
  } catch (thrown) {
    if (thrown instanceof KeyferryError && thrown.code === 'channel_refused') return;
    throw thrown;
  } finally {
    await holder.end();
  }
}
