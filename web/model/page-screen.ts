import { ERROR_ROWS, type ErrorCode } from '../../core/contract/error-rows.ts';
import type { Connection } from '../../core/contract/snapshot.ts';
import type { Ask, Refusal, State } from './state.ts';
import { TEXTS } from './texts.ts';
import type { TimeLeft } from './time-left.ts';

/** A button: what it does when pressed. */
export interface Button {
  does: 'connect' | 'cancel' | 'startAnew' | 'retryStart' | 'retryVisit' | 'putAside' | 'submit';
  label: string;
  /** Pressed already; it cannot be pressed twice. */
  busy?: boolean;
}

/** A link that looks like a button: to the sign-in, or away from here. */
export interface Link {
  does: 'open' | 'leave';
  label: string;
  href: string;
  /** Part of the label: where it leads. */
  host?: string;
}

export type Action = Button | Link;

export interface Step {
  label: string;
  state: 'done' | 'now' | 'later';
}

interface Common {
  heading: string;
  primary?: Action;
  quiet: Action[];
  /** How long the sign-in is still valid. */
  left?: TimeLeft;
  /** Above the actions: why something that the customer asked for did not happen. */
  problem?: string;
}

export type PageScreen = Common &
  (
    | { name: 'loading' }
    | { name: 'consent'; customer: string }
    | { name: 'preparing'; step: string; notice?: string }
    | { name: 'open'; notice?: string; isRejected: boolean }
    | { name: 'paste'; error?: string; href: string }
    | { name: 'progress'; steps: Step[] }
    | { name: 'connected'; connection: Connection; model?: string }
    // Calm: nothing is broken, such as after a cancellation.
    | { name: 'trouble'; message: string; calm: boolean; reference?: { handshake: string; code: string } }
  );

/** The button that cancels what is under way. */
export function cancel({ asking }: State): Button {
  const busy = asking?.what === 'cancel';
  const { cancel, cancelling } = TEXTS.actions;
  return { does: 'cancel', label: busy ? cancelling : cancel, busy };
}

/** Why something that the customer asked for did not happen, in words for them. */
export function whyText(why: Refusal): string {
  const { unanswered } = TEXTS;
  return why in unanswered
    ? unanswered[why as keyof typeof unanswered]
    : ERROR_ROWS[why as ErrorCode].customer;
}

export function problemOf({ refused }: State, what: Ask): { problem?: string } {
  return refused?.what === what ? { problem: whyText(refused.why) } : {};
}
