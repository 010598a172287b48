import { PAST_CODE, type Phase } from '../../core/contract/phases.ts';
import { FIRST } from '../../core/contract/provider-names.ts';
import type { Snapshot } from '../../core/contract/snapshot.ts';
import { canSay, errorText, say, together } from '../messages/say.ts';
import { beside } from './beside.ts';
import { machineName } from './machine-name.ts';
import { type Action, cancel, type PageScreen, problemOf, whyText } from './page-screen.ts';
import { signInAddress } from './sign-in-address.ts';
import type { State } from './state.ts';
import { type TimeLeft, timeLeft } from './time-left.ts';
import { others } from './turns.ts';
import { mainWay, nameOf, type Place, type Way, wayOf } from './ways.ts';

/** What will happen, and the one button; if the link is there, the button opens the sign-in itself. */
export function consentScreen(state: State, active: Snapshot | undefined): PageScreen {
  const link = active?.phase === 'waiting' ? active.link : undefined;
  const label = say('consent.connect');
  const connect: Action =
    link === undefined
      ? { does: 'connect', label }
      : { does: 'open', label, href: signInAddress(link, state.session?.standIn) };
  const keep: Action = active
    ? { ...cancel(state), label: say('consent.keep') }
    : { does: 'putAside', label: say('consent.keep') };
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
    primary: { does: 'connect', label: say('consent.connect') },
    quiet: [back],
    ...problemOf(state, 'start'),
  };
}

function consentTo({ session }: State, { method }: Way): PageScreen & { name: 'consent' } {
  const way = method === 'claude-login' ? method : 'setup-token';
  const heading = say('consent.heading');
  const copies = method === 'claude-login' ? undefined : copiesText(session);
  const about = {
    lead: say(`consent.${way}.lead`),
    steps: [say(`consent.${way}.opens`), say(`consent.${way}.code`), say(`consent.${way}.then`)],
    privacy: say(`consent.${way}.privacy`),
    ...(copies && { copies }),
  };
  return {
    name: 'consent',
    heading,
    customer: session ? machineName(session) : '',
    words: about,
    quiet: [],
  };
}

/** What is said of copies; undefined while nobody knows whether there will be one. */
export function copiesText(session: State['session']): string | undefined {
  if (session?.copies === undefined) return undefined;
  return say(session.copies ? 'copies.kept' : 'copies.none');
}

/** Milliseconds in the queue after which the page says that we are busy; a free worker takes a handshake at once. */
const LATE_MS = 10_000;

/** When a handshake that waits for a worker will have waited long, in ms since the epoch. */
export function lateAt(active: Snapshot | undefined): number | undefined {
  return active?.phase === 'queued' ? Date.parse(active.at) + LATE_MS : undefined;
}

const NOTICES = { retrying: 'preparing.retrying', fresh_link: 'preparing.freshLink' } as const;
/** The phases before the link that have words of their own. */
const PREPARING: readonly Phase[] = ['queued', 'reaching', 'preparing', 'opening'];

/** The customer has agreed, and the link is not there yet. */
export function preparing(state: State, active: Snapshot | undefined): PageScreen {
  const phase = active?.phase ?? 'queued';
  const explained = active?.notice && say(NOTICES[active.notice]);
  const notice = explained ?? (isLate(state, active) ? say('preparing.busy') : undefined);
  return {
    name: 'preparing',
    heading: say('preparing.heading'),
    step: say(PREPARING.includes(phase) ? `preparing.steps.${phase as 'queued'}` : 'preparing.steps.opening'),
    ...(notice && { notice }),
    quiet: active ? [cancel(state)] : [],
    ...problemOf(state, 'cancel'),
  };
}

/** The link is there and has not been opened in this tab. */
export function open(state: State, active: Snapshot, link: string): PageScreen {
  const notice = active.rejected
    ? together(errorText(active.rejected.code, 'signIn'), say('open.oldTab'))
    : active.notice === 'fresh_link'
      ? together(say('open.freshLink'), say('open.oldTab'))
      : undefined;
  return {
    name: 'open',
    heading: say(notice ? 'open.again' : 'open.heading'),
    isRejected: active.rejected !== undefined,
    ...(notice && { notice }),
    ...leftOf(state, active),
    primary: { does: 'open', label: say('open.button'), href: signInAddress(link, state.session?.standIn) },
    quiet: [cancel(state)],
    ...problemOf(state, 'cancel'),
  };
}

/** The sign-in is open in another tab. */
export function paste(state: State, active: Snapshot, link: string): PageScreen {
  const { refused } = state;
  const error =
    refused?.what === 'code' ? whyText(refused.why) : active.rejected && errorText(active.rejected.code);
  const href = signInAddress(link, state.session?.standIn);
  return {
    name: 'paste',
    href,
    heading: say('paste.heading'),
    ...(error && { error }),
    ...leftOf(state, active),
    primary: { does: 'submit', label: say('paste.send') },
    quiet: [{ does: 'open', label: say('paste.openAgain'), href }, ...keyInstead(state), cancel(state)],
    ...problemOf(state, 'cancel'),
  };
}

/** Where the key goes that was pasted in place of a code, if that is offered. */
function keyInstead({ refused, session }: State): Action[] {
  const of = refused?.of;
  const offer = session?.offers?.find(({ provider }) => provider === of);
  const isOffered = offer?.methods.some(({ method, lacks }) => method === 'api-key' && !lacks);
  if (of === undefined || !isOffered || !canSay('keys')) return [];
  const to: Place = { at: 'way', provider: of, method: 'api-key' };
  return [{ does: 'go', label: say('paste.useKey', { name: nameOf({ provider: of }) }), to }];
}

/** Once the code is sent there is nothing left for the customer to do. */
export function progress(state: State, phase: Phase): PageScreen & { name: 'progress' } {
  // A code on its way to the box counts as being checked.
  const at = (PAST_CODE as readonly Phase[]).indexOf(phase);
  const labels = PAST_CODE.map((step) => say(`progress.steps.${step}`));
  return { ...inSteps(labels, at), quiet: [cancel(state)], ...problemOf(state, 'cancel') };
}

/** The phases after the one in which the box is reached, with a key. */
const WITH_KEY: readonly Phase[] = ['installing', 'proving'];

/** The same with a key, from the start; `active` is undefined while the key is on its way to the api. */
export function keyProgress(state: State, provider: string, active: Snapshot | undefined): PageScreen {
  const labels = [
    say('progress.keySteps.reaching'),
    say(provider === 'ollama' ? 'progress.keySteps.telling' : 'progress.keySteps.installing'),
    say('progress.keySteps.proving', { name: nameOf({ provider }) }),
  ];
  const at = active ? WITH_KEY.indexOf(active.phase) + 1 : 0;
  const notice = active?.notice
    ? say('preparing.retrying')
    : isLate(state, active)
      ? say('preparing.busy')
      : undefined;
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
    heading: say('progress.heading'),
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
