import { hasFailed, isPastCode } from '../../core/contract/phases.ts';
import { FIRST } from '../../core/contract/provider-names.ts';
import type { Snapshot } from '../../core/contract/snapshot.ts';
import { canSay, say } from '../messages/say.ts';
import { connected } from './connected-screen.ts';
import { barredScreen, endScreen, unavailable } from './end-screens.ts';
import { isWell } from './health.ts';
import { machineName } from './machine-name.ts';
import type { PageScreen } from './page-screen.ts';
import {
  consentPlace,
  consentScreen,
  keyProgress,
  lateAt,
  open,
  paste,
  preparing,
  progress,
} from './sign-in-screens.ts';
import { activeHandshake, type Brand, isOpened, runningHandshake, type State, UNHEARD_MS } from './state.ts';
import { timeLeftChangesAt } from './time-left.ts';
import { backOf, placeOf } from './turns.ts';
import { connectionsOf, isSameWay, isSignIn, mainWay, nameOf, type Place } from './ways.ts';

/** The screens that are loaded only when somebody wants more than the one click: web/keys. */
export interface PlaceScreens {
  screenOf(state: State, place: Place): PageScreen;
  /** What is said where there are several connections, or there is more to say of one than that it works. */
  withHealthOf(state: State, screen: PageScreen & { name: 'connected' }): PageScreen;
  /** An end with every way on. */
  withWaysOn(state: State, screen: PageScreen & { name: 'trouble' }): PageScreen;
}

export interface View {
  screen: PageScreen;
  /** What stays the same while the customer has not moved on: a change moves the focus to the heading. */
  spot: string;
  /** The document's title. */
  title: string;
  /** What a screen reader announces when it changes, wherever the customer is on the page. */
  said: string;
  /** What is in the way right now, above everything else. */
  banner: string | undefined;
  /** The platform's dress, for this visit. */
  brand: Brand;
  standIn: boolean;
  /** The note for an operator who views this customer's page, where nothing can be done. */
  viewOnly: string | undefined;
  /** The customer whose page it is, if known; a name within the text. */
  customer: string | undefined;
  picture: 'resting' | 'working' | 'joined' | 'broken';
  /** Who stands on the other side of the picture from the machine. */
  party: string;
}

/** To a customer, a line or a service that is back within this many ms was never gone. */
const GRACE_MS = 2_000;

/** Everything that the customer sees, from the state alone; `places` once they are loaded. */
export function view(state: State, places?: PlaceScreens): View {
  const screen = sayable(screenOf(state, places));
  const { session } = state;
  const customer = session && machineName(session);
  const { name, heading } = screen;
  return {
    screen,
    spot: name === 'choices' || name === 'key' ? `${name} ${heading}` : name,
    title: customer ? say('titled', { title: titleOf(screen), customer }) : titleOf(screen),
    said: saidOf(screen),
    banner: bannerOf(state),
    customer,
    brand: { ...state.brand, ...session?.brand },
    standIn: session?.standIn !== undefined,
    viewOnly: customer && session?.viewer !== undefined ? say('viewOnly', { customer }) : undefined,
    picture: pictureOf(screen),
    party: partyOf(state, screen),
  };
}

/** When the view next changes by time alone, in ms since the epoch by the api's clock. */
export function changesAt(state: State): number | undefined {
  if (state.barred !== undefined) return undefined;
  const active = activeHandshake(state);
  const endsAt = active?.phaseEndsAt;
  const turnIsLate = lateAt(active);
  const times = [
    state.asking && state.asking.since + UNHEARD_MS,
    ...[state.lineLostAt, state.serviceLostAt].map((lostAt) =>
      lostAt === undefined || isMissed(lostAt, state.now) ? undefined : lostAt + GRACE_MS,
    ),
    turnIsLate !== undefined && turnIsLate > state.now ? turnIsLate : undefined,
    endsAt === undefined ? undefined : timeLeftChangesAt(Date.parse(endsAt), state.now),
  ].filter((time) => time !== undefined);
  return times.length === 0 ? undefined : Math.min(...times);
}

/** True when a handshake should be started in advance, so that the link is there when the customer clicks. */
export function wantsStart(state: State): boolean {
  const { viewer, link, begins } = state.session ?? {};
  if (viewer !== undefined || link || begins === 'click') return false;
  const idle = state.asking === undefined && runningHandshake(state) === undefined;
  return idle && state.place === undefined && screenOf(state).name === 'consent';
}

/** True when the screens beside the main path should be loaded. */
export function wantsPlaces(state: State): boolean {
  const { session, truth, keys, consent } = state;
  if (keys !== undefined) return false;
  // In good time for how this ends.
  if (consent?.handshake !== undefined || wantsWaysOn(state, pathScreen(state))) return true;
  return Boolean(session && truth && screenOf(state).name === 'loading');
}

/** Where not even the visit could be asked for, there is no more to say. */
function wantsWaysOn({ keys, refused }: State, { name }: PageScreen): boolean {
  return name === 'trouble' && keys === undefined && refused?.what !== 'visit';
}

function bannerOf({ lineLostAt, serviceLostAt, now, barred }: State): string | undefined {
  if (barred !== undefined) return undefined;
  if (isMissed(lineLostAt, now)) return say('reconnecting');
  return isMissed(serviceLostAt, now) ? say('serviceAway') : undefined;
}

function isMissed(lostAt: number | undefined, now: number): boolean {
  return lostAt !== undefined && now - lostAt >= GRACE_MS;
}

