import { readdirSync, readFileSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BoxUser } from './box-user.ts';
import { signalAll } from './signal-all.ts';

/** What distinguishes a box's processes from others. */
export interface BoxMarks {
  user: BoxUser;
  home: string;
}

/**
 * Ids of the processes that run on a box: all of its own user's, or, where it shares a user, those started with its
 * HOME (a tmux server that has left its session keeps it).
 */
export function boxProcesses({ user, home }: BoxMarks): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => {
      try {
        if (user.own && statSync(`/proc/${pid}`).uid !== user.uid) return false;
        // Ended, and waiting for a parent that may never ask.
        if (/\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))) return false;
        return user.own || readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`HOME=${home}`);
      } catch {
        // Gone meanwhile, or another user's.
        return false;
      }
    })
    .map(Number);
}

/** Ends what runs on a box, by id: asks first, then insists. Resolves once all of it is gone. */
export async function endBoxProcesses(marks: BoxMarks): Promise<void> {
  // Everything with this uid is about to be ended: make sure that it is not a system account.
  if (marks.user.own && !(marks.user.uid >= 1_000)) throw new Error(`uid ${marks.user.uid} is not a box's.`);
  for (let round = 0; round < 100; round += 1) {
    const left = boxProcesses(marks);
    if (left.length === 0) return;
    // TERM once, KILL after half a second.
    const signal = round === 0 ? 'SIGTERM' : round >= 10 ? 'SIGKILL' : undefined;
    if (signal) signalAll(left, signal);
    await sleep(50);
  }
  throw new Error(`Processes of the box do not end: ${boxProcesses(marks).join(' ')}`);
}
