import type { Connection } from '../../core/contract/snapshot.ts';
import { type About, errorText, knownError, say, together } from '../messages/say.ts';
import { again } from '../model/connected-screen.ts';
import { isWell } from '../model/health.ts';
import { KEY_AT_FAULT } from '../model/key-ends.ts';
import type { Action, Fact, Other, PageScreen } from '../model/page-screen.ts';
import type { State } from '../model/state.ts';
import { dayOf } from '../model/times.ts';
import { isSignIn, nameOf } from '../model/ways.ts';
import { othersThan } from './others.ts';
import { isOfReach, PAUSED } from './reach.ts';
import { timeOf } from './time.ts';

type Screen = PageScreen & { name: 'connected' };
type Seen = NonNullable<Connection['seen']>;

/** Reasons that the customer can do something about by connecting once more, with the same or with something else. */
const OF_CREDENTIAL: readonly string[] = [
  ...KEY_AT_FAULT,
  'credential_expired',
  'credential_missing',
  'credential_replaced',
  'claude_logged_out',
  'endpoint_no_answer',
  'endpoint_not_api',
  'endpoint_no_model',
];

/** Reasons whose sentence does not send the customer to support, although nobody else can help. */
const WITHOUT_SUPPORT: readonly string[] = [
  'credential_in_cooldown',
  'model_moved',
  'session_pinned',
  'provider_rate_limited',
  'provider_down',
];

/** What is said where there are several connections, or more to say of one than that it works: each by its own state. */
export function withHealthOf(state: State, screen: Screen): Screen {
  const others = othersThan(state, screen.connection).map((other) => withState(state, other));
  return { ...screen, ...saidOf(state, screen), others };
}

function saidOf(state: State, screen: Screen): Partial<Screen> {
  const { connection } = screen;
  if (isWell(connection)) return {};
  const { seen, expiresAt, connectedAt } = connection;
  const name = nameOf(connection);
  if (seen?.health === 'expiring')
    return {
      ...(expiresAt && { heading: say('health.expiring.heading', { name, day: dayOf(expiresAt) }) }),
      lead: together(screen.lead, say('health.expiring.lead')),
      ...withPrimary(screen, again(state, connection, say('health.expiring.renew'))),
    };
  if (seen?.health === 'attention') return brokenOf(state, screen, seen);
  if (seen?.health !== 'unknown') {
    const lead = say('health.was.lead', { day: dayOf(connectedAt) });
    return {
      heading: say('health.was.heading', { name }),
      lead,
      looks: 'resting',
      facts: withoutChecked(screen),
    };
  }
  const { healthSince, checkedAt, reason } = seen;
  if (reason === PAUSED)
    return {
      heading: say('health.paused.heading', { name }),
      lead: errorText(PAUSED),
      looks: 'resting',
      facts: withoutChecked(screen),
    };
  const since = whenOf(healthSince);
  return {
    heading: say(isOfReach(reason) ? 'health.unknown.heading' : 'health.unchecked.heading'),
    lead: together(
      isOfReach(reason) ? say('health.unknown.lead', { since }) : say('health.unchecked.lead', { since }),
      checkedAt ? say('health.unknown.last', { checked: whenOf(checkedAt) }) : say('health.unknown.nothing'),
    ),
    looks: 'resting',
    facts: withoutChecked(screen),
  };
}

function brokenOf(state: State, screen: Screen, { reason, healthSince }: Seen): Partial<Screen> {
  const { connection } = screen;
  const name = nameOf(connection);
  const facts = screen.facts.map((fact) => (fact.is === 'until' ? endedOf(fact, reason) : fact));
  if (reason === 'credential_expired') {
    return {
      heading: say('health.expired.heading', { name }),
      lead: errorText(reason, aboutOf(connection)),
      looks: 'broken',
      facts: facts.filter(({ is }) => is !== 'checked'),
      // There is nothing left to revoke.
      revoke: undefined,
      ...withPrimary(screen, again(state, connection)),
    };
  }
  const words = wordsOf(reason, connection);
  const noticed: Fact = { name: say('health.attention.noticed'), at: healthSince };
  const broken = { heading: say('health.attention.heading', { name }), looks: 'broken' } as const;
  if (words === undefined || OF_CREDENTIAL.includes(`${reason}`)) {
    return {
      ...broken,
      lead: words ?? together(say('health.attention.general'), say('health.attention.again')),
      facts: [...facts, noticed, ...(words === undefined && reason !== null ? [codeOf(reason)] : [])],
      ...withPrimary(screen, again(state, connection)),
    };
  }
  return {
    ...broken,
    lead: together(
      words,
      WITHOUT_SUPPORT.includes(`${reason}`) ? say('health.attention.support') : '',
      say('health.attention.quote'),
    ),
    facts: [...facts, noticed, codeOf(`${reason}`)],
  };
}

/** A reason comes from the record, and may be one that this page does not know. */
function wordsOf(reason: string | null, connection: Connection): string | undefined {
  return reason === null ? undefined : knownError(reason, aboutOf(connection));
}

const aboutOf = (connection: Connection): About => (isSignIn(connection) ? 'signIn' : 'key');

const codeOf = (reason: string): Fact => ({ name: say('ends.error'), text: reason });

const endedOf = (fact: Fact, reason: string | null): Fact =>
  reason === 'credential_expired' ? { ...fact, name: say('health.expired.ended') } : fact;

const withoutChecked = ({ facts }: Screen) => facts.filter(({ is }) => is !== 'checked');

/** What helps comes first, in place of the quiet one that is the first otherwise; the way back comes after it. */
function withPrimary({ primary, quiet }: Screen, action: Action): Pick<Screen, 'primary' | 'quiet'> {
  return { primary: action, quiet: [...(primary ? [primary] : []), ...quiet.slice(1)] };
}

function withState(state: State, other: Other): Other {
  const { connection } = other;
  const { seen, expiresAt } = connection;
  if (seen?.health === 'expiring') {
    const renew = other.again && { again: again(state, connection, say('health.expiring.renew')) };
    return { ...other, ...renew, state: say('health.expiring.row') };
  }
  if (seen?.health === 'unknown' && seen.reason === PAUSED) return { ...other, state: errorText(PAUSED) };
  if (seen?.health === 'unknown') {
    const since = whenOf(seen.healthSince);
    const state = isOfReach(seen.reason)
      ? say('health.unknown.row', { since })
      : say('health.unchecked.lead', { since });
    return { ...other, state };
  }
  if (seen?.health !== 'attention') return other;
  const { reason, healthSince } = seen;
  const words = wordsOf(reason, connection) ?? say('health.attention.general');
  if (reason === 'credential_expired') {
    const state = together(say('health.expired.row', { day: dayOf(expiresAt ?? healthSince) }), words);
    return { ...other, times: other.times.slice(0, 1), state };
  }
  return { ...other, state: together(say('health.attention.row', { day: dayOf(healthSince) }), words) };
}

const whenOf = (at: string) => timeOf(Date.parse(at));
