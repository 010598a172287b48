import type { Redactor } from '../../core/secrets/redaction.ts';

/** How many warnings are kept, and characters of each. */
const MOST = 20;
const LONGEST = 500;
/** Characters of each that are redacted before it is cut, because half a secret cannot be recognised. */
const CONTEXT = 4_000;

/** Warnings for records and logs: redacted and, because a box influences them, limited in number and length. */
export function reportedWarnings(warnings: readonly string[], redactor: Redactor): string[] {
  return warnings.slice(0, MOST).map((warning) => redactor.text(warning.slice(0, CONTEXT)).slice(0, LONGEST));
}
