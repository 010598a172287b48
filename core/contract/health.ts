/**
 * What is said of a connection: a state that looks at its box move, and that its end moves by itself. Pure: the record keeps
 * it, and page, api, console and events all read it.
 */
import type { Health } from './connection-record.ts';
import type { ErrorCode } from './errors.ts';

/** What one look at a box, or one turn, says of one connection. */
export type Seen =
  /** `isProved`: a turn was answered. A look makes none. `agent`: another than the default one that it works for, too. */
  | { outcome: 'working'; isProved?: boolean | undefined; agent?: string | undefined }
  /**
   * `isCertain`: a turn was made for it that somebody asked for; otherwise a second look has to say so, too. `agent`: it is so for
   * this one, and not for the default one.
   */
  | {
      outcome: 'attention';
      code: ErrorCode;
      isCertain?: boolean | undefined;
      agent?: string | undefined;
      /** It may pass by itself: only what is so for hours, in look after look, is wrong. */
      mustLast?: boolean | undefined;
    }
  | { outcome: 'unreachable'; code: ErrorCode }
  /** It says nothing of the credential: the provider is down or counts requests, OpenClaw did not answer, a budget is used up. */
  | { outcome: 'inconclusive'; code: ErrorCode };

/** Times are ISO 8601. */
export interface HealthState {
  /** Without what its end says: see `healthAt`. */
  health: Exclude<Health, 'expiring'>;
  /** In `attention` what is wrong, in `unknown` why nothing is seen: the box is not reached, or says nothing. */
  reason: ErrorCode | null;
  /** When it was first seen to be so. */
  since: string;
  /** When it was last seen to be so; `unknown` is not seen. */
  checkedAt: string | null;
  /** What one look said that a second has not confirmed. */
  suspected: Suspicion | null;
  /** In `attention`: a turn has shown it. */
  isByTurn: boolean;
  /** In `attention`: it is so for this agent, and not for the default one. */
  agent?: string | undefined;
}

export interface Suspicion {
  /** In `unknown` another reason that nothing is seen is `unreachable`, too. */
  outcome: 'attention' | 'unreachable';
  code: ErrorCode;
  since: string;
  /** Something is wrong, and the next look did not reach the box: since when. */
  offSince?: string | undefined;
  /** It is so for this agent, and not for the default one. */
  agent?: string | undefined;
  /** It may pass by itself. */
  mustLast?: boolean | undefined;
}

/** How long nothing has been seen. */
export interface Unseen {
  /** Looks in a row that said nothing, this one among them. */
  failures: number;
  watchHours: number;
}

/** How long a credential is valid. Null: until it is revoked. */
export interface Validity {
  connectedAt: string;
  expiresAt: string | null;
}

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/**
 * The state after a look. What a turn has shown, looks do not change at all: only another turn does. One look that fails
 * changes nothing which a second does not confirm, nor what is said to be wrong. What one look said was wrong, one that does
 * not reach the box leaves suspected; after a day nothing confirms it any more. Looks that say nothing of the credential
 * change nothing until there were only such for long: then how it is is not known. What was seen to be broken does not
 * become unknown, because its box is off or for any other reason. What is wrong with another agent than the default one, only
 * a look takes back that has asked about that one. `unseen`: absent where nobody watches.
 */
export function nextHealth(before: HealthState, seen: Seen, at: string, unseen?: Unseen): HealthState {
  if (before.health === 'disconnected') return before;
  const { suspected } = before;
  if (suspected && Date.parse(at) - Date.parse(suspected.since) > DAY_MS)
    return nextHealth({ ...before, suspected: null }, seen, at, unseen);
  if (before.isByTurn && !isOfTurnAlone(seen)) return before;
  if (isCapped(seen)) return cappedAfter(before, at);
  if (seen.outcome === 'working') {
    if (isOfOther(before.agent, seen)) return before;
    const since = before.health === 'working' ? before.since : at;
    const isKept = (isOfTwoTurns(suspected?.code) && !seen.isProved) || isOfOther(suspected?.agent, seen);
    const kept = isKept ? suspected : null;
    return { health: 'working', reason: null, since, checkedAt: at, suspected: kept, isByTurn: false };
  }
  if (seen.outcome === 'unreachable' || seen.outcome === 'inconclusive') {
    const { code, outcome } = seen;
    if (before.health === 'attention') return before;
    if (before.health === 'unknown') return unknownFor(before, seen, at);
    if (outcome === 'unreachable') return afterUnreached(before, code, at);
    if (!isLongUnseen(before, at, unseen)) return before;
    return { ...before, health: 'unknown', reason: code, since: before.checkedAt ?? before.since };
  }
  const { code, outcome } = seen;
  const agent = seen.agent !== undefined && { agent: seen.agent };
  const mustLast = seen.mustLast && { mustLast: true };
  const isBroken = before.health === 'attention';
  const isByTurn = seen.isCertain || isOfTwoTurns(code);
  if (!seen.isCertain && !isConfirmed(before, seen, at)) {
    const from = (mustLast && suspected?.code === code && suspected.since) || at;
    return { ...before, suspected: { outcome, code, since: from, ...agent, ...mustLast } };
  }
  const since = isBroken ? before.since : (suspectedSince(before) ?? at);
  return { health: 'attention', reason: code, since, checkedAt: at, suspected: null, isByTurn, ...agent };
}

