import { PAST_CODE, type Phase } from '../../core/contract/phases.ts';
import { FIRST } from '../../core/contract/provider-names.ts';
import type { Snapshot } from '../../core/contract/snapshot.ts';
import { beside } from './beside.ts';
import { type Action, cancel, type PageScreen, problemOf, whyText } from './page-screen.ts';
import { signInAddress } from './sign-in-address.ts';
import type { State } from './state.ts';
import { TEXTS } from './texts.ts';
import { type TimeLeft, timeLeft } from './time-left.ts';
import { others } from './turns.ts';
import { mainWay, nameOf, type Place, type Way, wayOf } from './ways.ts';

/** What will happen, and the one button; if the link is there, the button opens the sign-in itself. */
export function consentScreen(state: State, active: Snapshot | undefined): PageScreen {
  const link = active?.phase === 'waiting' ? active.link : undefined;
  const label = TEXTS.consent.connect;
  const connect: Action =
    link === undefined
      ? { does: 'connect', label }
      : { does: 'open', label, href: signInAddress(link, state.session?.standIn) };
  const keep: Action = active
    ? { ...cancel(state), label: TEXTS.consent.keep }
    : { does: 'putAside', label: TEXTS.consent.keep };
  return {
    ...consentTo(state, active ? wayOf(active) : (mainWay(state.session) ?? FIRST)),
    primary: connect,
    quiet: [...others(state), ...(state.truth?.connection ? [keep] : [])],
    ...problemOf(state, 'cancel'),
  };
}

/** The same for a sign-in that the customer has chosen beside the main path; it starts when they agree. */
export function consentPlace(state: State, place: Place & { at: 'way' }, back: Action): PageScreen {
  return {
    ...consentTo(state, place),
    ...beside(state, place),
    primary: { does: 'connect', label: TEXTS.consent.connect },
    quiet: [back],
    ...problemOf(state, 'start'),
  };
}

function consentTo({ session }: State, { method }: Way): PageScreen & { name: 'consent' } {
  const { heading, words } = TEXTS.consent;
  const said = words[method in words ? (method as keyof typeof words) : FIRST.method];
  const copies = method === 'claude-login' ? undefined : copiesText(session);
  const about = { ...said, ...(copies && { copies }) };
  return { name: 'consent', heading, customer: session?.customer ?? '', words: about, quiet: [] };
}

/** What is said of copies; undefined while nobody knows whether there will be one. */
export function copiesText(session: State['session']): string | undefined {
  const { kept, none } = TEXTS.copies;
  if (session?.copies === undefined) return undefined;
  return session.copies ? kept : none;
}

/** Milliseconds in the queue after which the page says that we are busy; a free worker takes a handshake at once. */
const LATE_MS = 10_000;

/** When a handshake that waits for a worker will have waited long, in ms since the epoch. */
export function lateAt(active: Snapshot | undefined): number | undefined {
  return active?.phase === 'queued' ? Date.parse(active.at) + LATE_MS : undefined;
}

/** The customer has agreed, and the link is not there yet. */
export function preparing(state: State, active: Snapshot | undefined): PageScreen {
  const { steps, retrying, freshLink, busy } = TEXTS.preparing;
  const phase = active?.phase ?? 'queued';
  const explained = active?.notice && { retrying, fresh_link: freshLink }[active.notice];
  const notice = explained ?? (isLate(state, active) ? busy : undefined);
  return {
    name: 'preparing',
    heading: TEXTS.preparing.heading,
    step: phase in steps ? steps[phase as keyof typeof steps] : steps.opening,
    ...(notice && { notice }),
    quiet: active ? [cancel(state)] : [],
    ...problemOf(state, 'cancel'),
  };
}

/** The link is there and has not been opened in this tab. */
export function open(state: State, active: Snapshot, link: string): PageScreen {
  const { freshLink, oldTab, again, heading, button } = TEXTS.open;
  const notice = active.rejected
    ? [active.rejected.message, oldTab].join(' ')
    : active.notice === 'fresh_link'
      ? [freshLink, oldTab].join(' ')
      : undefined;
  return {
    name: 'open',
    heading: notice ? again : heading,
    isRejected: active.rejected !== undefined,
    ...(notice && { notice }),
    ...leftOf(state, active),
    primary: { does: 'open', label: button, href: signInAddress(link, state.session?.standIn) },
    quiet: [cancel(state)],
    ...problemOf(state, 'cancel'),
  };
}

/** The sign-in is open in another tab. */
export function paste(state: State, active: Snapshot, link: string): PageScreen {
  const { refused } = state;
  const error = refused?.what === 'code' ? whyText(refused.why) : active.rejected?.message;
  const href = signInAddress(link, state.session?.standIn);
  return {
    name: 'paste',
    href,
    heading: TEXTS.paste.heading,
    ...(error && { error }),
    ...leftOf(state, active),
    primary: { does: 'submit', label: TEXTS.paste.send },
    quiet: [{ does: 'open', label: TEXTS.paste.openAgain, href }, cancel(state)],
    ...problemOf(state, 'cancel'),
  };
}

/** Once the code is sent there is nothing left for the customer to do. */
export function progress(state: State, phase: Phase): PageScreen & { name: 'progress' } {
  const { steps } = TEXTS.progress;
  // A code on its way to the box counts as being checked.
  const at = (PAST_CODE as readonly Phase[]).indexOf(phase);
  const labels = PAST_CODE.map((step) => steps[step]);
  return { ...inSteps(labels, at), quiet: [cancel(state)], ...problemOf(state, 'cancel') };
}

/** The phases after the one in which the box is reached, with a key. */
const WITH_KEY: readonly Phase[] = ['installing', 'proving'];

/** The same with a key, from the start; `active` is undefined while the key is on its way to the api. */
export function keyProgress(state: State, provider: string, active: Snapshot | undefined): PageScreen {
  const { keySteps } = TEXTS.progress;
  const { retrying, busy } = TEXTS.preparing;
  const what = provider === 'ollama' ? keySteps.telling : keySteps.installing;
  const labels = [keySteps.reaching, what, keySteps.proving(nameOf({ provider }))];
  const at = active ? WITH_KEY.indexOf(active.phase) + 1 : 0;
  const notice = active?.notice ? retrying : isLate(state, active) ? busy : undefined;
  return {
    ...inSteps(labels, at),
    quiet: active ? [cancel(state)] : [],
    ...(notice && { notice }),
    ...problemOf(state, 'cancel'),
  };
}

function inSteps(labels: readonly string[], at: number): PageScreen & { name: 'progress' } {
  const now = Math.max(0, at);
  return {
    name: 'progress',
    heading: TEXTS.progress.heading,
    steps: labels.map((label, index) => ({
      label,
      state: index < now ? 'done' : index === now ? 'now' : 'later',
    })),
    quiet: [],
  };
}

function isLate({ now }: State, active: Snapshot | undefined): boolean {
  const turnIsLate = lateAt(active);
  return turnIsLate !== undefined && now >= turnIsLate;
}

function leftOf({ now }: State, { phaseEndsAt }: Snapshot): { left?: TimeLeft } {
  return phaseEndsAt === undefined ? {} : { left: timeLeft(Date.parse(phaseEndsAt), now) };
}
