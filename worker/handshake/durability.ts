import type { Secret } from '../../core/secrets/secret.ts';
import type { InFlightSecretKind } from '../../core/store/in-flight-secrets.ts';
import type { LinkControl } from '../transports/transport.ts';
import type { HandshakeFailed } from './ends.ts';

/**
 * What lets a handshake outlive its worker: its program continues in a holder on the box,
 * and its token is kept, sealed, until OpenClaw is seen to use it. An attempt that finds neither starts from the beginning.
 */
export interface Durability {
  /** The holder's name on the box: the handshake's id. */
  readonly name: string;
  /** What an earlier attempt kept: the token that it read but could not prove, the code that it was about to type. */
  readonly token: Secret | undefined;
  readonly code: Secret | undefined;
  /** What an earlier attempt took out of OpenClaw's configuration: see `own-key-memory.ts`. */
  readonly ownKey?: Secret | undefined;
  /** True if an earlier attempt may have typed a code without reporting the outcome. */
  readonly typed: boolean;
  /** Until when (ms since 1970, by Redis's clock) an earlier attempt's program waits for its code; undefined: as long as any. */
  readonly waitsUntil?: number | undefined;
  /** Receives what can be done to the link without asking the box. */
  reached?(link: LinkControl): void;
  /** Called when the box can keep the program, which it does from the link on; `isThere` asks it whether it does. */
  holds?(isThere: () => Promise<boolean>): void;
  /** Keeps something until the handshake is over. */
  keep(kind: InFlightSecretKind, secret: Secret): Promise<void>;
  /** Told whether the box still holds the program of an earlier attempt; not called if there is a token. */
  found(isHeld: boolean): void;
  /** Called if the box could not be made to end the holder. */
  uncleared(): void;
  /** Whether another attempt follows this failure, so that a holder must stay. */
  goesOn(failed: HandshakeFailed): boolean;
}