/** What is wrong with an agent, and the look has not asked about that one. */
function isOfOther(agent: string | undefined, seen: Extract<Seen, { outcome: 'working' }>): boolean {
  return agent !== undefined && seen.agent !== agent;
}

/** What a limit of usage keeps out of use: Keyferry has done that, and nothing is wrong with it. */
const CAPPED: ErrorCode = 'usage_capped';

export function isCapped(seen: Seen): boolean {
  return 'code' in seen && seen.code === CAPPED;
}

/** At once, as nobody has to confirm what Keyferry itself has done; it is not seen whether it would work. */
function cappedAfter(before: HealthState, at: string): HealthState {
  const since = before.reason === CAPPED ? before.since : at;
  return { ...before, health: 'unknown', reason: CAPPED, since, suspected: null, isByTurn: false };
}

/** What a look says of a connection that is kept out of use: that it would work, or that something else answers in its place, is as it should be. */
export function seenWhileHeld(seen: Seen): Seen {
  const isOurs = seen.outcome === 'working' || (seen.outcome === 'attention' && OF_HOLDING.has(seen.code));
  return isOurs ? { outcome: 'inconclusive', code: CAPPED } : seen;
}

/** What a box looks like on which a provider's credentials are out of use. */
const OF_HOLDING: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'other_credential_first',
  'model_moved',
  'gateway_refuses',
]);

/** Of what works: a second look that does not reach the box makes it unknown. */
function afterUnreached(before: HealthState, code: ErrorCode, at: string): HealthState {
  const { suspected } = before;
  const isOfBox = suspected?.outcome === 'unreachable';
  const since = isOfBox ? suspected.since : suspected?.offSince;
  const wrong = suspected && !isOfBox ? { ...suspected, offSince: undefined } : null;
  if (since !== undefined) return { ...before, health: 'unknown', reason: code, since, suspected: wrong };
  return {
    ...before,
    suspected: wrong ? { ...wrong, offSince: at } : { outcome: 'unreachable', code, since: at },
  };
}

/** Why it is unknown is told anew once two looks have said the same. */
function unknownFor(
  before: HealthState,
  { outcome, code }: { outcome: 'unreachable' | 'inconclusive'; code: ErrorCode },
  at: string,
): HealthState {
  const { suspected, reason } = before;
  if (suspected?.outcome === 'attention') return before;
  if (code === reason) return { ...before, suspected: null };
  if (suspected?.code !== code) return { ...before, suspected: { outcome: 'unreachable', code, since: at } };
  const since = outcome === 'unreachable' ? suspected.since : before.since;
  return { ...before, reason: code, since, suspected: null };
}

/** Looks, and times the hours between them, that say nothing until what was seen before counts no longer. */
const LONG_UNSEEN = { looks: 5, times: 3 };

/** Whether nothing was seen for so long, in look after look, that what was seen last says nothing of now. */
export function isLongUnseen(
  { checkedAt, since }: Pick<HealthState, 'checkedAt' | 'since'>,
  at: string,
  unseen: Unseen | undefined,
): boolean {
  if (!unseen || unseen.failures < LONG_UNSEEN.looks) return false;
  const hours = (Date.parse(at) - Date.parse(checkedAt ?? since)) / (60 * MINUTE_MS);
  return hours >= LONG_UNSEEN.times * unseen.watchHours;
}

/** What a turn has said for certain, and no look can. */
export function isOfTurnAlone(seen: Seen): boolean {
  return Boolean(
    (seen.outcome === 'working' && seen.isProved) || (seen.outcome === 'attention' && seen.isCertain),
  );
}

/** Milliseconds for which what may pass has to be so: OpenClaw's cooldowns last an hour at most. */
const LASTS_MS = 12 * 60 * MINUTE_MS;

