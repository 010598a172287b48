import type { Facts } from '../facts.ts';
import type { Finding } from '../report.ts';
import { finding } from './why.ts';

/** When the call to the box began and ended, by this machine's clock, in milliseconds since 1970. */
export interface Span {
  began: number;
  ended: number;
}

/** Seconds. */
const NOTABLE = 60;
const DAY = 24 * 60 * 60;
/** To a clock that is this far ahead, certificates that are valid for 90 days and renewed after 60 have expired. */
const TOO_MUCH = 30 * DAY;

/** Seconds that the box's clock is ahead of this machine's, corrected for the round trip (as NTP does it). */
export function secondsAhead({ clock }: Pick<Facts, 'clock'>, { began, ended }: Span): number | undefined {
  // `date` drops the fraction of a second, so it reads half a second early on average.
  return clock && (clock.start + clock.end + 1) / 2 - (began + ended) / 2000;
}

export function clockFindings(facts: Facts, span: Span): Finding[] {
  const ahead = secondsAhead(facts, span);
  if (ahead === undefined) return [];
  const seconds = Math.round(Math.abs(ahead));
  if (seconds <= NOTABLE)
    return [finding('clock', 'ok', "The clock agrees with this machine's, within a minute.")];
  const seen = `The clock is ${duration(seconds)} ${ahead > 0 ? 'ahead of' : 'behind'} this machine's.`;
  const fix = 'Turn on time synchronisation (`sudo timedatectl set-ntp true`).';
  if (seconds < TOO_MUCH) return [finding('clock', 'warning', seen, { fix })];
  return [finding('clock', 'blocks', seen, { fix, error: 'clock_wrong' })];
}

function duration(seconds: number): string {
  if (seconds >= 2 * DAY) return `${Math.round(seconds / DAY)} days`;
  if (seconds >= 2 * 3600) return `${Math.round(seconds / 3600)} hours`;
  return seconds >= 120 ? `${Math.round(seconds / 60)} minutes` : `${seconds} s`;
}
