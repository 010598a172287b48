import { checkCode } from '../../core/contract/code.ts';
import { KeyferryError } from '../../core/contract/errors.ts';
import type { SignInLink } from '../../core/contract/sign-in-link.ts';
import { ownTimeout } from '../../core/process/own-time.ts';
import type { Redactor } from '../../core/secrets/redaction.ts';
import { Secret } from '../../core/secrets/secret.ts';
import { now } from '../../core/store/redis-clock.ts';
import { orAborted } from '../abort.ts';
import { commandFor, type Survey } from '../boxes/survey.ts';
import {
  SIGN_IN_ENV,
  type SignedIn,
  type SignInDialog,
  SignInProgram,
  type Submitted,
} from '../programs/claude/sign-in-program.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { Command } from '../transports/transport.ts';
import type { Holder } from './holder.ts';
import type { HandshakeCustomer } from './options.ts';
import type { Change, Progress } from './progress.ts';

export interface SignInParts {
  /** Which sign-in of Claude Code's. */
  dialog: SignInDialog;
  survey: Survey;
  /** Keeps the program when this worker goes away; undefined if the box has nothing that could. */
  holder: Holder | undefined;
  customer: HandshakeCustomer;
  progress: Progress;
  redactor: Redactor;
  /** The holder has an earlier attempt's program; `typed`: that attempt may have typed a code, which is `code`. */
  left: { typed: boolean; code: Secret | undefined; waitsUntil: number | undefined } | undefined;
  /** Settles when the customer may have a link. */
  asked: Promise<void>;
  /** Keeps a code for the next attempt. */
  keep: (code: Secret) => Promise<unknown>;
  /** A terminal with the program, the holder's if there is one. */
  open: (command: Command) => Promise<Terminal>;
}

/** What became of a code that an earlier attempt typed; `unknown` when the program does not say. */
type LeftCodeOutcome = Submitted | { kind: 'unknown' };

/** The most codes that are typed on the box in one attempt; after that somebody should look into it. */
const MOST_CODES = 5;
/** Refusals after which the customer continues with a fresh link; any other ends the handshake. */
const GOES_ON = new Set(['code_rejected', 'code_incomplete', 'anthropic_error']);

/** Milliseconds in which Redis says whether a code is there. */
const LOOK_MS = 5_000;

/** What is said of a code that could not be opened. */
const UNREADABLE = { ok: false, error: 'sealed_unreadable' } as const;

/** The program said nothing, or has ended. */
const NO_OUTCOME = new Set(['anthropic_unreachable', 'screen_unknown', 'program_ended']);

/** A sign-in of `claude`, to its good end; a code that is not accepted leads to a fresh link. */
export class SignIn {
  readonly #parts: SignInParts;
  #program: SignInProgram | undefined;

  constructor(parts: SignInParts) {
    this.#parts = parts;
  }

  /** `onLink`: the customer has a link now. */
  async end(onLink: () => void): Promise<SignedIn> {
    const { left, progress, customer, keep, redactor, asked } = this.#parts;
    // A version that shows it in clear may still do so.
    if (left?.code) redactor.add(left.code);
    let program = await this.#open();
    let outcome = left?.typed ? await this.#outcomeLeft(program, left.code) : undefined;
    let rejected: KeyferryError | undefined;
    for (let typed = outcome ? 1 : 0; ; typed += 1) {
      if (outcome) {
        if (outcome.kind === 'token' || outcome.kind === 'signed-in') return outcome;
        if (outcome.kind === 'refused') rejected = goingOn(outcome.error, typed);
        // Run again rather than "Press Enter to retry": 2.1.36 takes no Enter there, and some versions give the
        // same state again, so that a code of the earlier link could not be told from one of this.
        program = await this.#openAnew(program);
      }
      const shown = await this.#link(program, left !== undefined && typed === 0);
      // Its customer has had the link for long, and what they wait for now is their code being typed.
      const isTheirs = left !== undefined && typed === 0 && shown.program === program;
      program = shown.program;
      if (!isTheirs) await orAborted(() => asked, progress.signal);
      const withinMs = isTheirs ? leftUntil(left.waitsUntil) : undefined;
      progress.enter('waiting', { url: shown.link.url, ...describe(rejected) }, withinMs);
      onLink();
      const code = await this.#code(program, shown.link);
      progress.enter('exchanging');
      // The next attempt must know that a code may have been typed, and which.
      await progress.within(Promise.all([keep(code), customer.settled?.()]));
      outcome = await program.submit(code, progress.limits);
    }
  }