/**
 * That something is wrong, any second look confirms; that it is something else, one that says the same. What may pass, one that
 * says the same half a day later, and it confirms nothing else. Of one agent, only what is said of that one confirms it.
 */
function isConfirmed(
  { health, reason, suspected, agent: wrongAgent }: HealthState,
  { code, mustLast, agent }: Extract<Seen, { outcome: 'attention' }>,
  at: string,
): boolean {
  if (health === 'attention' && code === reason && agent === wrongAgent) return true;
  if (suspected?.outcome !== 'attention' || suspected.agent !== agent) return false;
  if (mustLast) return suspected.code === code && Date.parse(at) - Date.parse(suspected.since) >= LASTS_MS;
  return health === 'attention' ? suspected.code === code : !suspected.mustLast;
}

/**
 * What only turns say, and one of the watch's own may say of the model that it chose, or while a gateway takes up something: then a
 * second one has to.
 */
const OF_TWO_TURNS: ReadonlySet<string> = new Set<ErrorCode>(['key_no_access', 'gateway_refuses']);
const isOfTwoTurns = (code: string | undefined) => code !== undefined && OF_TWO_TURNS.has(code);

/** What turns show: OpenClaw goes on saying that it would use a credential that its provider refuses. */
const OF_TURN: ReadonlySet<string> = new Set<ErrorCode>([
  'key_rejected',
  'key_revoked',
  'key_no_credit',
  'key_no_access',
  'endpoint_not_api',
  'endpoint_no_model',
]);

/** Whether what a turn said (a code of the catalogue) says that the credential itself is not good any more. */
export function isOfTurn(code: string | null): boolean {
  return code !== null && OF_TURN.has(code);
}

/**
 * What a turn may say for certain. That something else answers is read in the configuration, too, by looks and before a turn,
 * and then only two looks make it so; the turn through the gateway has seen what answers, or that nothing does.
 */
function isTurns(code: string | null): boolean {
  return isOfTurn(code) || code === 'credential_overridden' || code === 'gateway_refuses';
}

/**
 * Whether a turn has shown what is on record to be wrong: a look can say some of the same (no credit). `byTurn`: so the record
 * says; undefined: a version before wrote it, which kept only when a turn was last made. `turnAt`, `since`: milliseconds since
 * the epoch; what such a version has written since is told by them.
 */
export function isShownByTurn(
  { health, reason, byTurn }: { health: string; reason: string | null; byTurn: boolean | undefined },
  { turnAt, since }: { turnAt: number | undefined; since: number },
): boolean {
  if (health !== 'attention' || !isTurns(reason) || !(byTurn ?? isOfTurn(reason))) return false;
  return turnAt !== undefined && turnAt >= since;
}

/**
 * What a test says that was made for one connection alone. `verdict`: absent, it answered a turn. `isByTurn`: a turn has shown
 * the verdict, and nobody has only read it.
 */
export function seenByTurn(
  verdict: ErrorCode | undefined,
  isByTurn = verdict !== undefined && isOfTurn(verdict),
): Seen {
  if (verdict === undefined) return { outcome: 'working', isProved: true };
  return isByTurn && isTurns(verdict)
    ? { outcome: 'attention', code: verdict, isCertain: true }
    : { outcome: 'inconclusive', code: verdict };
}

/** The same of a turn that the watch made: nobody chose its model, or when it was made. */
export function seenByOwnTurn(verdict: ErrorCode | undefined, isByTurn?: boolean): Seen {
  return verdict !== undefined && isOfTwoTurns(verdict)
    ? { outcome: 'attention', code: verdict }
    : seenByTurn(verdict, isByTurn);
}

function suspectedSince({ suspected }: HealthState): string | undefined {
  return suspected?.outcome === 'attention' ? suspected.since : undefined;
}

/** Days before its end at which a customer is reminded. */
export const REMINDED_DAYS = [30, 7, 1] as const;
export type RemindedDays = (typeof REMINDED_DAYS)[number];

/**
 * Which reminder is the last that is due; undefined: none yet, or it never ends. Of what is valid for a month the customer is
 * not reminded as they connect: only what is at most half of it counts.
 */
export function reminderAt({ connectedAt, expiresAt }: Validity, at: number): RemindedDays | undefined {
  if (expiresAt === null) return undefined;
  const end = Date.parse(expiresAt);
  const most = (end - Date.parse(connectedAt)) / 2;
  return REMINDED_DAYS.findLast((days) => days * DAY_MS <= most && end - at <= days * DAY_MS);
}

