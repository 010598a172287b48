import type { Ended } from '../../../core/contract/console-api.ts';
import type { ErrorCode } from '../../../core/contract/errors.ts';

export type EndCounts = Ended['lastDay'];

/** Error codes with their counts, most frequent first. */
export function failures({ failed }: EndCounts): [ErrorCode, number][] {
  const all = Object.entries(failed) as [ErrorCode, number][];
  return all.sort(([a, x], [b, y]) => y - x || a.localeCompare(b));
}

export function failedCount(outcomes: EndCounts): number {
  return failures(outcomes).reduce((sum, [, count]) => sum + count, 0);
}

/** Of those that came to an end of their own, the part that connected, 0 to 1; undefined where none did. */
export function successOf(outcomes: EndCounts): number | undefined {
  const ended = outcomes.connected + failedCount(outcomes);
  return ended === 0 ? undefined : outcomes.connected / ended;
}

/** `97%`; never 100 if one has failed, and never 0 if one has not. */
export function percent(part: number): string {
  const whole = Math.round(part * 100);
  if (whole === 100 && part < 1) return '99%';
  if (whole === 0 && part > 0) return '1%';
  return `${whole}%`;
}