  /** The program's link; a held program that can no longer give one is replaced. */
  async #link(
    program: SignInProgram,
    isLeft: boolean,
  ): Promise<{ program: SignInProgram; link: SignInLink }> {
    const limits = this.#parts.progress.limitsOf('opening');
    try {
      const link = await program.link(limits);
      // It is still on the screen if the program has ended meanwhile.
      if (isLeft && program.over) throw program.endedEarly();
      return { program, link };
    } catch (thrown) {
      if (!isLeft || limits.signal.aborted) throw thrown;
      const fresh = await this.#openAnew(program);
      return { program: fresh, link: await fresh.link(this.#parts.progress.limitsOf('opening')) };
    }
  }

  /**
   * An earlier attempt was about to type its code, and did not live to see what came of it. It is typed here only
   * where the program's field shows that it was not, and its link that it is of this program; undefined when there is
   * nothing to be typed.
   */
  async #outcomeLeft(program: SignInProgram, code: Secret | undefined): Promise<LeftCodeOutcome | undefined> {
    const { progress } = this.#parts;
    progress.enter('exchanging');
    const outcome = await program.outcomeOrPrompt(progress.limits).catch((thrown): LeftCodeOutcome => {
      // A token that is there and cannot be read is not to be thrown away with its program.
      const isSilent = thrown instanceof KeyferryError && NO_OUTCOME.has(thrown.code);
      if (progress.signal.aborted || !isSilent) throw thrown;
      return { kind: 'unknown' };
    });
    if (outcome.kind !== 'asking') return outcome;
    const link = await program.link(progress.limits);
    if (!code || !checkCode(code.reveal(), link).ok) return undefined;
    return program.submit(code, progress.limits);
  }

  /** The next code that may be typed; for any other the customer gets the reason and nothing is typed. */
  async #code(program: SignInProgram, link: SignInLink): Promise<Secret> {
    const { progress, customer } = this.#parts;
    const { signal, timeoutMs } = progress.limits;
    const stop = new AbortController();
    const callOff = ownTimeout(timeoutMs, () => stop.abort(new KeyferryError('sign_in_expired')));
    void program.ended.then(() => stop.abort(program.endedEarly()));
    const until = AbortSignal.any([signal, stop.signal]);
    try {
      for (;;) {
        const pasted = await orAborted(() => customer.code(until), until).catch(unreadable);
        const check = pasted ? checkCode(pasted.reveal(), link) : UNREADABLE;
        if (check.ok) return new Secret(check.code);
        progress.say({ url: link.url, ...describe(new KeyferryError(check.error)) });
      }
    } finally {
      callOff();
      stop.abort(new KeyferryError('cancelled'));
    }
  }

  async #open(): Promise<SignInProgram> {
    const { dialog, survey, open, redactor } = this.#parts;
    const command = commandFor(survey, survey.claude, dialog.words, SIGN_IN_ENV);
    this.#program = new SignInProgram(dialog, await open(command), redactor);
    return this.#program;
  }

  /** Closes its terminal; a holder keeps the program. */
  async close(): Promise<void> {
    await this.#program?.close();
  }

  async #openAnew(program: SignInProgram): Promise<SignInProgram> {
    await program.close();
    await this.#parts.holder?.end();
    return this.#open();
  }
}

/** What is left of a wait, in milliseconds: at least as long as it takes to look whether there is a code. */
function leftUntil(waitsUntil: number | undefined): number | undefined {
  return waitsUntil === undefined ? undefined : Math.max(LOOK_MS, waitsUntil - now());
}

/** A refusal after which the customer may try once more; throws any other. */
function goingOn(error: KeyferryError, typed: number): KeyferryError {
  if (!GOES_ON.has(error.code)) throw error;
  if (typed >= MOST_CODES) throw new KeyferryError('too_many_rejected_codes', { cause: error });
  return error;
}

/** A code that cannot be opened is answered as one that is none; any other reason is thrown. */
function unreadable(thrown: unknown): undefined {
  if (!(thrown instanceof KeyferryError) || thrown.code !== UNREADABLE.error) throw thrown;
}

function describe(error: KeyferryError | undefined): Pick<Change, 'rejected'> {
  return error ? { rejected: { code: error.code, message: error.row.customer } } : {};
}
