import type { RepairState } from '../../../core/contract/repairs.ts';
import type { PlatformProvider } from '../../../core/process/platform-provider.ts';
import type { Transport } from '../../transports/transport.ts';

/** Where something is taken out of use. */
export interface OnHeldBox {
  customer: string;
  transport: Transport;
  /** OpenClaw's agent; by default its own default agent. */
  agent: string | undefined;
  /** The platform's own provider, where there is one. */
  platform: PlatformProvider | undefined;
  signal: AbortSignal;
}

/** Something that is taken out of use on a box, and put back. Each throws a `KeyferryError`. */
export interface HoldStep {
  /** What stands on the box now, without anything secret: enough to put it back. */
  see(on: OnHeldBox): Promise<RepairState>;
  /** What is to be put back one day, where something is held already: what somebody has brought there since comes first. */
  merge(held: RepairState, now: RepairState): RepairState;
  /** Takes it out of use, and sees that it is; what is out of use already stays so. */
  take(on: OnHeldBox): Promise<void>;
  /** Puts it back as it was, and sees that it is. What somebody has changed meanwhile is theirs, and stays. */
  back(on: OnHeldBox, before: RepairState): Promise<void>;
}

/** Milliseconds for one of OpenClaw's commands: 2026.4.15 takes over a minute on a busy box. */
export const COMMAND_MS = 2 * 60_000;
