import type { ErrorCode } from '../../core/contract/errors.ts';
import { reminderAt } from '../../core/contract/health.ts';
import type { DueNotice } from '../../core/store/notices.ts';

const DAY_MS = 24 * 60 * 60_000;
/** Days after which nobody is told any more of something that is over, or of anything at all. */
const NEWS_DAYS = 3;
const KEPT_DAYS = 7;

/** Why a notice is not sent although it is due. */
export type Skipped = 'outdated' | 'late' | 'unsaid' | 'with_another' | 'flapping';

/**
 * Mails within a day that the same is wrong with a connection, after which a customer is left with that: whatever comes and
 * goes until a day has passed is no news to them.
 */
const MOST_A_DAY = 2;

/** What is wrong with a whole box: each of its connections has it, and one mail is enough. */
const OF_BOX: ReadonlySet<unknown> = new Set<ErrorCode>([
  'clock_wrong',
  'gateway_down',
  'gateway_elsewhere',
  'gateway_other_store',
  'openclaw_config_invalid',
  'openclaw_missing',
  'openclaw_update_unfinished',
  'store_unreadable',
]);

/** Whether a customer was told often enough of a connection that works by turns. Pure. */
export function isFlapping({
  kind,
  hasSaid,
  saidToday,
}: Pick<DueNotice, 'kind' | 'hasSaid' | 'saidToday'>): boolean {
  return (kind === 'attention' || kind === 'recovered') && hasSaid && saidToday >= MOST_A_DAY;
}

/** Whether what a notice says is still so when its turn comes; undefined: it is. Pure. */
export function skippedAt(
  {
    kind,
    event,
    connection,
    hasSaid,
    isToldOfBox,
    caseState,
  }: Pick<DueNotice, 'kind' | 'event' | 'connection' | 'hasSaid' | 'isToldOfBox' | 'caseState'>,
  at: Date,
): Skipped | undefined {
  const days = (at.getTime() - event.at.getTime()) / DAY_MS;
  if (kind === 'failed' || kind === 'repaired' || kind === 'disconnected' || kind === 'usage')
    return days > NEWS_DAYS ? 'late' : undefined;
  if (kind === 'paused') {
    const { provider, error, until } = event.data;
    // The platform's own models are nothing of the customer's, and what could not be done is support's.
    if (provider === undefined || error !== undefined) return 'outdated';
    return new Date(String(until)) > at ? undefined : 'outdated';
  }
  if (kind === 'case') return caseState !== 'open' ? 'outdated' : days > KEPT_DAYS ? 'late' : undefined;
  if (!connection || connection.endedAt !== null) return 'outdated';
  const { health, connectedAt, expiresAt } = connection;
  const isOver = expiresAt !== null && expiresAt <= at;
  const isBroken = health === 'attention' || isOver;
  switch (kind) {
    case 'expiring': {
      const validity = {
        connectedAt: connectedAt.toISOString(),
        expiresAt: expiresAt?.toISOString() ?? null,
      };
      if (isOver || reminderAt(validity, at.getTime()) !== event.data.days) return 'outdated';
      break;
    }
    case 'attention':
      if (!isBroken) return 'outdated';
      if (isToldOfBox && OF_BOX.has(event.data.error)) return 'with_another';
      break;
    case 'expired':
    case 'repairable':
      if (!isBroken) return 'outdated';
      break;
    case 'recovered':
      if (isBroken) return 'outdated';
      if (!hasSaid) return 'unsaid';
      if (days > NEWS_DAYS) return 'late';
  }
  return days > KEPT_DAYS ? 'late' : undefined;
}
