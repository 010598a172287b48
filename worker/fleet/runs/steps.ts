import type { ConnectionRecord } from '../../../core/contract/connection-record.ts';
import { type ErrorCode, KeyferryError, toKeyferryError } from '../../../core/contract/errors.ts';
import type { RunBoxEnd, RunOptions, RunOutcome, RunStep } from '../../../core/contract/fleet-runs.ts';
import type { Method } from '../../../core/contract/provider-names.ts';
import { METHODS } from '../../../core/contract/providers.ts';
import { doctor } from '../../doctor/doctor.ts';
import { type Report, verdict } from '../../doctor/report.ts';
import type { JobSignals } from '../../queue/box-jobs.ts';
import type { Transport } from '../../transports/transport.ts';

/** A box of a run, and what a run needs for it. */
export interface RunBox extends JobSignals {
  customer: string;
  /** As connections on it are recorded. */
  box: string;
  transport: Transport;
  agent: string | undefined;
  options: RunOptions;
  /** The customer's connections there. */
  records: readonly ConnectionRecord[];
  /** Changes something there, while neither a handshake nor a removal is on it. */
  changing<T>(work: () => Promise<T>): Promise<T>;
  /** Writes what the doctor found, for the console. */
  examined(report: Report): Promise<void>;
}

/** Milliseconds to reach a box. */
export const REACH_MS = 15_000;
const MOST_WORDS = 400;

/** Something that a run did, or would do. */
export function step(name: string, state: RunStep['state'], words: string): RunStep {
  return { step: name, state, words: words.slice(0, MOST_WORDS).toWellFormed() };
}

/** The whole doctor; what it found is on record. Throws what kept it from reaching the box. */
export async function examine(box: RunBox): Promise<Report> {
  const { transport, agent, options, signal } = box;
  const methods = options.methods?.filter((name) => Object.hasOwn(METHODS, name)) as Method[] | undefined;
  const report = await doctor(transport, { signal, timeoutMs: REACH_MS }, { agent, methods });
  const [first] = report.findings;
  if (first?.id === 'ssh' && first.error) throw new KeyferryError(first.error);
  await box.examined(report);
  return report;
}

/** What of a report goes into the record of a run: the rest is in the doctor's own. */
export function outcomeOf(report: Report): Pick<RunOutcome, 'verdict' | 'findings' | 'versions'> {
  const { versions, findings } = report;
  return {
    verdict: verdict(report),
    findings: findings
      .slice(0, 40)
      .flatMap(({ id, status, error }) =>
        status === 'ok' ? [] : [{ id: id.slice(0, 120), status, ...(error && { error }) }],
      ),
    ...(versions && { versions }),
  };
}

/** The end of a box that the doctor finds unfit, by what it found first. */
export function unfit(report: Report): Pick<RunBoxEnd, 'state' | 'code' | 'why'> {
  const found = report.findings.find(({ status }) => status === 'blocks');
  return {
    state: 'failed',
    ...(found?.error ? { code: found.error } : { why: `The doctor: ${found?.id}.` }),
  };
}

/** Codes of boxes that are off, or not to be reached just now: no fault of what is done there. */
const UNREACHED = new Set<ErrorCode>([
  'box_stopped',
  'box_unreachable',
  'connection_lost',
  'channel_refused',
  'inventory_unavailable',
  'service_unavailable',
]);
const LATER = new Set<ErrorCode>([
  'handshake_under_way',
  'disconnect_under_way',
  'change_under_way',
  'worker_stopped',
  'worker_lost',
]);

/** What our own work may have done to a box. */
const GONE = new Set<ErrorCode>(['connection_lost', 'box_unreachable']);
/** Nobody knows which box it is. */
const SKIPPED = new Set<ErrorCode>(['box_not_listed', 'box_ambiguous']);

/**
 * How a box has ended whose work threw. `isStopping`: the worker ends, and another one takes it. `isChanging`: a change has
 * begun there.
 */
export function endOf(thrown: unknown, { signal, isStopping, isChanging = false }: Ending): RunBoxEnd {
  const isLate = signal.aborted && !(signal.reason instanceof KeyferryError);
  const { code } = isStopping
    ? new KeyferryError('worker_stopped')
    : isLate
      ? new KeyferryError('box_call_timeout')
      : toKeyferryError(thrown);
  return { state: stateOf(code, isChanging), code };
}

interface Ending {
  signal: AbortSignal;
  isStopping: boolean;
  isChanging?: boolean;
}

function stateOf(code: ErrorCode, isChanging: boolean): RunBoxEnd['state'] {
  if (LATER.has(code)) return 'later';
  if (SKIPPED.has(code)) return 'skipped';
  return UNREACHED.has(code) && !(isChanging && GONE.has(code)) ? 'unreached' : 'failed';
}
