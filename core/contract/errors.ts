import { ERROR_CODES, ERROR_ROWS, type ErrorCode, type ErrorRow } from './error-rows.ts';
import { STAFF_WORDS, type StaffWords } from './error-staff-words.ts';
import { plainText } from './plain-text.ts';

export type { ErrorCode };

/** One row of the error catalogue. */
export interface CatalogueRow extends ErrorRow, StaffWords {}

/**
 * Every error that a person can meet. An error thrown anywhere in Keyferry is one of these rows;
 * `keyferry errors` prints them.
 */
export const CATALOGUE = Object.fromEntries(
  ERROR_CODES.map((code) => [code, { ...ERROR_ROWS[code], ...STAFF_WORDS[code] }]),
) as Readonly<Record<ErrorCode, CatalogueRow>>;

export interface ErrorDetails {
  /** One line for support: what was seen. Whoever creates the error redacts it. */
  detail?: string;
  /** A redacted screen dump or program output. */
  screen?: string;
  cause?: unknown;
}

/**
 * An error from the catalogue. `message` is for support; `row.customer` is for the customer.
 * Anything that came from a box is plain text here, so that it can be printed anywhere.
 */
export class KeyferryError extends Error {
  override readonly name = 'KeyferryError';
  readonly code: ErrorCode;
  readonly detail: string | undefined;
  readonly screen: string | undefined;

  constructor(code: ErrorCode, { cause, ...seen }: ErrorDetails = {}) {
    const detail = seen.detail === undefined ? undefined : plainText(seen.detail);
    const support = CATALOGUE[code].support;
    super(detail ? `${support} ${detail}` : support, cause === undefined ? undefined : { cause });
    this.code = code;
    this.detail = detail;
    this.screen = seen.screen === undefined ? undefined : plainText(seen.screen);
  }

  get row(): CatalogueRow {
    return CATALOGUE[this.code];
  }
}

/** What the kernel says when this machine or process has run out of something; EAGAIN counts only for a new process. */
const SHORT = new Set(['EMFILE', 'ENFILE', 'ENOMEM', 'ENOBUFS']);
/** node-pty's error for a process that it could not start has no code (1.1.0). */
const NO_PROCESS = /^forkpty\(3\) failed|^posix_openpt/;
const MOST_CAUSES = 5;

/** Node's error for what the system refused. */
interface SystemError extends Error {
  code?: string;
  syscall?: string;
}

/**
 * `worker_short` when something failed because this machine is out of descriptors, processes or memory, which says
 * nothing about the box; undefined otherwise. Examines causes too.
 */
export function shortage(thrown: unknown): KeyferryError | undefined {
  let at = thrown;
  for (let depth = 0; depth < MOST_CAUSES && at instanceof Error; depth += 1) {
    const { code, syscall = '', message, cause }: SystemError = at;
    const noProcess = (code === 'EAGAIN' && /^(spawn|fork)/.test(syscall)) || NO_PROCESS.test(message);
    if (SHORT.has(code ?? '') || noProcess)
      return new KeyferryError('worker_short', { detail: `${message}.`, cause: thrown });
    at = cause ?? (at as { errors?: unknown[] }).errors?.[0];
  }
  return undefined;
}

/** Any thrown value as a row of the catalogue; anything that is neither a row already nor a shortage becomes `internal_error`. */
export function toKeyferryError(thrown: unknown): KeyferryError {
  if (thrown instanceof KeyferryError) return thrown;
  const short = shortage(thrown);
  if (short) return short;
  const detail = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
  return new KeyferryError('internal_error', { detail, cause: thrown });
}
