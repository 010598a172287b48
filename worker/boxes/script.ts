import { type ErrorCode, KeyferryError } from '../../core/contract/errors.ts';
import { Redactor } from '../../core/secrets/redaction.ts';
import type { BoxConnection, RunOptions, RunResult } from '../transports/transport.ts';
import { lastWords } from './last-words.ts';

/** Printed by the first line of every script: a start-up file that reads its input would have taken that line. */
const WHOLE = /^@whole yes$/m;
const FIRST_LINES = `printf '\\n@whole yes\\n'${'\n'.repeat(10)}`;

/** Milliseconds to see what a start-up file asks in a terminal. */
const ASKS_WITHIN_MS = 8_000;

/**
 * Runs a script for `sh` over its stdin, with these variables set. Throws `box_unusable`, with the question if there is one, on a box whose
 * login shell's start-up files read the script's input.
 */
export async function runScript(
  connection: BoxConnection,
  words: readonly string[],
  {
    env = {},
    ...options
  }: RunOptions & { input: string; env?: Readonly<Record<string, string>> | undefined },
): Promise<RunResult> {
  const argv = ['sh', '-s', ...(words.length > 0 ? ['--', ...words] : [])] as const;
  const ran = await connection.run({ argv, env }, { ...options, input: FIRST_LINES + options.input });
  const hasRun = ran.stdout.includes('\n@');
  if (hasRun && !WHOLE.test(ran.stdout)) throw await question(connection, options);
  return ran;
}

/** A start-up file's question shows in a terminal, but hardly ever without one. */
async function question(connection: BoxConnection, options: RunOptions): Promise<KeyferryError> {
  const limits = { signal: options.signal, timeoutMs: Math.min(options.timeoutMs, ASKS_WITHIN_MS) };
  try {
    const pty = await connection.openPty({ argv: ['true'] }, { columns: 80, rows: 24 }, limits);
    await pty.close();
  } catch (thrown) {
    limits.signal.throwIfAborted();
    if (thrown instanceof KeyferryError && thrown.code === 'box_unusable') return thrown;
  }
  return new KeyferryError('box_unusable', {
    detail: 'A start-up file of its login shell reads the input that is meant for the script.',
  });
}

/** What sshd, PAM or the login shell say instead of running anything (OpenSSH 9.2, Linux-PAM, util-linux). */
const INSTEAD: readonly [RegExp, ErrorCode][] = [
  [
    /password (change required|(has|is) expired)|(must|required to) change your password|password has expired|account (has )?expired/i,
    'account_expired',
  ],
  [/account is (currently )?not available|login is disabled/i, 'login_shell_closed'],
];

/** The error for a script that did not finish: chosen by what was printed instead, which it quotes. */
export function notRun(stdout: string, stderr: string): KeyferryError {
  const screen = lastWords({ stdout, stderr }, new Redactor(), 400) || undefined;
  const code = INSTEAD.find(([pattern]) => pattern.test(screen ?? ''))?.[1] ?? 'box_unusable';
  return new KeyferryError(code, screen === undefined ? {} : { screen });
}
