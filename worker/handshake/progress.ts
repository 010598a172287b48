import { type ErrorCode, KeyferryError } from '../../core/contract/errors.ts';
import { DEADLINES_MS, mayMove, type Phase, type WorkingPhase } from '../../core/contract/phases.ts';
import { ownNow, ownTimeout } from '../../core/process/own-time.ts';
import { nowDate } from '../../core/store/redis-clock.ts';
import { orAborted } from '../abort.ts';
import type { CallLimits } from '../transports/transport.ts';

/** What a customer, a command line or a queue receives whenever something changes. It holds no secrets. */
export interface Change {
  phase: Phase;
  at: Date;
  /** When this phase times out. */
  endsAt: Date;
  /** In `waiting`: the sign-in link to show. */
  url?: string;
  /** In `waiting` after a code that was not accepted: why, in words for the customer. */
  rejected?: { code: ErrorCode; message: string };
}

/** A handshake's phase, and the time that is left for it. */
export class Progress {
  readonly #tell: (change: Change) => void;
  readonly #signal: AbortSignal;
  readonly #deadlines: Readonly<Record<WorkingPhase, number>>;
  #phase: Phase = 'queued';
  #endsAt = Number.POSITIVE_INFINITY;

  constructor(
    tell: (change: Change) => void,
    signal: AbortSignal,
    deadlines: Partial<Record<WorkingPhase, number>> = {},
  ) {
    this.#tell = tell;
    this.#signal = signal;
    this.#deadlines = { ...DEADLINES_MS, ...deadlines };
  }

  get phase(): Phase {
    return this.#phase;
  }

  /** The handshake's own: its rejection is the reason why the handshake ends. */
  get signal(): AbortSignal {
    return this.#signal;
  }

  /** Moves on; `withinMs`: where it is not the phase's own deadline. Throws `internal_error` on a move that the contract does not know. */
  enter(
    phase: WorkingPhase,
    more: Pick<Change, 'url' | 'rejected'> = {},
    withinMs = this.#deadlines[phase],
  ): void {
    if (!mayMove(this.#phase, phase))
      throw new KeyferryError('internal_error', { detail: `No way from ${this.#phase} to ${phase}.` });
    this.#phase = phase;
    this.#endsAt = ownNow() + withinMs;
    this.say(more);
  }

  /** Reports something new within the same phase; its deadline stays. */
  say(more: Pick<Change, 'url' | 'rejected'>): void {
    const at = nowDate();
    const endsAt = new Date(at.getTime() + Math.max(0, Math.round(this.#endsAt - ownNow())));
    this.#tell({ phase: this.#phase, at, endsAt, ...more });
  }

  /**
   * For every call in this phase: the rest of its time, and the handshake's signal.
   * Throws `deadline_exceeded` when nothing is left.
   */
  get limits(): CallLimits {
    const left = Math.round(this.#endsAt - ownNow());
    if (left <= 0) throw new KeyferryError('deadline_exceeded');
    return { signal: this.#signal, timeoutMs: left };
  }

  /** For something that started in another phase, at most until this one's deadline. Throws `deadline_exceeded`. */
  async within<T>(promise: Promise<T>): Promise<T> {
    // Nobody waits for it any more where the handshake has just ended.
    promise.catch(() => {});
    const { signal, timeoutMs } = this.limits;
    const late = new AbortController();
    const callOff = ownTimeout(timeoutMs, () => late.abort(new KeyferryError('deadline_exceeded')));
    try {
      return await orAborted(() => promise, AbortSignal.any([signal, late.signal]));
    } finally {
      callOff();
    }
  }

  /** For a call that does what another phase does: that phase's time, from now. */
  limitsOf(phase: WorkingPhase): CallLimits {
    return { signal: this.#signal, timeoutMs: this.#deadlines[phase] };
  }

  /** For a call that runs on into later phases: also their time. */
  limitsThrough(...later: WorkingPhase[]): CallLimits {
    const { signal, timeoutMs } = this.limits;
    return { signal, timeoutMs: later.reduce((sum, phase) => sum + this.#deadlines[phase], timeoutMs) };
  }
}
