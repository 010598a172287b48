import { ERROR_ROWS, type ErrorCode } from '../../core/contract/error-rows.ts';
import type { Connection } from '../../core/contract/snapshot.ts';
import { again } from '../model/connected-screen.ts';
import { isWell } from '../model/health.ts';
import { KEY_AT_FAULT } from '../model/key-ends.ts';
import type { Action, Fact, Other, PageScreen } from '../model/page-screen.ts';
import type { State } from '../model/state.ts';
import { TEXTS } from '../model/texts.ts';
import { dayOf } from '../model/times.ts';
import { nameOf } from '../model/ways.ts';
import { HEALTH } from './health-texts.ts';
import { othersThan } from './others.ts';
import { timeOf } from './time.ts';

type Screen = PageScreen & { name: 'connected' };
type Seen = NonNullable<Connection['seen']>;

/** Reasons that the customer can do something about by connecting once more, with the same or with something else. */
const OF_CREDENTIAL: readonly string[] = [
  ...KEY_AT_FAULT,
  'credential_expired',
  'credential_missing',
  'claude_logged_out',
  'endpoint_no_answer',
  'endpoint_not_api',
  'endpoint_no_model',
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
  const { expiring, unknown, was } = HEALTH;
  const name = nameOf(connection);
  if (seen?.health === 'expiring') {
    return {
      ...(expiresAt && { heading: expiring.heading(name, dayOf(expiresAt)) }),
      lead: `${screen.lead} ${expiring.lead}`,
      ...withPrimary(screen, again(state, connection, expiring.renew)),
    };
  }
  if (seen?.health === 'attention') return brokenOf(state, screen, seen);
  if (seen?.health !== 'unknown') {
    const lead = was.lead(dayOf(connectedAt));
    return { heading: was.heading(name), lead, looks: 'resting', facts: withoutChecked(screen) };
  }
  const { lead, last, nothing, heading } = unknown;
  const { healthSince, checkedAt } = seen;
  return {
    heading,
    lead: `${lead(whenOf(healthSince))} ${checkedAt ? last(whenOf(checkedAt)) : nothing}`,
    looks: 'resting',
    facts: withoutChecked(screen),
  };
}

function brokenOf(state: State, screen: Screen, { reason, healthSince }: Seen): Partial<Screen> {
  const { connection } = screen;
  const { expired, attention } = HEALTH;
  const name = nameOf(connection);
  const facts = screen.facts.map((fact) =>
    fact.name === TEXTS.connected.until ? endedOf(fact, reason) : fact,
  );
  if (reason === 'credential_expired') {
    return {
      heading: expired.heading(name),
      lead: ERROR_ROWS[reason].customer,
      looks: 'broken',
      facts: facts.filter(({ name }) => name !== TEXTS.connected.checked),
      // There is nothing left to revoke.
      revoke: undefined,
      ...withPrimary(screen, again(state, connection)),
    };
  }
  const words = wordsOf(reason);
  const noticed: Fact = { name: attention.noticed, at: healthSince };
  const broken = { heading: attention.heading(name), looks: 'broken' } as const;
  if (words === undefined || OF_CREDENTIAL.includes(`${reason}`)) {
    return {
      ...broken,
      lead: words ?? `${attention.general} ${attention.again}`,
      facts: [...facts, noticed, ...(words === undefined && reason !== null ? [codeOf(reason)] : [])],
      ...withPrimary(screen, again(state, connection)),
    };
  }
  const { support, quote } = attention;
  return {
    ...broken,
    lead: [words, !/support/.test(words) && support, quote].filter(Boolean).join(' '),
    facts: [...facts, noticed, codeOf(`${reason}`)],
  };
}

/** A reason comes from the record, and may be one that this page does not know. */
function wordsOf(reason: string | null): string | undefined {
  return reason !== null && Object.hasOwn(ERROR_ROWS, reason)
    ? ERROR_ROWS[reason as ErrorCode].customer
    : undefined;
}

const codeOf = (reason: string): Fact => ({ name: TEXTS.trouble.code, text: reason });

const endedOf = (fact: Fact, reason: string | null): Fact =>
  reason === 'credential_expired' ? { ...fact, name: HEALTH.expired.ended } : fact;

const withoutChecked = ({ facts }: Screen) => facts.filter(({ name }) => name !== TEXTS.connected.checked);

/** What helps comes first, in place of the quiet one that is the first otherwise; the way back comes after it. */
function withPrimary({ primary, quiet }: Screen, action: Action): Pick<Screen, 'primary' | 'quiet'> {
  return { primary: action, quiet: [...(primary ? [primary] : []), ...quiet.slice(1)] };
}

function withState(state: State, other: Other): Other {
  const { connection } = other;
  const { seen, expiresAt } = connection;
  const { expiring, expired, attention, unknown } = HEALTH;
  if (seen?.health === 'expiring') {
    const renew = other.again && { again: again(state, connection, expiring.renew) };
    return { ...other, ...renew, state: expiring.row };
  }
  if (seen?.health === 'unknown') return { ...other, state: unknown.row(whenOf(seen.healthSince)) };
  if (seen?.health !== 'attention') return other;
  const { reason, healthSince } = seen;
  const words = wordsOf(reason) ?? attention.general;
  if (reason === 'credential_expired') {
    const state = `${expired.row(dayOf(expiresAt ?? healthSince))} ${words}`;
    return { ...other, times: other.times.slice(0, 1), state };
  }
  return { ...other, state: `${attention.row(dayOf(healthSince))} ${words}` };
}

const whenOf = (at: string) => timeOf(Date.parse(at));
