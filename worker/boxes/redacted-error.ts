import { KeyferryError } from '../../core/contract/errors.ts';
import type { Redactor } from '../../core/secrets/redaction.ts';

/** Characters of an error that are redacted. */
const MOST_DETAIL = 4_000;
const MOST_SCREEN = 16_000;

/** The same error, redacted: the only way out for what a box has said. */
export function redactedError({ code, detail, screen }: KeyferryError, redactor: Redactor): KeyferryError {
  return new KeyferryError(code, {
    ...(detail === undefined ? {} : { detail: redactor.text(detail.slice(0, MOST_DETAIL)) }),
    ...(screen === undefined ? {} : { screen: redactor.text(screen.slice(-MOST_SCREEN)) }),
  });
}
