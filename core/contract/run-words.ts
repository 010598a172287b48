/** A run over the fleet in words, for terminals and the console. */
import { DEFAULT_BOX } from './connection-record.ts';
import type { RunBoxRecord, RunCounts, RunRecord } from './fleet-runs.ts';

/** What somebody calls it: the beginning of its id. */
export const shortId = ({ id }: Pick<RunRecord, 'id'>) => id.slice(0, 8);

/** Whether it is over, or nothing is left but what customers have to do. */
export function isAtRest(
  { state, listedAt }: Pick<RunRecord, 'state' | 'listedAt'>,
  counts: RunCounts,
): boolean {
  const { waiting, running } = counts;
  if (state !== 'running') return running === 0;
  // Where nobody is awaited either, it is about to be over.
  return listedAt !== null && waiting + running === 0 && counts['waiting-for-customer'] > 0;
}

/** How a run stands, in a line. */
export function countsWords(counts: RunCounts): string {
  const { total, done, failed, skipped, running, waiting, unreached } = counts;
  if (total === 0) return 'no box fits';
  const forCustomer = counts['waiting-for-customer'];
  const waits = unreached > 0 ? `${waiting} to go (${unreached} not reached yet)` : `${waiting} to go`;
  return [
    `${done} of ${total} done`,
    ...(forCustomer > 0 ? [`${forCustomer} waiting for their customer`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
    ...(running > 0 ? [`${running} under way`] : []),
    ...(waiting > 0 ? [waits] : []),
  ].join(', ');
}

/** What people call a box. */
export const boxName = ({ customer, box }: Pick<RunBoxRecord, 'customer' | 'box'>) =>
  box === DEFAULT_BOX ? customer : `${customer}/${box}`;
