import type { ErrorCode } from '../../core/contract/error-rows.ts';
import type { CustomerState, Session } from '../../core/contract/http-api.ts';
import { isFinal } from '../../core/contract/phases.ts';
import { compareSnapshots, type Snapshot } from '../../core/contract/snapshot.ts';
import { withHealth } from './health.ts';
import { connectedIn, isSameWay, mainWay, type Place } from './ways.ts';

/** What the page can ask the api to do; `key`: to connect with a key that the customer has typed. */
export type Ask = 'start' | 'code' | 'cancel' | 'key';

/**
 * Why it did not happen: a row of the catalogue, no answer at all, an answer that is newer than this page, or a code
 * that could not be sealed.
 */
export type Refusal = ErrorCode | 'offline' | 'unheard' | 'outdated' | 'unsealed';

/** A handshake that the customer has agreed to, in this tab. */
export interface Consent {
  /** Undefined for one that is just being started. */
  handshake: string | undefined;
  /** The change of it at which they last opened the sign-in. */
  opened: { attempt: number; seq: number } | undefined;
}

/** How the platform dresses the page. */
export type Brand = NonNullable<Session['brand']> & {
  /** Where its logo is. */
  logo?: string;
};

/** Where to go when the visit is over, and what to quote. */
export type Ways = Pick<Session, 'returnUrl' | 'refreshUrl' | 'brand' | 'supportCode'>;

/** Everything that the page's appearance depends on. It changes only through `next`. */
export interface State {
  /** Milliseconds since the epoch by the api's clock; the customer's may be wrong. */
  now: number;
  session: Session | undefined;
  /** What is configured; a session may say otherwise. */
  brand: Brand;
  /** What an earlier session in this tab said. */
  ways: Ways | undefined;
  /** What the api last said about handshake and connection. */
  truth: CustomerState | undefined;
  /** Set when this visit cannot continue. */
  barred: ErrorCode | undefined;
  /** When the line to the api broke; undefined while it is up or has not been up yet. */
  lineLostAt: number | undefined;
  /** When the api lost its Redis; undefined while it has it, as far as this page knows. */
  serviceLostAt: number | undefined;
  consent: Consent | undefined;
  /** What was requested and has not had its effect yet. */
  asking: { what: Ask; since: number } | undefined;
  /** `of`: whose key was pasted in place of a code. */
  refused: { what: Ask | 'visit'; why: Refusal; of?: string | undefined } | undefined;
  /** A handshake whose end the customer has seen and dismissed. */
  aside: string | undefined;
  /** The customer wants to connect again although they are connected. */
  anew: boolean;
  /** The page beside the main path that the customer has gone to. */
  place: Place | undefined;
  /** Whether the pages about keys have been loaded. */
  keys: 'ready' | 'failed' | undefined;
  /** A handshake that the page cancels to make room for another: to the customer it is over already. */
  clearing: string | undefined;
  /** The last handshake that the api has answered this page's wish to start with. */
  begun: string | undefined;
}

export type Event =
  | { type: 'tick' }
  | { type: 'session'; session: Session }
  | { type: 'truth'; truth: CustomerState }
  | { type: 'barred'; why: ErrorCode }
  | { type: 'line'; stands: boolean }
  | { type: 'service'; available: boolean }
  | { type: 'consented' }
  | { type: 'opened' }
  | { type: 'asked'; what: Ask }
  /** A start was granted; code and cancel show by the snapshot that follows. */
  | { type: 'answered'; handshake: string }
  | { type: 'refused'; what: Ask | 'visit'; why: Refusal; of?: string | undefined }
  | { type: 'typing' }
  | { type: 'startAnew' }
  | { type: 'putAside' }
  | { type: 'went'; place: Place | undefined }
  | { type: 'keys'; are: 'ready' | 'failed' }
  /** The handshake that is under way makes room for another. */
  | { type: 'clearing' };

