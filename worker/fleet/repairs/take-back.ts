import { isDeepStrictEqual } from 'node:util';
import type { RepairState } from '../../../core/contract/repairs.ts';
import { COMMAND_MS, inTimeOfItsOwn, type OnBox, type Repair } from './repair.ts';

/** What stands on a box after a repair that has failed. */
export interface TakenBack {
  /** Undefined: it could not be seen. */
  after: RepairState | undefined;
  /** What the repair has moved still is, or nobody could see that it is not: it can be undone later. */
  isLeft: boolean;
}

/** Milliseconds to look, to put back and to look again. */
const BACK_MS = 4 * COMMAND_MS;
/** The most that a repair takes whose time is over: what it puts back itself, this, and writing it down. */
export const ENDING_MS = 15 * 60_000;

/**
 * Puts back what a repair that has failed has moved, also one that was ended in the middle, and sees what stands there then.
 * What can only be done forwards (`undo` is none), and what was proved before it failed (`keeps`), stays, and is said. Never rejects.
 */
export async function takeBack(
  { see, undo, keeps, moves }: Pick<Repair, 'see' | 'undo' | 'keeps' | 'moves'>,
  ended: OnBox,
  before: RepairState,
): Promise<TakenBack> {
  const on = inTimeOfItsOwn(ended, BACK_MS);
  const seen = () => see(on).catch(() => undefined);
  const isBack = (state: RepairState | undefined) =>
    moves.every((part) => isDeepStrictEqual(state?.[part], before[part]));
  const now = await seen();
  if (!undo || keeps || isBack(now)) return { after: now, isLeft: false };
  await undo(on, before, now ?? {}).catch(() => undefined);
  const after = await seen();
  return { after, isLeft: !isBack(after) };
}

/**
 * Whether each part that a repair moves is as it was before it, or as it has put it: nobody has changed it since. `after`: what was
 * seen when it was done; undefined: nobody could look. Throws.
 */
export async function isOurs(
  { see, writes, moves, goesByHint, wouldLose }: Judged,
  on: OnBox,
  before: RepairState,
  after: RepairState | undefined,
): Promise<boolean> {
  if (goesByHint) return true;
  const now = await see(on);
  if (wouldLose?.(before, now)) return false;
  const known = [before, writes?.(before), after].filter((state) => state !== undefined);
  return moves.every((part) => known.some((state) => isDeepStrictEqual(now[part], state[part])));
}

type Judged = Pick<Repair, 'see' | 'writes' | 'moves' | 'goesByHint' | 'wouldLose'>;
