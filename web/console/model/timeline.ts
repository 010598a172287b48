import type { Usual } from '../../../core/contract/console-api.ts';
import type { RecordedAttempt } from '../../../core/contract/handshake-record.ts';
import { isFinal, type Phase } from '../../../core/contract/phases.ts';

/** One phase of an attempt, as a bar on its own scale: what matters is whether it took longer than usual. */
export interface Bar {
  phase: Phase;
  /** Milliseconds since the attempt began. */
  offset: number;
  /** Milliseconds spent in it; undefined for an end. */
  ms: number | undefined;
  /** It is in this phase now. */
  isNow: boolean;
  isLong: boolean;
  usual: { median: number; p95: number } | undefined;
  /** Shares of the scale, 0 to 1. */
  share: number;
  medianAt: number | undefined;
  p95At: number | undefined;
}

/** Room on the scale beyond the 95th percentile. */
const BEYOND = 1.25;

/** The bars of an attempt, in order; `now` in ms by the api's clock. */
export function barsOf({ timeline }: RecordedAttempt, usual: Usual, now: number): Bar[] {
  const began = Date.parse(timeline[0]?.at ?? '');
  return timeline.map(({ phase, at }, index) => {
    const from = Date.parse(at);
    const next = timeline[index + 1];
    const isNow = !next && !isFinal(phase);
    const ms = isFinal(phase) ? undefined : Math.max(0, (next ? Date.parse(next.at) : now) - from);
    return { phase, offset: from - began, ms, isNow, ...scaled(ms, usual[phase]) };
  });
}

function scaled(ms: number | undefined, usual: { median: number; p95: number } | undefined) {
  if (ms === undefined || !usual)
    return { usual, isLong: false, share: ms ? 0.5 : 0, medianAt: undefined, p95At: undefined };
  const scale = Math.max(ms, usual.p95 * BEYOND, 1);
  return {
    usual,
    isLong: ms > usual.p95,
    share: ms / scale,
    medianAt: usual.median / scale,
    p95At: usual.p95 / scale,
  };
}

/** Milliseconds from the first step of an attempt to its last, or to `now` while it runs. */
export function tookMs({ timeline }: RecordedAttempt, now: number): number | undefined {
  const first = timeline[0];
  const last = timeline.at(-1);
  if (!first || !last) return undefined;
  return (isFinal(last.phase) ? Date.parse(last.at) : now) - Date.parse(first.at);
}
