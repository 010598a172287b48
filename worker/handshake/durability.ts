import type { Secret } from '../../core/secrets/secret.ts';
import type { InFlightSecretKind } from '../../core/store/in-flight-secrets.ts';
import type { HandshakeFailed } from './ends.ts';

/**
 * What lets a handshake outlive its worker: its program goes on in a holder on the box, and
 * its token is kept, sealed, until OpenClaw is seen to use it. An attempt that finds neither begins from the start.
 */
export interface Durability {
  /** The holder's name on the box: the handshake's id. */
  readonly name: string;
  /** What an earlier attempt has kept: the token that it read and could not prove, the code that it was about to type. */
  readonly token: Secret | undefined;
  readonly code: Secret | undefined;
  /** True when an earlier attempt may have typed a code whose outcome it has not told. */
  readonly typed: boolean;
  /** Hears how to cut the link to the box without a word, where that can be done. */
  reached?(hangUp: () => void): void;
  /** Hears that the box can keep the program, which it does from the link on. */
  holds?(): void;
  /** Keeps something until the handshake is over. */
  keep(kind: InFlightSecretKind, secret: Secret): Promise<void>;
  /** Hears whether the box still holds the program of an earlier attempt; not asked when there is a token. */
  found(isHeld: boolean): void;
  /** Hears that the box could not be made to end the holder. */
  uncleared(): void;
  /** Whether another attempt follows this failure, so that a holder has to stay. */
  goesOn(failed: HandshakeFailed): boolean;
}
