import { type ErrorCode, KeyferryError, shortage } from '../../core/contract/errors.ts';

/** Characters of what ssh said that are read, and of a line of it. */
const MOST_SAID = 16 * 1024;
const LONGEST_LINE = 1_000;
const LONGEST_REASON = 300;

/** What `ssh` prints when it fails by itself (OpenSSH 8 to 10), first match wins. */
const SSH_MESSAGES: readonly [RegExp, ErrorCode][] = [
  // ssh's own words for this machine's limits, before what it concludes from a file that it could not open.
  [
    /(: |^)(Too many open files( in system)?|Cannot allocate memory)\s*$|\b(fork|mux\S*): .*Resource temporarily unavailable/m,
    'worker_short',
  ],
  [/REMOTE HOST IDENTIFICATION HAS CHANGED|marked as revoked|REVOKED HOST KEY/i, 'host_key_mismatch'],
  [/No \S+ host key is known for|Host key verification failed/, 'host_key_unknown'],
  [/Unable to negotiate .* no matching host key type/, 'host_key_mismatch'],
  [
    /passphrase|Load key .*: (invalid format|error in libcrypto|Permission denied|bad permissions)/,
    'identity_unusable',
  ],
  [/Authenticated using "publickey" with partial success/, 'second_factor_wanted'],
  [/Permission denied|Too many authentication failures|sign_and_send_pubkey/, 'ssh_auth_failed'],
  [
    /Session open refused by peer|open failed|PTY allocation request failed|shell request failed/,
    'channel_refused',
  ],
  [
    /Control socket connect|mux_client|ControlSocket|Connection to master|master (is dead|died)/i,
    'connection_lost',
  ],
  [
    /Connection (refused|timed out|reset|closed)|Could not resolve|No route to host|unreachable|kex_exchange_identification|Operation timed out|Connection to \S+ (closed|timed out)|Broken pipe|Timeout, server/,
    'box_unreachable',
  ],
];

/** The catalogue's row for what `ssh` printed, or undefined when it printed nothing that it is known to print. */
export function codeOfSshMessage(text: string): ErrorCode | undefined {
  // A box influences what ssh says, and patterns search for their second half up to the end of a line.
  const lines = text.slice(-MOST_SAID).split('\n');
  const cut = lines.map((line) => line.slice(0, LONGEST_LINE)).join('\n');
  return SSH_MESSAGES.find(([pattern]) => pattern.test(cut))?.[1];
}

export const NO_SSH = 'This machine has no ssh.';

/** True for what `/bin/sh` says when it has no `ssh` to run (dash, bash, busybox). */
export function saysNoSsh(text: string): boolean {
  return /\bssh: (command )?not found\b/.test(text);
}

/** The last line that says something, for `detail`. */
export function lastLine(text: string): string {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  return lines.findLast((line) => line !== '' && !/^@+$/.test(line))?.slice(0, LONGEST_REASON) ?? '';
}

/** An error of ssh2's, which can hold what a box gave as its reason. */
export function saidIn({ message }: Error): string {
  return message.slice(0, LONGEST_REASON);
}

/** The errors of ssh2's Client while it connects; `level` says which layer failed. */
export function connectError(error: Error & { level?: string; code?: unknown }): KeyferryError {
  if (error instanceof KeyferryError) return error;
  const short = shortage(error);
  if (short) return short;
  const code: ErrorCode = error.level === 'client-authentication' ? 'ssh_auth_failed' : 'box_unreachable';
  return new KeyferryError(code, { detail: `${saidIn(error)}.`, cause: error });
}

/** The error of ssh2's `exec` callback; `lostReason` when the link had gone away by then. */
export function channelError(error: Error, lostReason: string | undefined): KeyferryError {
  const lost = lostReason !== undefined || /No response from server|Not connected/i.test(error.message);
  const detail = lostReason ?? `${saidIn(error)}.`;
  return new KeyferryError(lost ? 'connection_lost' : 'channel_refused', { detail, cause: error });
}

/** A link that went away, told with the step at which it did; anything else, and a link that we closed, as it is. */
export function atStep(thrown: unknown, step: string): unknown {
  const lost = thrown instanceof KeyferryError && thrown.code === 'connection_lost';
  if (!lost || thrown.detail === CLOSED_HERE) return thrown;
  const detail = `${thrown.detail ?? ''} That was when ${step}.`;
  return new KeyferryError('connection_lost', { detail, cause: thrown });
}

/** What asks for a terminal: an sshd that cannot make one hangs up there (`chown … failed` in its log, OpenSSH 9.2). */
export const TERMINAL_STEP = 'a terminal was asked for';

const CLOSED_HERE = 'Keyferry had closed it.';

/** For calls on a connection that this side has closed. */
export function closedHere(): KeyferryError {
  return new KeyferryError('connection_lost', { detail: CLOSED_HERE });
}