/** How long ago an attempt may have ended to still be what the customer came for. */
const RECENT_MS = 10 * 60_000;
/** Milliseconds after which a request should have had its effect. */
export const UNHEARD_MS = 30_000;

export function initialState(
  now: number,
  consent: Consent | undefined,
  { brand = {}, ways }: { brand?: Brand | undefined; ways?: Ways | undefined } = {},
): State {
  return {
    now,
    consent,
    brand,
    ways,
    session: undefined,
    truth: undefined,
    barred: undefined,
    lineLostAt: undefined,
    serviceLostAt: undefined,
    asking: undefined,
    refused: undefined,
    aside: undefined,
    anew: false,
    place: undefined,
    keys: undefined,
    clearing: undefined,
    begun: undefined,
  };
}

/** The handshake that is under way, if there is one, but for one that makes room for another. */
export function activeHandshake(state: State): Snapshot | undefined {
  const running = runningHandshake(state);
  return running?.handshake === state.clearing ? undefined : running;
}

/** The handshake that the api has under way, whatever the page shows. */
export function runningHandshake({ truth }: State): Snapshot | undefined {
  const snapshot = truth?.snapshot;
  return snapshot && !isFinal(snapshot.phase) ? snapshot : undefined;
}

function endedHandshake(state: State): string | undefined {
  return activeHandshake(state) ? undefined : state.truth?.snapshot?.handshake;
}

/** The state after an event; `now` in ms by the api's clock. Pure. */
export function next(before: State, event: Event, now: number): State {
  const state = { ...before, now };
  switch (event.type) {
    case 'tick':
      return unheard(state);
    case 'session':
      return {
        ...state,
        session: event.session,
        // Once: whoever has gone elsewhere since stays there.
        place: state.session ? state.place : opensWith(event.session),
        barred: undefined,
        refused: undefined,
      };
    case 'truth': {
      const told = withTruth(state, event.truth);
      // What the link opens with is there already.
      const { place } = told;
      const isThere = !state.truth && place?.at === 'way' && connectedIn(told, place).length > 0;
      return isThere ? { ...told, place: undefined } : told;
    }
    case 'barred':
      return { ...state, barred: event.why, asking: undefined };
    case 'line':
      // The api will report its Redis on the new line.
      return {
        ...state,
        lineLostAt: event.stands ? undefined : (state.lineLostAt ?? now),
        serviceLostAt: event.stands ? undefined : state.serviceLostAt,
      };
    case 'service':
      return { ...state, serviceLostAt: event.available ? undefined : (state.serviceLostAt ?? now) };
    case 'consented':
      return {
        ...state,
        refused: undefined,
        // Beside the main path it is for a handshake that is yet to be started.
        consent: {
          handshake: state.place ? undefined : activeHandshake(state)?.handshake,
          opened: undefined,
        },
      };
    case 'opened': {
      const active = activeHandshake(state);
      if (!active) return state;
      const { handshake, attempt, seq } = active;
      return { ...state, refused: undefined, consent: { handshake, opened: { attempt, seq } } };
    }
    case 'asked':
      return { ...state, asking: { what: event.what, since: now }, refused: undefined };
    case 'answered':
      return { ...state, asking: undefined, begun: event.handshake };
    case 'refused':
      return { ...state, asking: undefined, refused: event };
    case 'typing':
      return { ...state, refused: undefined };
    case 'startAnew':
      return {
        ...state,
        aside: endedHandshake(state),
        anew: true,
        consent: undefined,
        refused: undefined,
      };
    case 'putAside':
      return went({ ...state, anew: false }, undefined);
    case 'went':
      return went(state, event.place);
    case 'keys':
      return { ...state, keys: event.are };
    case 'clearing':
      return { ...state, clearing: runningHandshake(state)?.handshake };
  }
}

/** The page that a link opens with, if that is not the main path. */
function opensWith(session: Session): Place | undefined {
  const { way } = session;
  const main = mainWay(session);
  return way && !(main && isSameWay(way, main)) ? { at: 'way', ...way } : undefined;
}

