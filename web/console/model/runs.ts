import type { RUN_STATES, RunBoxState, RunKind } from '../../../core/contract/fleet-runs.ts';
import { isAtRest } from '../../../core/contract/run-words.ts';
import type { ShownRun } from '../../../core/contract/shown-runs.ts';
import type { RunVerb } from '../client/console-api.ts';

type RunState = (typeof RUN_STATES)[number];

const KINDS: Record<RunKind, string> = { doctor: 'Doctor', prepare: 'Prepare', migrate: 'Migrate' };
const STATES: Record<RunState, string> = {
  running: 'Running',
  paused: 'Paused',
  stopped: 'Stopped',
  done: 'Done',
};
export const BOX_STATES: Record<RunBoxState, string> = {
  waiting: 'to go',
  running: 'under way',
  done: 'done',
  failed: 'failed',
  skipped: 'skipped',
  'waiting-for-customer': 'waiting for its customer',
};

/** What a run is: `Migrate (dry run)`. */
export const runTitle = ({ kind, dryRun }: ShownRun) => `${KINDS[kind]}${dryRun ? ' (dry run)' : ''}`;

/** How it stands, in words and as a colour. A run of which nothing is left but what customers have to do says so. */
export function runState(run: ShownRun): {
  words: string;
  look: 'running' | 'good' | 'slow' | 'bad' | 'still';
} {
  const { state, counts } = run;
  const isWell = counts.failed + counts.skipped === 0;
  if (state === 'running' && isAtRest(run, counts)) return { words: 'Waits for customers', look: 'still' };
  if (state === 'done') return { words: STATES.done, look: isWell ? 'good' : 'bad' };
  const looks = { running: 'running', paused: 'slow', stopped: 'still' } as const;
  return { words: STATES[state], look: looks[state] };
}

/** The share of its boxes that nobody has to do anything about any more, from 0 to 1. */
export function shareOf({ counts: { total, waiting, running } }: ShownRun): number {
  return total === 0 ? 0 : (total - waiting - running) / total;
}

/** Whether it may still be different the next time. */
export const moves = (run: ShownRun) => run.state === 'running' || run.counts.running > 0;

interface Offer {
  verb: RunVerb;
  failed: boolean;
  label: string;
  title: string;
  text: string;
  isDanger?: boolean;
}

/** What can be done with a run as it stands. */
export function offersOf({ state, counts: { failed, skipped, running, total, waiting } }: ShownRun): Offer[] {
  const isUnwell = failed + skipped > 0;
  const underWay =
    running === 0
      ? ''
      : ` ${running === 1 ? 'The one that is' : `The ${running} that are`} under way are brought to their end.`;
  const pause: Offer = {
    ...{ verb: 'pause', failed: false, label: 'Pause', title: 'Pause this run?' },
    text: `No more boxes are begun until somebody resumes it.${underWay}`,
  };
  const resume: Offer = {
    ...{ verb: 'resume', failed: false, label: 'Resume', title: 'Go on with this run?' },
    text: `${waiting} of ${total} boxes are still to go. Failures count from now on.`,
  };
  const again: Offer = {
    ...{ verb: 'resume', failed: true, label: 'Try the others again', title: 'Try them again?' },
    text: `The ${failed + skipped} boxes that have failed or were skipped are done again.`,
  };
  const stop: Offer = {
    ...{ verb: 'stop', failed: false, label: 'Stop', title: 'Stop this run for good?', isDanger: true },
    text: `No more boxes are begun, and nobody can resume it.${underWay}`,
  };
  if (state === 'running') return [pause, stop];
  if (state === 'paused') return [resume, ...(isUnwell ? [again] : []), stop];
  return state === 'done' && isUnwell ? [again] : [];
}
