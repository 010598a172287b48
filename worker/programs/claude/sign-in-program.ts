import { type ErrorCode, KeyferryError } from '../../../core/contract/errors.ts';
import type { SignInLink, SignInMethod } from '../../../core/contract/sign-in-link.ts';
import type { Redactor } from '../../../core/secrets/redaction.ts';
import type { Secret } from '../../../core/secrets/secret.ts';
import type { Screen } from '../../terminal/screen.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { QUIET_MS } from '../../terminal/wait.ts';
import { WaitError } from '../../terminal/wait-error.ts';
import type { CallLimits, ProgramExit } from '../../transports/transport.ts';
import { nearestScreen, readDeadEnd } from './dead-end.screens.ts';
import { type LinkReading, sameLink } from './link.screens.ts';
import { type Asking, readField } from './prompt.screens.ts';
import type { Refused } from './refusal.screens.ts';

/** Milliseconds within which a pasted code shows on the screen; the programs need under 200. */
const SHOWS_WITHIN_MS = 10_000;
/**
 * Milliseconds of quiet after a link that passed every check: its last part is of a fixed length, so half a frame
 * does not pass. One that did not pass may be half a frame, and is given longer.
 */
const WHOLE_LINK_QUIET_MS = 10;

/** Milliseconds of quiet after which an empty field is one: what another worker has sent may still be on its way. */
const EMPTY_FIELD_QUIET_MS = 1_000;

/** Set for either sign-in. */
export const SIGN_IN_ENV = {
  // Otherwise 2.1.330 prints a short link without `state`; with it a code from another link is
  // recognised before it is typed. Older versions do not know the variable.
  CLAUDE_CODE_FULL_SIGN_IN_LINK: '1',
  // The program must not replace itself on disk while the customer signs in.
  DISABLE_AUTOUPDATER: '1',
  // The customer's browser is elsewhere; nothing must be opened on the box.
  BROWSER: 'true',
} as const;

/** How a sign-in ends well: with a token on the screen, or with Claude Code itself signed in. */
export type SignedIn = { kind: 'token'; token: Secret } | { kind: 'signed-in' };
export type CodeOutcome = SignedIn | Refused;
export type Submitted = SignedIn | { kind: 'refused'; error: KeyferryError };

/** What sets one sign-in apart from the other: the rest is the same machinery. */
export interface SignInDialog {
  readonly method: SignInMethod;
  /** The command, behind `claude`. */
  readonly words: readonly string[];
  /** What is waited for once a code is entered. */
  readonly awaited: string;
  /** False: some versions show nothing of what is typed, so that its echo is not waited for. */
  readonly echoes: boolean;
  readLink(screen: Screen): LinkReading | undefined;
  readOutcome(screen: Screen): CodeOutcome | undefined;
  /** The code is with Anthropic. */
  isExchanging(screen: Screen): boolean;
  /** It ended well, but what it gave cannot be read. */
  isCutOff(screen: Screen): boolean;
}

/** A conversation with a sign-in of `claude` in a terminal on the box. */
export class SignInProgram {
  readonly #dialog: SignInDialog;
  readonly #terminal: Terminal;
  readonly #redactor: Redactor;
  #exit: ProgramExit | undefined;

  constructor(dialog: SignInDialog, terminal: Terminal, redactor: Redactor) {
    this.#dialog = dialog;
    this.#terminal = terminal;
    this.#redactor = redactor;
    void terminal.ended.then((exit) => {
      this.#exit = exit;
    });
  }

  /**
   * Waits for the sign-in link, whole, trusted and the same in two frames.
   * Throws `link_not_trusted`, `link_not_shown`, `claude_incomplete`, `claude_crashed`, `screen_unknown`, or what the program states instead
   * of a link (stated.ts).
   */
  async link(limits: CallLimits): Promise<SignInLink> {
    let last: Screen | undefined;
    const read = (screen: Screen) => {
      last = screen;
      return this.#dialog.readLink(screen);
    };
    const reading = await this.#terminal
      .waitFor('the sign-in link', read, {
        ...limits,
        stable: sameLink,
        quietMs: ({ kind }) => (kind === 'asking' ? WHOLE_LINK_QUIET_MS : QUIET_MS),
        onTimeout: 'link_not_shown',
        onEnd: 'claude_crashed',
      })
      .catch((thrown) => {
        throw last ? deadEnd(thrown, last) : thrown;
      });
    if (reading.kind === 'asking') return reading.link;
    if (reading.kind === 'stated') throw new KeyferryError(reading.code, { screen: this.#terminal.dump() });
    throw new KeyferryError('link_not_trusted', {
      detail: `The link ${reading.reason}.`,
      screen: this.#terminal.dump(),
    });
  }

  /**
   * Pastes the code, presses Enter separately (once it shows), and waits for the end or a refusal.
   * Enter is pressed once: an Enter in one write with the code is swallowed by 1.0.64 to 2.1.330.
   */
  async submit(code: Secret, { signal, timeoutMs }: CallLimits): Promise<Submitted> {
    const began = performance.now();
    const shows = Math.min(SHOWS_WITHIN_MS, timeoutMs);
    const pasted = await this.#terminal.paste(code, {
      signal,
      timeoutMs: shows,
      onTimeout: 'screen_unknown',
      ...(this.#dialog.echoes ? {} : { shown: () => true }),
    });
    pasted.enter();
    const left = Math.max(1, timeoutMs - (performance.now() - began));
    return this.#submitted(await this.#outcome({ signal, timeoutMs: left }, this.#dialog.readOutcome));
  }

  /** The good end, or the refusal of a code that an earlier attempt may have entered; `asking` if the field shows none. */
  async outcomeOrPrompt(limits: CallLimits): Promise<Submitted | { kind: 'asking' }> {
    const outcome = await this.#outcome(
      limits,
      (screen) => this.#dialog.readOutcome(screen) ?? readField(screen),
    );
    return outcome.kind === 'asking' ? outcome : this.#submitted(outcome);
  }

