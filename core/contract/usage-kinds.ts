/** Words for usage that the customer's page takes too, which is why they are apart from the schemas of `usage.ts`. */

/**
 * With whose credential a provider's models were asked. OpenClaw counts by provider and model, never by profile: `own` is a
 * customer's with several kinds of credential of that provider, `unknown` a provider of which nobody has connected anything.
 */
export const USAGE_KINDS = ['subscription', 'api-key', 'own', 'platform', 'unknown'] as const;
export type UsageKind = (typeof USAGE_KINDS)[number];

/** Whose credential that is: the customer's own, the platform's, or nobody's that is on record. */
export const WHOSE = ['own', 'platform', 'unknown'] as const;
export type Whose = (typeof WHOSE)[number];

/** A kind that only a newer version knows is `unknown`. */
export const usageKindOf = (kind: string | undefined): UsageKind =>
  USAGE_KINDS.find((each) => each === kind) ?? 'unknown';

export function whoseOf(kind: string): Whose {
  const known = usageKindOf(kind);
  return known === 'platform' || known === 'unknown' ? known : 'own';
}

/**
 * How a reading ended. `partial`: OpenClaw is still counting, or has more chats than are asked for: what it says is not too
 * much. `none`: no gateway runs that could say it; `unsaid`: it says nothing that is known; `too_much`: more than is read.
 */
export const READING_STATES = ['read', 'partial', 'none', 'unsaid', 'too_much'] as const;
export type ReadingState = (typeof READING_STATES)[number];
