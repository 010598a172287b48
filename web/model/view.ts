import { isPastCode } from '../../core/contract/phases.ts';
import type { Snapshot } from '../../core/contract/snapshot.ts';
import { barredScreen, connected, endScreen, unavailable } from './end-screens.ts';
import type { PageScreen } from './page-screen.ts';
import { consentScreen, lateAt, open, paste, preparing, progress } from './sign-in-screens.ts';
import { activeHandshake, isOpened, type State, UNHEARD_MS } from './state.ts';
import { TEXTS } from './texts.ts';
import { timeLeftChangesAt } from './time-left.ts';

export interface View {
  screen: PageScreen;
  /** The document's title. */
  title: string;
  /** What a screen reader announces when it changes, wherever the customer is on the page. */
  said: string;
  /** What is in the way right now, above everything else. */
  banner: string | undefined;
  standIn: boolean;
  /** The note for an operator who views this customer's page, where nothing can be done. */
  viewOnly: string | undefined;
  /** The customer whose page it is, if known; a name within the text. */
  customer: string | undefined;
  picture: 'resting' | 'working' | 'joined' | 'broken';
}

/** To a customer, a line or a service that is back within this many ms was never gone. */
const GRACE_MS = 2_000;

/** Everything that the customer sees, from the state alone. */
export function view(state: State): View {
  const screen = screenOf(state);
  const customer = state.session?.customer;
  return {
    screen,
    title: [titleOf(screen), customer].filter(Boolean).join(' · '),
    said: saidOf(screen),
    banner: bannerOf(state),
    customer,
    standIn: state.session?.standIn !== undefined,
    viewOnly: state.session?.viewer === undefined ? undefined : TEXTS.viewOnly(state.session.customer),
    picture: pictureOf(screen),
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
  if (state.session?.viewer !== undefined) return false;
  const idle = state.asking === undefined && activeHandshake(state) === undefined;
  return idle && screenOf(state).name === 'consent';
}

function bannerOf({ lineLostAt, serviceLostAt, now, barred }: State): string | undefined {
  if (barred !== undefined) return undefined;
  if (isMissed(lineLostAt, now)) return TEXTS.reconnecting;
  return isMissed(serviceLostAt, now) ? TEXTS.serviceAway : undefined;
}

function isMissed(lostAt: number | undefined, now: number): boolean {
  return lostAt !== undefined && now - lostAt >= GRACE_MS;
}

function screenOf(state: State): PageScreen {
  const { session, truth, barred, refused, consent, aside, anew } = state;
  if (barred !== undefined) return barredScreen(state);
  if (!session || !truth) {
    return refused?.what === 'visit'
      ? unavailable(refused.why, 'retryVisit')
      : { name: 'loading', heading: TEXTS.loading.heading, quiet: [] };
  }
  const active = activeHandshake(state);
  if (active) return activeScreen(state, active);
  if (consent && consent.handshake === undefined) {
    return refused?.what === 'start' ? unavailable(refused.why, 'retryStart') : preparing(state, undefined);
  }
  if (anew) return consentScreen(state, undefined);
  const ended = truth.snapshot?.handshake === aside ? undefined : (truth.snapshot ?? undefined);
  const connection = truth.connection ?? ended?.connection;
  return endScreen(state, ended, connection);
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
  return name === 'loading' || name === 'consent' ? TEXTS.service : heading;
}

function saidOf(screen: PageScreen): string {
  const parts: (string | undefined)[] = [screen.problem];
  if (screen.name === 'preparing') parts.push(screen.notice, screen.step);
  if (screen.name === 'open') parts.push(screen.heading, screen.notice);
  if (screen.name === 'paste') parts.push(screen.error);
  if (screen.name === 'progress') parts.push(screen.steps.find((step) => step.state === 'now')?.label);
  if (screen.name === 'connected') parts.push(screen.heading);
  if (screen.name === 'trouble') parts.push(screen.heading, screen.message);
  if (screen.left?.aloud) parts.push(screen.left.text);
  return parts
    .filter(Boolean)
    .join('. ')
    .replaceAll(/([.…])\. /g, '$1 ');
}

function pictureOf(screen: PageScreen): View['picture'] {
  if (screen.name === 'preparing' || screen.name === 'progress') return 'working';
  if (screen.name === 'connected') return 'joined';
  return screen.name === 'trouble' && !screen.calm ? 'broken' : 'resting';
}
