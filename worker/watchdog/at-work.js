import { readFileSync } from 'node:fs';

/**
 * Of the time that a loop stands still, what its thread must have had work: been on a processor, or waited in line for
 * one. Else it waits for something, or its process is stopped.
 */
const AT_WORK = 0.5;
/**
 * And what it must have been on a processor: on a machine that is overrun, a moment's work of anybody's takes as long as
 * a block elsewhere.
 */
const RAN = 0.05;

/** Whether a thread that stood so at two times, `ms` apart, was kept at work for them. Where it is not known, it was. */
export function wasAtWork(before, after, ms) {
  if (before === undefined || after === undefined) return true;
  const ran = after.ranMs - before.ranMs;
  const waited = after.waitedMs - before.waitedMs;
  return ran + waited >= AT_WORK * ms && ran >= RAN * ms;
}

/** What the main thread of this process has done so far; undefined where the system does not say. */
export function mainThread() {
  const task = `/proc/self/task/${process.pid}`;
  return readThreadTime(read(`${task}/schedstat`), () => read(`${task}/stat`));
}

/** From the kernel's `schedstat`, and where that says nothing (it is built without, as in gVisor) from proc(5)'s `stat`. */
export function readThreadTime(schedstat, stat) {
  // Nanoseconds on a processor, nanoseconds in line for one, number of times.
  const [ran = 0, waited = 0] = schedstat.split(' ').map(Number);
  if (ran > 0) return { ranMs: ran / 1e6, waitedMs: waited / 1e6 };
  // Fields 14 and 15, in hundredths of a second; the name before them may hold blanks.
  const [, after = ''] = stat().split(/\) (?!.*\) )/);
  const fields = after.split(' ');
  const hundredths = Number(fields[11]) + Number(fields[12]);
  return Number.isNaN(hundredths) ? undefined : { ranMs: 10 * hundredths, waitedMs: 0 };
}

function read(file) {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
