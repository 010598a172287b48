import type { Endpoint } from '../../core/contract/endpoint.ts';
import type { WorkingPhase } from '../../core/contract/phases.ts';
import type { ProviderRow } from '../../core/contract/providers.ts';
import type { SignInMethod } from '../../core/contract/sign-in-link.ts';
import type { Versions } from '../../core/contract/versions.ts';
import type { Secret } from '../../core/secrets/secret.ts';
import type { HandshakeFallback } from '../fallback/in-handshake.ts';
import type { Known } from '../programs/openclaw/replacement-plan.ts';
import type { Tracker } from '../terminal/track.ts';
import type { Durability } from './durability.ts';
import type { Change } from './progress.ts';

/** The person who signs in: learns of every change and gives the codes. */
export interface HandshakeCustomer {
  tell(change: Change): void;
  /** The next text that they paste. Rejects with `sealed_unreadable` for one that cannot be opened, else if there will be none. */
  code(signal: AbortSignal): Promise<Secret>;
  /** Resolves when what they were told would outlive this process. Default: at once. */
  settled?(): Promise<void>;
}

export interface HandshakeOptions {
  /** Default `setup-token`. */
  method?: SignInMethod | undefined;
  /** Aborting ends the handshake and everything it started on the box; the reason is thrown. */
  signal: AbortSignal;
  /** Whose credential it is; Anthropic's if nothing is said. */
  provider?: ProviderRow | undefined;
  /** A key that the customer has brought, or a credential from the vault; without one they sign in. */
  key?: Secret | undefined;
  /** An address of the customer's own, where the provider asks for one. */
  endpoint?: Endpoint | undefined;
  /** By which method `key` was made; `api-key` if nothing is said. */
  keyMethod?: string | undefined;
  /** What the record knows of this box: whose place the credential takes, and what else is connected there. */
  known?: Known | undefined;
  /** Width of the terminals, 40 to 1,000. Default 120: a token is not cut, and a terminal takes half as much memory as one of 400 columns. */
  columns?: number | undefined;
  /** OpenClaw's agent; default its own default agent. */
  agent?: string | undefined;
  /** Default model to set, `anthropic/<id>`; default the best that the box's OpenClaw offers. */
  model?: string | undefined;
  /**
   * Where the configuration has a key of its own answer for the provider, the word that says so is taken out once the new
   * credential is proved; false: such a handshake fails before anything is stored. It is asked only there. Default false.
   */
  takesOwnKeyOut?: boolean | (() => Promise<boolean>) | undefined;
  /** False: rely on what OpenClaw reports and make no real turn. Default true. */
  liveProof?: boolean;
  /** Sees the terminals, redacted. */
  tracker?: Tracker | undefined;
  /** Receives the box's versions once it has been examined. They are what the box claims. */
  found?: ((versions: Versions) => void) | undefined;
  /** Lets another attempt continue where this one ends; without it an attempt leaves nothing behind. */
  durability?: Durability | undefined;
  /** The platform's own provider, which is to stand behind what was proved. */
  fallback?: HandshakeFallback | undefined;
  /** Milliseconds by phase, where they differ from the contract's. */
  deadlines?: Partial<Record<WorkingPhase, number>> | undefined;
}
