import type { ConnectionRecord } from '../../../core/contract/connection-record.ts';
import type { ProviderRow } from '../../../core/contract/providers.ts';
import type { BoxState, RepairName, RepairState } from '../../../core/contract/repairs.ts';
import type { JobSignals } from '../../queue/box-jobs.ts';
import type { Transport } from '../../transports/transport.ts';

/** On what a repair works. */
export interface OnBox extends JobSignals {
  record: ConnectionRecord;
  /** All of the customer's connections on that box. */
  here: readonly ConnectionRecord[];
  row: ProviderRow;
  transport: Transport;
  /** OpenClaw's agent; by default its own default agent. */
  agent: string | undefined;
  /** What a look saw of OpenClaw when the connection last worked. */
  good: BoxState | undefined;
  /** Opens the connection's copy in the vault, and throws why it cannot be: before anything that only it can make good. */
  openCopy(): Promise<void>;
  /** Puts the connection's credential back from the vault, as a profile that a turn has proved; that profile. */
  putBack(): Promise<string>;
}

/** The same with time of its own, to put something back once the other is over; none where somebody else may be on the box. */
export function inTimeOfItsOwn<T extends JobSignals>(on: T, timeoutMs: number): T {
  return { ...on, signal: AbortSignal.any([on.givenUp, AbortSignal.timeout(timeoutMs)]) };
}

/** Something that Keyferry puts right. Each throws a `KeyferryError`; whether it helped, a look says. */
export interface Repair {
  name: RepairName;
  /** A turn that its provider refuses says so of the credential, and not of a model. */
  asksCredential: boolean;
  /** It makes a turn itself, and fails where that is not answered: what a turn has said before is then no longer so. */
  proves?: true;
  /** Which parts of what it sees it moves. */
  moves: readonly string[];
  /** What it puts in the place of each part that it moves, by what stood there before; undefined: that is not known. */
  writes?(before: RepairState): RepairState | undefined;
  /** Whether undoing it would go over something that is not among what it moves, and that somebody has put there since. */
  wouldLose?(before: RepairState, now: RepairState): boolean;
  /** Its `undo` itself leaves what is not its own, and throws. */
  goesByHint?: true;
  /** What stands on the box now, without anything secret: enough to undo it. Asked again when it is done. */
  see(on: OnBox): Promise<RepairState>;
  do(on: OnBox, before: RepairState): Promise<void>;
  /** Puts back what stood there before; undefined: there is nothing that anybody would want back. */
  undo: ((on: OnBox, before: RepairState, after: RepairState) => Promise<void>) | undefined;
  /** By the time that it fails, what it has put there was proved, or is gone again by itself: nothing is undone. */
  keeps?: true;
}

/** Milliseconds for one of OpenClaw's commands: 2026.4.15 takes over a minute on a busy box. */
export const COMMAND_MS = 2 * 60_000;

/** What it said of a name in the state; undefined where it has none, or another form. */
export function textOf(state: RepairState, name: string): string | undefined {
  const value = state[name];
  return typeof value === 'string' ? value : undefined;
}
export function listOf(state: RepairState, name: string): string[] | undefined {
  const value = state[name];
  return Array.isArray(value) ? value : undefined;
}
