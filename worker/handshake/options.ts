import type { WorkingPhase } from '../../core/contract/phases.ts';
import type { Secret } from '../../core/secrets/secret.ts';
import type { Tracker } from '../terminal/track.ts';
import type { Durability } from './durability.ts';
import type { Change } from './progress.ts';

/** Whoever signs in: hears of every change and gives the codes. */
export interface HandshakeCustomer {
  tell(change: Change): void;
  /** The next text they paste. Rejects when there will be none. */
  code(signal: AbortSignal): Promise<Secret>;
  /** Resolves when what they were told would outlive this process. Default: at once. */
  settled?(): Promise<void>;
}

export interface HandshakeOptions {
  /** Aborting ends the handshake and everything it started on the box; the reason is thrown. */
  signal: AbortSignal;
  /** Width of the terminals, 40 to 1,000. Default 120: a token is not cut, and a terminal takes half of what one of 400 does. */
  columns?: number | undefined;
  /** OpenClaw's agent; default its own default agent. */
  agent?: string | undefined;
  /** Default model to set, `anthropic/<id>`; default the best that the box's OpenClaw offers. */
  model?: string | undefined;
  /** False: OpenClaw's word is enough, no real turn is made. Default true. */
  liveProof?: boolean;
  /** Gets to see the terminals, redacted. */
  tracker?: Tracker | undefined;
  /** Hears which versions the box has, once it has been looked at. They are the box's word. */
  found?: ((versions: Versions) => void) | undefined;
  /** What lets another attempt go on where this one ends; without it an attempt leaves nothing behind. */
  durability?: Durability | undefined;
  /** Milliseconds by phase, where they differ from the contract's. */
  deadlines?: Partial<Record<WorkingPhase, number>> | undefined;
}

/** What runs on the box; undefined where a program does not say. */
export interface Versions {
  claude: string | undefined;
  openclaw: string | undefined;
}
