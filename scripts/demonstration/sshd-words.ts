import type { System } from '../../lab/system.ts';

/** What sshd logs at every sign-in, which says nothing about a failure (OpenSSH 9.2). */
const EVERYDAY =
  /^(Server listening|Accepted |Connection (from|closed)|Received (disconnect|signal)|Disconnected from|Starting session|Close session|User child|pam_unix)/;
const MOST_LINES = 10;

/** The last lines of the log of a box's sshd, without the everyday ones. A customer's box does not offer its log. */
export function sshdWords(system: Pick<System, 'hasSshd' | 'box'>, customer: string): string[] {
  const log = system.hasSshd ? system.box(customer).sshdLog() : '';
  const lines = log.split(/\r?\n/).filter((line) => line.trim() !== '' && !EVERYDAY.test(line));
  return lines.length === 0
    ? []
    : ["The box's sshd says:", ...lines.slice(-MOST_LINES).map((line) => `  ${line}`)];
}
