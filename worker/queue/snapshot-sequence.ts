import { CATALOGUE } from '../../core/contract/errors.ts';
import { holdsProgram, isOnTheWay, type Phase } from '../../core/contract/phases.ts';
import { isModelOf, rowOf } from '../../core/contract/providers.ts';
import { type Connection, type Snapshot, shown } from '../../core/contract/snapshot.ts';
import { now, nowDate } from '../../core/store/redis-clock.ts';
import type { Connected } from '../handshake/ends.ts';
import type { Change } from '../handshake/progress.ts';
import type { AttemptJob } from './attempt-job.ts';
import { type Ending, noticeAfter } from './ending.ts';

/** What one attempt tells a customer's browser: every change and its end, as whole snapshots in order. */
export class SnapshotSequence {
  readonly #work: AttemptJob;
  /** What the customer was last told and still sees, while this attempt may continue from there. */
  #held: Snapshot | undefined;
  #seq = 0;
  #notice: Snapshot['notice'];
  #linkShown = false;
  /** The last that was said in `waiting`. */
  #waiting: Snapshot | undefined;
  /** The customer has seen nothing of this attempt's beginning. */
  #wentOn: boolean;

  /** `last`: what the customer was last told, by any attempt. */
  constructor(work: AttemptJob, last: Snapshot | null) {
    this.#work = work;
    this.#held = last?.handshake === work.handshake && holdsProgram(last.phase) ? last : undefined;
    this.#wentOn = this.#held !== undefined;
    this.#notice = noticeAfter(last, work.handshake);
  }

  /** The link that the customer sees while this attempt starts. */
  get heldLink(): string | undefined {
    return this.#held?.link;
  }

  /** Until when (ms since 1970) a program waits that some earlier attempt's worker has parked; undefined if none did. */
  get parkedUntil(): number | undefined {
    const { waitsUntil } = this.#held ?? {};
    return waitsUntil === undefined ? undefined : Date.parse(waitsUntil);
  }

  /** A code of an earlier attempt may have been typed. */
  get wasTyped(): boolean {
    return this.#held !== undefined && this.#held.phase !== 'waiting';
  }

  /** This attempt does not know yet whether it can continue where an earlier one was. */
  get goesOn(): boolean {
    return this.#held !== undefined;
  }

  /**
   * What the customer still sees remains true, repeated once by this attempt so that an older one's snapshots no
   * longer count; undefined if there is nothing. Its time counts from when this attempt gets to it, but that of one that
   * was ever parked goes on: it is woken as often as somebody looks at the page, and each worker may be stopped.
   */
  taken(endsIn: (phase: Phase) => number | undefined): Snapshot | undefined {
    if (!this.#held) return undefined;
    const { parked: _, ...held } = this.#held;
    const ms = held.waitsUntil === undefined ? endsIn(held.phase) : undefined;
    const ends = ms === undefined ? {} : { phaseEndsAt: new Date(now() + ms).toISOString() };
    return this.#snapshot({ ...held, ...ends });
  }

  /** Nothing of the earlier attempt is left: from now on the customer is told about every step. */
  release(): void {
    this.#wentOn = false;
    this.#held = undefined;
  }

  /** The snapshot for a change within the attempt; none for one that the customer does not see. */
  change({ phase, at, endsAt, url, rejected }: Change): Snapshot | undefined {
    // Said once by this attempt, here or when it was taken.
    if (this.#held && isOnTheWay(phase)) return this.#seq === 0 ? this.#snapshot(this.#held) : undefined;
    if (phase === 'waiting') {
      const before = this.#held?.link === url ? this.#held : undefined;
      this.#linkShown = true;
      this.#held = undefined;
      if (before) {
        const { parked: _, ...same } = before;
        return this.#said({ ...same, phaseEndsAt: endsAt.toISOString() });
      }
      // A notice explains the wait for a link; `fresh_link` also explains the link itself, until a code from it is typed.
      if (this.#notice === 'retrying') this.#notice = undefined;
    }
    // If an earlier attempt typed it, a fresh link may still follow.
    const isOpen = phase === 'exchanging' && this.#held !== undefined;
    if (phase === 'installing' || (phase === 'exchanging' && !isOpen)) this.#notice = undefined;
    if (phase === 'installing') this.#held = undefined;
    return this.#said({
      phase,
      at: at.toISOString(),
      phaseEndsAt: endsAt.toISOString(),
      link: url,
      rejected: rejected && { ...rejected, retryable: CATALOGUE[rejected.code].retryable },
      notice: isOpen ? undefined : this.#notice,
    });
  }

  /**
   * The snapshot for the end of the attempt; none when the handshake is no longer this worker's, or when another
   * attempt goes on where this one was (`isLeft`) and the customer need not know.
   */
  end(ending: Ending, isLeft = false): Snapshot | undefined {
    const at = nowDate().toISOString();
    switch (ending.kind) {
      // What the customer was last told remains true.
      case 'postponed':
      case 'lost':
        return undefined;
      case 'parked': {
        // One that did not get to its box is where it was.
        const waits = this.#waiting ?? this.#held;
        return waits && this.#snapshot({ waitsUntil: waits.phaseEndsAt, ...waits, parked: true });
      }
      case 'retry':
      case 'handover': {
        if (this.#held || (isLeft && (this.#linkShown || this.#wentOn))) return undefined;
        const notice = this.#linkShown
          ? 'fresh_link'
          : (this.#notice ?? (this.#seq > 0 ? 'retrying' : undefined));
        return this.#snapshot({ phase: 'queued', at, notice });
      }
      case 'connected':
        return this.#snapshot({
          phase: 'connected',
          at,
          connection: connection(this.#work, ending.connected, at),
        });
      case 'cancelled':
        return this.#snapshot({ phase: 'cancelled', at });
      default:
        return this.#snapshot({ phase: ending.kind, at, error: shown(ending.error) });
    }
  }

  #said(more: Pick<Snapshot, 'phase' | 'at'> & Partial<Snapshot>): Snapshot {
    const snapshot = this.#snapshot(more);
    this.#waiting = snapshot.phase === 'waiting' ? snapshot : undefined;
    return snapshot;
  }

  #snapshot(more: Pick<Snapshot, 'phase' | 'at'> & Partial<Snapshot>): Snapshot {
    const { handshake, provider, method, askedAt, attempt } = this.#work;
    this.#seq += 1;
    return {
      ...more,
      handshake,
      provider,
      method,
      startedAt: askedAt.toISOString(),
      attempt,
      seq: this.#seq,
    };
  }
}

function connection(
  { provider, method, label, endpoint }: AttemptJob,
  { profile, model, expiresAt, tokenFingerprint }: Connected,
  connectedAt: string,
): Connection {
  const row = rowOf(provider);
  return {
    provider,
    method,
    profile,
    ...(label === undefined ? {} : { label }),
    // The box names it: one that is not this provider's is not shown.
    ...(row && isModelOf(row, model) ? { model } : {}),
    ...(endpoint && { endpoint }),
    connectedAt,
    ...(expiresAt && { expiresAt: expiresAt.toISOString() }),
    ...(tokenFingerprint !== undefined && { tokenFingerprint }),
  };
}