  async #outcome<T extends CodeOutcome | Asking>(
    limits: CallLimits,
    read: (screen: Screen) => T | undefined,
  ): Promise<T> {
    let last: Screen | undefined;
    const look = (screen: Screen) => {
      last = screen;
      const outcome = read(screen);
      // From now on it is covered wherever it appears, even in part.
      if (outcome?.kind === 'token') this.#redactor.add(outcome.token);
      return outcome;
    };
    return this.#terminal
      .waitFor(this.#dialog.awaited, look, {
        ...limits,
        stable: sameOutcome,
        quietMs: ({ kind }) => (kind === 'asking' ? EMPTY_FIELD_QUIET_MS : QUIET_MS),
        onTimeout: 'anthropic_unreachable',
        onEnd: 'program_ended',
      })
      .catch((thrown) => {
        throw last ? this.#noOutcome(thrown, last) : thrown;
      });
  }

  /** How the program ended, once it has; it should not while the customer signs in. */
  get ended(): Promise<ProgramExit> {
    return this.#terminal.ended;
  }

  /** True once the program has ended. */
  get over(): boolean {
    return this.#exit !== undefined;
  }

  /** The program ended while nothing was asked of it, or belongs to another worker by now. */
  endedEarly(): KeyferryError {
    return new KeyferryError(this.#exit?.kind === 'lost' ? 'connection_lost' : 'program_ended', {
      screen: this.#terminal.dump(),
    });
  }

  close(): Promise<void> {
    return this.#terminal.close();
  }

  #submitted(outcome: CodeOutcome): Submitted {
    return outcome.kind === 'refused' ? { kind: 'refused', error: this.#refusal(outcome) } : outcome;
  }

  /** No end came: it is cut off, or the program is waiting for Anthropic, or its screen is unknown. */
  #noOutcome(thrown: unknown, screen: Screen): unknown {
    if (!(thrown instanceof WaitError) || thrown.code === 'box_flooded') return thrown;
    if (this.#dialog.isCutOff(screen)) return asOther(thrown, 'token_incomplete');
    if (thrown.code === 'program_ended' || this.#dialog.isExchanging(screen)) return thrown;
    return asOther(thrown, 'screen_unknown', `The most similar known one is: ${nearestScreen(screen)}.`);
  }

  #refusal({ code, words }: Refused): KeyferryError {
    const detail = words ? `It said: “${words}”` : '';
    return new KeyferryError(code, { detail, screen: this.#terminal.dump() });
  }
}

/** No link came: says which known dead end this is, or that the screen is unknown. */
function deadEnd(thrown: unknown, screen: Screen): unknown {
  if (!(thrown instanceof WaitError) || thrown.code === 'box_flooded') return thrown;
  const end = readDeadEnd(screen);
  if (end === 'unbuilt') return asOther(thrown, 'claude_incomplete');
  if (end === 'no-terminal' || end === 'crashed') return asOther(thrown, 'claude_crashed');
  if (end === 'starting') return thrown;
  return asOther(thrown, 'screen_unknown', `The most similar known one is: ${nearestScreen(screen)}.`);
}

function asOther(wait: WaitError, code: ErrorCode, more = ''): KeyferryError {
  return new KeyferryError(code, {
    detail: [wait.detail, more].filter(Boolean).join(' '),
    ...(wait.screen === undefined ? {} : { screen: wait.screen }),
    cause: wait.cause,
  });
}

/** An empty field never gives the same result twice: it counts once nothing more comes. */
export function sameOutcome(earlier: CodeOutcome | Asking, later: CodeOutcome | Asking): boolean {
  if (earlier.kind === 'token' && later.kind === 'token') return earlier.token.equals(later.token);
  if (earlier.kind === 'refused' && later.kind === 'refused') return earlier.words === later.words;
  return earlier.kind === 'signed-in' && later.kind === 'signed-in';
}
