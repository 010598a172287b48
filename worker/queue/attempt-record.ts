import type { KeyferryError } from '../../core/contract/errors.ts';
import { MOST_SCREEN, type RecordedAttempt, type RecordHead } from '../../core/contract/handshake-record.ts';
import type { Phase } from '../../core/contract/phases.ts';
import { claimedVersions, type Versions } from '../../core/contract/versions.ts';
import { nowDate } from '../../core/store/redis-clock.ts';
import type { Change } from '../handshake/progress.ts';
import type { AttemptJob } from './attempt-job.ts';
import { type Ending, follows } from './ending.ts';

const MOST_DETAIL = 4_000;
const MOST_WARNINGS = 20;
const MOST_WARNING = 500;

/**
 * One attempt as support will read it: every phase, including those that the customer does not see after a
 * takeover. What comes from a box was redacted before it gets here, and is cut here.
 */
export class AttemptRecord {
  readonly head: RecordHead;
  #now: RecordedAttempt;

  constructor({ handshake, customer, provider, method, box, requestedBy, askedAt, attempt }: AttemptJob) {
    this.head = { handshake, customer, provider, method, requestedBy, startedAt: askedAt.toISOString() };
    this.#now = { attempt, ...(box && { box }), timeline: [], versions: {}, rejected: 0, warnings: [] };
  }

  /** Its current state; a new object after every change. */
  get now(): RecordedAttempt {
    return this.#now;
  }

  /** Codes that are not accepted are counted, including those that were never typed. */
  change({ phase, at, endsAt, rejected }: Change): void {
    this.#now = {
      ...this.#now,
      timeline: this.#after(phase, at),
      phaseEndsAt: endsAt.toISOString(),
      rejected: this.#now.rejected + (rejected ? 1 : 0),
    };
  }

  found(versions: Versions): void {
    this.#now = { ...this.#now, versions: claimedVersions(versions) };
  }

  /** It waits on, without this worker. */
  park(): void {
    this.#now = { ...this.#now, parked: true };
  }

  /** If another attempt follows, it is queued again, with the reason for which this one ended. */
  end(ending: Ending, at = nowDate()): void {
    const phase = ending.kind === 'connected' ? 'connected' : follows(ending) ? 'queued' : ending.kind;
    const { phaseEndsAt: _, ...now } = this.#now;
    this.#now = { ...now, timeline: this.#after(phase as Phase, at) };
    if (ending.kind === 'connected') this.#now.warnings = bounded(ending.connected.warnings);
    else this.#now.error = { code: ending.error.code, phase: ending.phase, ...seen(ending.error) };
  }

  #after(phase: Phase, at: Date): RecordedAttempt['timeline'] {
    const { timeline } = this.#now;
    return timeline.at(-1)?.phase === phase ? timeline : [...timeline, { phase, at: at.toISOString() }];
  }
}

function bounded(warnings: readonly string[]): string[] {
  return warnings.slice(0, MOST_WARNINGS).map((warning) => warning.slice(0, MOST_WARNING));
}

/** The end of a screen that is too long, because the last output shows where it stopped. */
function seen({ detail, screen }: KeyferryError): { detail?: string; screen?: string } {
  return {
    ...(detail === undefined ? {} : { detail: detail.slice(0, MOST_DETAIL) }),
    ...(screen === undefined ? {} : { screen: screen.slice(-MOST_SCREEN) }),
  };
}
