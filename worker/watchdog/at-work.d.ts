/** Milliseconds that a thread has been on a processor, and in line for one. */
export interface Work {
  ranMs: number;
  waitedMs: number;
}
export function wasAtWork(before: Work | undefined, after: Work | undefined, ms: number): boolean;
export function mainThread(): Work | undefined;
export function readWork(schedstat: string, stat: () => string): Work | undefined;
