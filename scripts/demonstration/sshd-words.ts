import type { System } from '../../lab/system.ts';

/** What is said at every sign-in, and says nothing of a failure (OpenSSH 9.2). */
const EVERYDAY =
  /^(Server listening|Accepted |Connection (from|closed)|Received (disconnect|signal)|Disconnected from|Starting session|Close session|User child|pam_unix)/;
const MOST_LINES = 10;

/** The last words of a box's sshd, without those of every day: no box at a customer's has its log at hand. */
export function sshdWords(system: Pick<System, 'hasSshd' | 'box'>, customer: string): string[] {
  const log = system.hasSshd ? system.box(customer).sshdLog() : '';
  const lines = log.split(/\r?\n/).filter((line) => line.trim() !== '' && !EVERYDAY.test(line));
  return lines.length === 0
    ? []
    : ["The box's sshd says:", ...lines.slice(-MOST_LINES).map((line) => `  ${line}`)];
}
