import type { Entry, Fate } from './ledger.ts';
import type { FaultName } from './plan.ts';
import type { Evidence } from './run.ts';

/** One thing that has to be so. */
export interface Requirement {
  says: string;
  /** What was counted, in words. */
  counted: string;
  met: boolean;
  /** Trials in which it was not so. */
  against: readonly Entry[];
  /** More that speaks against it, a line each. */
  more: readonly string[];
}

/** Milliseconds within which a worker that is told to stop must end on its own. */
const STOP_MS = 10_000;

/** Faults through which a code that was left stays there: those of workers, boxes and pages. */
const LEAVES_CODES: ReadonlySet<FaultName> = new Set<FaultName>([
  'kill-worker',
  'term-worker',
  'lose-lock',
  'cut-ssh',
  'kill-sshd-session',
]);

/** All that a run has to show (docs/chaos.md). */
export function requirements({ entries, stops, aftermath, record }: Evidence): Requirement[] {
  // A worker has nothing of one that was parked: its link could not have been lost with it.
  const killed = entries.filter(
    ({ fault, met, linkKept, phase }) =>
      fault === 'kill-worker' && met && linkKept !== undefined && phase !== 'parked',
  );
  const none = (says: string, of: (entry: Entry) => number): Requirement => {
    const against = entries.filter((entry) => of(entry) > 0);
    const count = against.reduce((sum, entry) => sum + of(entry), 0);
    return { says, counted: `${count}`, met: count === 0, against, more: [] };
  };
  const empty = (says: string, left: readonly string[]): Requirement => ({
    says,
    counted: `${left.length}`,
    met: left.length === 0,
    against: [],
    more: left,
  });
  const stuck = entries.filter(({ ending }) => ending === 'STUCK');
  const fates = entries.flatMap(({ tokens }) => tokens);
  const fated = (fate: Fate) => fates.filter((each) => each === fate).length;
  const late = stops.filter(({ code, ms }) => code !== 0 || ms > STOP_MS);
  const lostLinks = killed.filter(({ linkKept }) => !linkKept);
  return [
    {
      says: 'handshakes end connected, at once or after the step that the page asks for',
      counted: `${entries.length - stuck.length} of ${entries.length}`,
      met: stuck.length === 0 && entries.length > 0,
      against: stuck,
      more: [],
    },
    {
      ...none(
        'tokens lost: made, and neither in OpenClaw’s store, nor superseded there, nor reported',
        ({ tokens }) => tokens.filter((fate) => fate === 'lost').length,
      ),
      counted: `${fated('lost')} of ${fates.length} (${fated('superseded')} superseded, ${fated('reported')} reported)`,
    },
    none('sign-ins after a token of the same customer was made', ({ secondSignIns }) => secondSignIns),
    none('codes that reached Anthropic more than once', ({ typedTwice }) => typedTwice),
    none(
      'codes that were left asleep, and sent once more: of parked ones, where no api or store was struck',
      (entry) => (entry.phase === 'parked' && LEAVES_CODES.has(entry.fault) ? entry.sentAgain : 0),
    ),
    none('pages that say connected while OpenClaw has or uses another token', ({ untrue }) => Number(untrue)),
    {
      says: 'links that were out kept their worth when their worker was killed',
      counted: `${killed.length - lostLinks.length} of ${killed.length}`,
      met: lostLinks.length === 0,
      against: lostLinks,
      more: [],
    },
    {
      says: 'workers that were told to stop ended by themselves within 10 s',
      counted: `${stops.length - late.length} of ${stops.length}`,
      met: late.length === 0,
      against: [],
      more: late.map(({ code, ms }) => `ended with ${code} after ${(ms / 1_000).toFixed(1)} s`),
    },
    empty('processes left on the boxes', aftermath.processes),
    empty('holders (tmux sessions) left on the boxes', aftermath.holders),
    empty(
      'handshakes that no worker has ended',
      Array.from({ length: aftermath.jobs }, () => 'a job of the queue'),
    ),
    empty('sealed codes or tokens left in Redis', aftermath.sealed),
    {
      ...empty('entries that the database does not have yet, or has refused', record.unwritten),
      counted: `${record.unwritten.length} beside ${record.handshakes} handshakes`,
    },
    empty('handshakes that the database does not have as their customers were told', record.untold),
    empty('connections that are not on record once, or not as the current one', record.connections),
    {
      ...empty(
        'ends of which the platform did not hear by one webhook, or none if cancelled',
        record.webhooks,
      ),
      counted: `${record.webhooks.length} beside ${record.arrived} that arrived`,
    },
    {
      ...empty('places with a token, code or verifier', aftermath.leaks),
      counted: `${aftermath.leaks.length} of ${aftermath.places}`,
    },
  ];
}
