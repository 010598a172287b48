import { PAST_CODE, type Phase } from '../../core/contract/phases.ts';
import type { Snapshot } from '../../core/contract/snapshot.ts';
import { type Action, cancel, type PageScreen, problemOf, whyText } from './page-screen.ts';
import { signInAddress } from './sign-in-address.ts';
import type { State } from './state.ts';
import { TEXTS } from './texts.ts';
import { type TimeLeft, timeLeft } from './time-left.ts';

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
    name: 'consent',
    heading: TEXTS.consent.heading,
    customer: state.session?.customer ?? '',
    primary: connect,
    quiet: state.truth?.connection ? [keep] : [],
    ...problemOf(state, 'cancel'),
  };
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
  const turnIsLate = lateAt(active);
  const notice = explained ?? (turnIsLate !== undefined && state.now >= turnIsLate ? busy : undefined);
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
export function progress(state: State, phase: Phase): PageScreen {
  const { steps } = TEXTS.progress;
  // A code on its way to the box counts as being checked.
  const at = Math.max(0, (PAST_CODE as readonly Phase[]).indexOf(phase));
  return {
    name: 'progress',
    heading: TEXTS.progress.heading,
    steps: PAST_CODE.map((step, index) => ({
      label: steps[step],
      state: index < at ? 'done' : index === at ? 'now' : 'later',
    })),
    quiet: [cancel(state)],
    ...problemOf(state, 'cancel'),
  };
}

function leftOf({ now }: State, { phaseEndsAt }: Snapshot): { left?: TimeLeft } {
  return phaseEndsAt === undefined ? {} : { left: timeLeft(Date.parse(phaseEndsAt), now) };
}