function screenOf(state: State, places?: PlaceScreens): PageScreen {
  const screen = pathScreen(state, places);
  if (screen.name === 'trouble' && places) return places.withWaysOn(state, screen);
  // Nothing is to move on a screen that is there already.
  if (wantsWaysOn(state, screen)) return notLoaded(state);
  if (screen.name !== 'connected' || (isWell(screen.connection) && connectionsOf(state).length < 2))
    return screen;
  return places?.withHealthOf(state, screen) ?? notLoaded(state);
}

/** What cannot be said yet is waited for. */
function sayable(screen: PageScreen): PageScreen {
  const isThere = canSay('page') && (screen.name !== 'trouble' || canSay('errors'));
  return isThere ? screen : { name: 'loading', heading: say('loading.heading'), quiet: [] };
}

/** Until what is loaded later has been. */
function notLoaded({ keys }: State): PageScreen {
  return keys === 'failed'
    ? unavailable('offline', 'reload')
    : { name: 'loading', heading: say('loading.heading'), quiet: [] };
}

function pathScreen(state: State, places?: PlaceScreens): PageScreen {
  const { session, truth, barred, refused, consent, aside, anew } = state;
  if (barred !== undefined) return barredScreen(state);
  if (!session || !truth) {
    return refused?.what === 'visit' ? unavailable(refused.why, 'retryVisit') : notLoaded(state);
  }
  const active = activeHandshake(state);
  if (active && !isSignIn(active)) return keyProgress(state, active.provider, active);
  const place = placeOf(state);
  if (place && !(active && isPastCode(active.phase))) return placeScreen(state, place, active, places);
  if (active) return activeScreen(state, active);
  if (consent && consent.handshake === undefined) {
    return refused?.what === 'start' ? unavailable(refused.why, 'retryStart') : preparing(state, undefined);
  }
  if (anew) return consentScreen(state, undefined);
  const ended = truth.snapshot?.handshake === aside ? undefined : (truth.snapshot ?? undefined);
  const connection = truth.connection ?? ended?.connection;
  return endScreen(state, ended, connection);
}

/** Beside the main path, with no key under way and no code given. */
function placeScreen(
  state: State,
  place: Place,
  active: Snapshot | undefined,
  places: PlaceScreens | undefined,
): PageScreen {
  const { asking, consent, refused, truth, aside } = state;
  if (place.at === 'way') {
    if (asking?.what === 'key') return keyProgress(state, place.provider, undefined);
    if (active && consent?.handshake === active.handshake) return activeScreen(state, active);
    if (consent && consent.handshake === undefined)
      return refused?.what === 'start' ? unavailable(refused.why, 'retryStart') : preparing(state, undefined);
    const ended = truth?.snapshot;
    const isNews = ended && ended.handshake !== aside && isSameWay(ended, place) && hasFailed(ended.phase);
    if (isNews) return endScreen(state, ended, truth.connection ?? undefined);
    if (isSignIn(place)) return consentPlace(state, place, backOf(state, place));
  }
  return places?.screenOf(state, place) ?? notLoaded(state);
}

function activeScreen(state: State, active: Snapshot): PageScreen {
  const { consent, truth, asking, anew } = state;
  const isSending = active.phase === 'waiting' && asking?.what === 'code';
  if (isSending || isPastCode(active.phase)) return progress(state, active.phase);
  if (consent?.handshake !== active.handshake) {
    return truth?.connection && !anew ? connected(state, truth.connection) : consentScreen(state, active);
  }
  if (active.phase !== 'waiting' || active.link === undefined) return preparing(state, active);
  return isOpened(consent, active) ? paste(state, active, active.link) : open(state, active, active.link);
}

function titleOf({ name, heading }: PageScreen): string {
  return name === 'loading' || name === 'consent' ? say('service') : heading;
}

function saidOf(screen: PageScreen): string {
  const parts: (string | undefined)[] = [screen.problem];
  if (screen.name === 'preparing') parts.push(screen.notice, screen.step);
  if (screen.name === 'open') parts.push(screen.heading, screen.notice);
  if (screen.name === 'paste') parts.push(screen.error);
  if (screen.name === 'key') parts.push(screen.error);
  if (screen.name === 'progress')
    parts.push(screen.notice, screen.steps.find((step) => step.state === 'now')?.label);
  if (screen.name === 'connected') parts.push(screen.heading, screen.looks === 'joined' ? '' : screen.lead);
  if (screen.name === 'trouble') parts.push(screen.heading, screen.message);
  if (screen.left?.aloud) parts.push(screen.left.text);
  return parts
    .filter(Boolean)
    .join('. ')
    .replaceAll(/([.…])\. /g, '$1 ');
}

function pictureOf(screen: PageScreen): View['picture'] {
  if (screen.name === 'preparing' || screen.name === 'progress') return 'working';
  if (screen.name === 'connected') return screen.looks;
  return screen.name === 'trouble' && !screen.calm ? 'broken' : 'resting';
}

function partyOf(state: State, screen: PageScreen): string {
  if (screen.name === 'connected') return nameOf(screen.connection);
  const place = placeOf(state);
  const active = activeHandshake(state);
  if (active && (place === undefined || !isSignIn(active))) return nameOf(active);
  if (place && 'provider' in place) return nameOf(place);
  if (place) return say('picture.any');
  const ended = screen.name === 'trouble' && state.truth?.snapshot;
  return nameOf(ended || (mainWay(state.session) ?? FIRST));
}
