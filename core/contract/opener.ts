import type { Phase } from './phases.ts';

/** The version of what the customer's page says to the page that opened it. */
export const OPENER_VERSION = 1;

/** What the customer's page says, by `postMessage`, on every change. No secret is in it. */
export interface OpenerMessage {
  keyferry: typeof OPENER_VERSION;
  /** `open`: the page is there, and nothing has been begun; `refused`: the api would not begin, or let them in. */
  state: Phase | 'open' | 'refused';
  /** Which one the phase is of. */
  handshake: string | null;
  /** This page has begun it. Absent: somebody else has, or it is not known yet; one that is seen under way is of this visit, too. */
  isOfThisVisit?: true;
}
