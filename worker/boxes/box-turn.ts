import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { KeyferryError } from '../../core/contract/errors.ts';
import type { BoxTurns } from '../../core/store/box-turns.ts';
import { atMost } from '../transports/deadline.ts';

export interface BoxTurnOptions {
  /** Milliseconds after which it is free if this process has died. */
  lockMs: number;
  /** It may be somebody else's by now. */
  onLost: () => void;
}

/** Milliseconds after which the turn of a process that has died is over, as long as BullMQ's locks. */
export const TURN_LOCK_MS = 30_000;
/** Milliseconds between two looks. */
const LOOK_MS = 1_000;
/** Milliseconds that giving it back may wait for Redis; it ends by itself. */
const END_MS = 2_000;

/** Whose turn it is. */
export type Turns = Pick<BoxTurns, 'take' | 'keep' | 'end'>;

/** For whoever works within a turn that is theirs already. */
export const HELD: Turns = { take: async () => true, keep: async () => true, end: async () => {} };

/** Takes a customer's turn and keeps it until the returned function is called; undefined if it is somebody else's. */
export async function takeTurn(
  turns: Turns,
  customer: string,
  { lockMs, onLost }: BoxTurnOptions,
): Promise<(() => Promise<void>) | undefined> {
  const run = randomUUID();
  let until = performance.now() + lockMs;
  if (!(await turns.take(customer, run, lockMs))) return undefined;
  const keep = async () => {
    const asked = performance.now();
    // Redis may be away for a moment.
    const isKept = await turns.keep(customer, run, lockMs).catch(() => undefined);
    if (isKept) until = asked + lockMs;
    if (isKept === false) onLost();
  };
  const timer = setInterval(() => {
    // Before another one may have it.
    if (performance.now() + lockMs / 4 >= until) onLost();
    else void keep();
  }, lockMs / 4);
  return async () => {
    clearInterval(timer);
    await atMost(
      END_MS,
      turns.end(customer, run).catch(() => undefined),
    );
  };
}

/** Waits for a customer's turn. Throws `change_under_way` after `waitsMs` milliseconds, and the signal's reason. */
export async function awaitTurn(
  turns: Turns,
  customer: string,
  { signal, waitsMs, onLost }: { signal: AbortSignal; waitsMs: number; onLost: () => void },
): Promise<() => Promise<void>> {
  for (let waited = 0; ; waited += LOOK_MS) {
    const over = await takeTurn(turns, customer, { lockMs: TURN_LOCK_MS, onLost });
    if (over) return over;
    if (waited >= waitsMs) throw new KeyferryError('change_under_way');
    await sleep(LOOK_MS, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}