/** Somewhere else, with whatever has ended out of sight. */
function went(state: State, place: Place | undefined): State {
  return { ...state, place, aside: endedHandshake(state), consent: undefined, refused: undefined };
}

/** A request that had no effect is given up, so that the customer can try again. */
function unheard(state: State): State {
  const { asking, now } = state;
  if (!asking || now < asking.since + UNHEARD_MS) return state;
  return { ...state, asking: undefined, refused: { what: asking.what, why: 'unheard' } };
}

/** Only what is newer than what is shown counts: one answer may overtake another. */
function withTruth(state: State, said: CustomerState): State {
  const truth = withHealth(said, state.truth, state.now);
  const before = state.truth?.snapshot ?? undefined;
  const after = truth.snapshot ?? undefined;
  if (before && (!after || compareSnapshots(after, before) < 0)) return state;
  const changed: State = { ...state, truth };
  if (!after) return { ...changed, consent: state.consent?.handshake ? undefined : state.consent };
  // Two that were begun in the same millisecond are two all the same.
  if (before?.handshake === after.handshake && compareSnapshots(after, before) === 0) return changed;
  changed.consent = carried(state.consent, before, after);
  if (!saysTheSame(before, after)) {
    changed.refused = undefined;
    if (hasHadItsEffect(state.asking?.what, before, after)) changed.asking = undefined;
  }
  if (isFinal(after.phase) && after.handshake !== state.aside) changed.anew = false;
  if (after.phase === 'connected') changed.place = undefined;
  if (after.handshake !== state.clearing) changed.clearing = undefined;
  else if (isFinal(after.phase)) changed.aside = after.handshake;
  if (!state.truth && isPast(after, state.now)) changed.aside = after.handshake;
  return changed;
}

/** Ended without success, and too long ago to mention. */
function isPast(snapshot: Snapshot, now: number): boolean {
  const isOver = isFinal(snapshot.phase) && snapshot.phase !== 'connected';
  return isOver && now - Date.parse(snapshot.at) > RECENT_MS;
}

/**
 * Whether a newer snapshot is no news of a sign-in that waits: it was parked, somebody has taken it, or found its program again.
 * What was typed and sent is still on its way then, and what was refused still is.
 */
function saysTheSame(before: Snapshot | undefined, after: Snapshot): boolean {
  return (
    before?.phase === 'waiting' &&
    after.phase === 'waiting' &&
    before.handshake === after.handshake &&
    before.link === after.link &&
    before.at === after.at &&
    before.rejected?.code === after.rejected?.code
  );
}

function hasHadItsEffect(what: Ask | undefined, before: Snapshot | undefined, after: Snapshot): boolean {
  if (what === 'code') return true;
  return what === 'cancel' && (isFinal(after.phase) || before?.handshake !== after.handshake);
}

/** Consent is for one handshake; the sign-in counts as opened as long as its link stays the same. */
function carried(
  consent: Consent | undefined,
  before: Snapshot | undefined,
  after: Snapshot,
): Consent | undefined {
  if (!consent) return undefined;
  if (consent.handshake === undefined) {
    const isNew = before?.handshake !== after.handshake;
    return isNew ? { ...consent, handshake: after.handshake } : consent;
  }
  if (consent.handshake !== after.handshake) return undefined;
  const stays =
    isOpened(consent, before) &&
    before?.phase === 'waiting' &&
    after.phase === 'waiting' &&
    before.link === after.link;
  return stays ? { ...consent, opened: { attempt: after.attempt, seq: after.seq } } : consent;
}

/** True when the customer has opened exactly the link that the snapshot shows. */
export function isOpened(consent: Consent | undefined, snapshot: Snapshot | undefined): boolean {
  const opened = consent?.opened;
  return (
    opened !== undefined &&
    consent?.handshake === snapshot?.handshake &&
    opened.attempt === snapshot?.attempt &&
    opened.seq === snapshot.seq
  );
}
