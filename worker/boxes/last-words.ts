import stripAnsi from 'strip-ansi';
import { plainText } from '../../core/contract/plain-text.ts';
import type { Redactor } from '../../core/secrets/redaction.ts';

/** Characters of each stream that are read: far more than is shown, as context for the redaction. */
const CONTEXT = 64 * 1024;

/** What a program on a box printed. */
interface Printed {
  stdout: string;
  stderr: string;
}

/**
 * The last output of a program, for people: plain, redacted, at most `most` characters. It is redacted before it is
 * cut, because half a secret cannot be recognised.
 */
export function lastWords({ stdout, stderr }: Printed, redactor: Redactor, most: number): string {
  const printed = [stdout, stderr].map((text) => text.trimEnd().slice(-CONTEXT)).join('\n');
  return redactor.text(plainText(stripAnsi(printed)).trim()).slice(-most);
}
