import type { Redactor } from '../../core/secrets/redaction.ts';

/** What is kept of warnings: how many, and characters of each. */
const MOST = 20;
const LONGEST = 500;
/** Characters of each that are redacted, before it is cut: half a secret has no shape to know it by. */
const CONTEXT = 4_000;

/** Warnings for records and logs: redacted and, because a box has a hand in them, so many and no longer. */
export function reportedWarnings(warnings: readonly string[], redactor: Redactor): string[] {
  return warnings.slice(0, MOST).map((warning) => redactor.text(warning.slice(0, CONTEXT)).slice(0, LONGEST));
}
