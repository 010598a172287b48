import type { Connection } from '../../core/contract/snapshot.ts';
import { errorText, isMessage, say } from '../messages/say.ts';
import type { Ask, Refusal, State } from './state.ts';
import type { TimeLeft } from './time-left.ts';
import type { Place } from './ways.ts';

/** A button: what it does when pressed. */
export interface Button {
  does: 'connect' | 'cancel' | 'startAnew' | 'retryStart' | 'retryVisit' | 'putAside' | 'submit' | 'reload';
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

/** A button that leads to another page beside the main path, or back to that. */
export interface Turn {
  does: 'go';
  label: string;
  to: Place | undefined;
}

export type Action = Button | Link | Turn;

export interface Step {
  label: string;
  state: 'done' | 'now' | 'later';
}

/** One of several things to choose from, or only to be read. */
export interface Choice {
  /** Letters that stand for it. */
  icon: string;
  name: string;
  /** A line about it. */
  about: string;
  /** Where it leads; undefined for what is not to be had. */
  to: Place | undefined;
  /** Said beside it: that it is connected. */
  mark?: string;
}

/** A line about a connection: a name, and a day or a text. `at`: ISO 8601. */
export interface Fact {
  is?: 'since' | 'until' | 'checked';
  name: string;
  at?: string;
  text?: string;
}

/** What is connected beside the newest. */
export interface Other {
  key: string;
  icon: string;
  name: string;
  connection: Connection;
  /** What it is, in words. */
  kind: string;
  model?: string;
  /** Since when, and until when. */
  times: string[];
  /** How it is, where there is more to say than that it works. */
  state?: string;
  /** Replaces it; absent where a newer one of the same kind would be replaced. */
  again?: Action;
}

/** Whether the new credential takes the place of one that is connected in the same way, or comes beside it. */
export interface Beside {
  another: boolean;
  /** What would be replaced: its label, if it has one. */
  label: string | undefined;
  connectedAt: string;
}

/** What is said before a sign-in of a kind. */
export interface ConsentWords {
  lead: string;
  steps: readonly string[];
  privacy: string;
  /** Whether we keep a copy; undefined: that is not known, or nothing ever comes into our hands. */
  copies?: string;
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
    | { name: 'consent'; customer: string; words: ConsentWords; beside?: Beside }
    | { name: 'choices'; lead: string; choices: Choice[]; about?: 'key' }
    | { name: 'key'; provider: string; customer: string; beside?: Beside; error?: string; copies?: string }
    | { name: 'connections' }
    | { name: 'usage' }
    | { name: 'preparing'; step: string; notice?: string }
    | { name: 'open'; notice?: string; isRejected: boolean }
    | { name: 'paste'; error?: string; href: string }
    | { name: 'progress'; steps: Step[]; notice?: string }
    | {
        name: 'connected';
        connection: Connection;
        lead: string;
        modelLabel: string;
        model?: string;
        facts: Fact[];
        /** What the picture shows of it. */
        looks: 'joined' | 'broken' | 'resting';
        /** Where it is taken back: a sign-in in Claude's settings, a key with its provider. */
        revoke: { what: 'key' | 'signIn'; to: string } | undefined;
        others: Other[];
      }
    // Calm: nothing is broken, such as after a cancellation.
    | {
        name: 'trouble';
        message: string;
        calm: boolean;
        /** Of a handshake that has failed. */
        reference?: { handshake: string; code?: string };
        /** What to quote to support; absent until that is loaded. */
        ends?: { code?: string; error?: string };
        /** What was disconnected: where it is revoked, and the id of its receipt. */
        gone?: { revokeAt?: string; receipt?: string };
      }
  );

/** The button that cancels what is under way. */
export function cancel({ asking }: State): Button {
  const busy = asking?.what === 'cancel';
  return { does: 'cancel', label: say(busy ? 'actions.cancelling' : 'actions.cancel'), busy };
}

/** Why something that the customer asked for did not happen, in words for them. */
export function whyText(why: Refusal): string {
  const unanswered = `unanswered.${why}`;
  return isMessage(unanswered) ? say(unanswered as 'unanswered.offline') : errorText(why);
}

export function problemOf({ refused }: State, what: Ask): { problem?: string } {
  return refused?.what === what ? { problem: whyText(refused.why) } : {};
}
