import type { KeyferryError } from '../../core/contract/errors.ts';
import type { Phase } from '../../core/contract/phases.ts';

/** The lasting result of a handshake that succeeded. */
export interface Connected {
  profile: string;
  model: string;
  /** First digits of the credential's SHA-256; for a login, whose tokens never leave the box, of the account that signed in. */
  tokenFingerprint: string | undefined;
  /** The credential's last four characters: for the record of the connection, and nowhere else. */
  hint: string | undefined;
  /** A setup-token is valid for one year, a login as long as Claude Code says; undefined: until it is revoked. */
  expiresAt: Date | undefined;
  /** What support should know although nothing is wrong, a sentence each. */
  warnings: readonly string[];
}

/** A handshake that did not succeed: its phase, and the row of the catalogue. */
export class HandshakeFailed extends Error {
  override readonly name = 'HandshakeFailed';
  readonly phase: Phase;
  readonly error: KeyferryError;
  /** The box may still hold the program, with which another attempt can continue. */
  readonly isHeld: boolean;

  constructor(phase: Phase, error: KeyferryError, isHeld = false) {
    super(error.message, { cause: error });
    this.phase = phase;
    this.error = error;
    this.isHeld = isHeld;
  }
}
