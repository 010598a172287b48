/** What kinds of limits of use there are. */

/** In what a limit counts. An hour is none: OpenClaw says what was used by day. */
export const LIMIT_WINDOWS = ['day', 'month'] as const;
export type LimitWindow = (typeof LIMIT_WINDOWS)[number];

/** What is counted. `usd`: what was billed or would be, not what a subscription has answered, for which nobody pays by use. */
export const LIMIT_MEASURES = ['usd', 'tokens', 'requests'] as const;

/**
 * What is done at its end. `tell`: nothing but saying so; `stop-fallback`: the platform's own models are taken off the box;
 * `out-of-use`: the customer's credentials of the provider are out of use until the window is over; the platform's own models are
 * taken off, too, where the limit is of these or of all together, and go on answering where it is of another provider.
 */
export const LIMIT_ACTIONS = ['tell', 'stop-fallback', 'out-of-use'] as const;
export type LimitAction = (typeof LIMIT_ACTIONS)[number];

/** What there is one limit of. */
export function keyOf(limit: { provider?: string | undefined; per: string; measure: string }): string {
  return `${limit.per} ${limit.measure} ${limit.provider ?? ''}`;
}