/** Milliseconds since the epoch at which the next reminder is due, or the end comes; undefined: nothing more comes. */
export function nextChangeAt(validity: Validity, at: number): number | undefined {
  if (validity.expiresAt === null) return undefined;
  const end = Date.parse(validity.expiresAt);
  const most = (end - Date.parse(validity.connectedAt)) / 2;
  const times = REMINDED_DAYS.filter((days) => days * DAY_MS <= most).map((days) => end - days * DAY_MS);
  return [...times, end].find((time) => time > at);
}

export function hasExpired({ expiresAt }: Pick<Validity, 'expiresAt'>, at: number): boolean {
  return expiresAt !== null && Date.parse(expiresAt) <= at;
}

/** What is said at a time: the state, and its end, which no look has to see. */
export function healthAt(
  { health, reason }: Pick<HealthState, 'health' | 'reason'>,
  validity: Validity,
  at: number,
): { health: Health; reason: ErrorCode | null } {
  if (health === 'disconnected') return { health, reason };
  if (hasExpired(validity, at)) return { health: 'attention', reason: 'credential_expired' };
  if (health === 'working' && reminderAt(validity, at) !== undefined)
    return { health: 'expiring', reason: null };
  return { health, reason };
}

/** Days after which a turn is tried again that said the credential is not good any more; milliseconds, where a second has to. */
const TURN_AGAIN_DAYS = 1;
const TURN_CONFIRM_MS = 30 * 60_000;

/** Whether the watch makes a turn at its next look. `turnAt`, `at`: milliseconds since the epoch; `proveDays`: 0 for never. */
export function isTurnDue(
  { turnAt, reason, suspected }: { turnAt: number; reason: string | null; suspected?: string | undefined },
  { proveDays, at }: { proveDays: number; at: number },
): boolean {
  if (proveDays === 0) return false;
  if (isOfTwoTurns(suspected)) return at - turnAt >= TURN_CONFIRM_MS;
  const days = isTurns(reason) ? Math.min(TURN_AGAIN_DAYS, proveDays) : proveDays;
  return at - turnAt >= days * DAY_MS;
}

export interface Cadence {
  /** Hours between looks at what works. */
  watchHours: number;
  /** From 0 up to 1. */
  random: number;
}

const FIRST_MS = 60 * MINUTE_MS;
const CONFIRM_MS = 10 * MINUTE_MS;
const BROKEN_MS = 60 * MINUTE_MS;
const NEAR_END_MS = 6 * 60 * MINUTE_MS;
/** How much sooner or later than its time a look is. */
const JITTER = 0.25;
/** The longest between two looks, in times of the hours between looks at what works. */
export const LONGEST = 1 + JITTER;

/** Milliseconds from a handshake, which has proved the credential itself, to the first look: when its host is done with the box. */
export function firstLookIn(random: number): number {
  return Math.round(jittered(FIRST_MS, random));
}

const jittered = (wanted: number, random: number) => wanted * (1 - JITTER + 2 * JITTER * random);

/**
 * Milliseconds until the next look: sooner where something was seen that a second has to confirm, where something is wrong or
 * has just been put right, and in the last two days. What stays wrong for days is looked at ever more seldom, and what only a
 * turn can take back, no sooner than a turn is made. `failures`: looks in a row that said nothing, after each of which it
 * waits longer. `isBack`: it was broken until now.
 */
export function nextLookIn(
  state: HealthState,
  validity: Validity,
  { watchHours, random, failures, isBack = false }: Cadence & { failures: number; isBack?: boolean },
  at: number,
): number {
  const usual = watchHours * 60 * MINUTE_MS;
  const isNearEnd =
    validity.expiresAt !== null && Math.abs(Date.parse(validity.expiresAt) - at) <= 2 * DAY_MS;
  const isSlow = isOfTwoTurns(state.suspected?.code) || state.suspected?.mustLast;
  const confirm = isSlow ? BROKEN_MS : CONFIRM_MS;
  const wanted = state.suspected
    ? confirm * 2 ** Math.min(Math.max(0, failures - 1), 10)
    : failures > 0
      ? CONFIRM_MS * 2 ** Math.min(failures, 10)
      : state.health === 'attention'
        ? brokenIn(state, at)
        : isBack
          ? FIRST_MS
          : isNearEnd
            ? NEAR_END_MS
            : usual;
  return Math.round(jittered(Math.min(wanted, usual), random));
}

/** Every hour on the first day, every two on the second, and so on. */
function brokenIn({ isByTurn, since }: HealthState, at: number): number {
  if (isByTurn) return TURN_AGAIN_DAYS * DAY_MS;
  const days = Math.max(0, Math.floor((at - Date.parse(since)) / DAY_MS));
  return BROKEN_MS * 2 ** Math.min(days, 10);
}
