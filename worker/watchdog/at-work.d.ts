/** Milliseconds that a thread has been on a processor, and in line for one. */
export interface ThreadTime {
  ranMs: number;
  waitedMs: number;
}
export function wasAtWork(before: ThreadTime | undefined, after: ThreadTime | undefined, ms: number): boolean;
export function mainThread(): ThreadTime | undefined;
export function readThreadTime(schedstat: string, stat: () => string): ThreadTime | undefined;
