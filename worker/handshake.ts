import { checkCode } from '../core/code.ts';
import { KeyferryError, toKeyferryError } from '../core/errors.ts';
import type { Phase, WorkingPhase } from '../core/phases.ts';
import { Redactor } from '../core/redaction.ts';
import { Secret } from '../core/secret.ts';
import type { SignInLink } from '../core/sign-in-link.ts';
import { orAborted } from './abort.ts';
import { commandFor, type Survey, surveyBox } from './boxes/survey.ts';
import { Delivery } from './delivery.ts';
import { SETUP_TOKEN_ENV, SetupToken } from './programs/claude-setup-token.ts';
import { PROFILE } from './programs/openclaw.screens.ts';
import { OpenClaw } from './programs/openclaw.ts';
import { PasteToken } from './programs/openclaw-paste-token.ts';
import { type Change, Progress } from './progress.ts';
import { Readiness } from './readiness.ts';
import type { Recording } from './terminal/recording.ts';
import { Terminal } from './terminal/terminal.ts';
import type { CallLimits, Command, Connection, Transport } from './transports/transport.ts';

/** Whoever signs in: hears of every change and gives the codes. */
export interface Customer {
  tell(change: Change): void;
  /** The next text they paste. Rejects when there will be none. */
  code(signal: AbortSignal): Promise<string>;
}

export interface HandshakeOptions {
  /** Aborting ends the handshake and everything it started on the box; the reason is thrown. */
  signal: AbortSignal;
  /** Width of the terminals, 40 to 1,000. Default 120: a token is not cut, and a terminal takes half of what one of 400 does. */
  columns?: number | undefined;
  /** OpenClaw's agent; default its own default agent. */
  agent?: string | undefined;
  /** Default model to set, `anthropic/<id>`; default the best that the box's OpenClaw offers. */
  model?: string | undefined;
  /** False: OpenClaw's word is enough, no real turn is made. Default true. */
  liveProof?: boolean;
  recording?: Recording | undefined;
  /** Milliseconds by phase, where they differ from the contract's. */
  deadlines?: Partial<Record<WorkingPhase, number>> | undefined;
}

/** The lasting result of a handshake that succeeded. */
export interface Connected {
  profile: string;
  model: string;
  /** First digits of the token's SHA-256. */
  tokenFingerprint: string;
  /** A setup-token is good for one year. */
  expiresAt: Date;
  /** What support should know although all is well, a sentence each. */
  warnings: readonly string[];
}

/** A handshake that did not succeed: where it stood, and the row of the catalogue. */
export class HandshakeFailed extends Error {
  override readonly name = 'HandshakeFailed';
  readonly phase: Phase;
  readonly error: KeyferryError;

  constructor(phase: Phase, error: KeyferryError) {
    super(error.message, { cause: error });
    this.phase = phase;
    this.error = error;
  }
}

const DEFAULT_COLUMNS = 120;
const SIGN_IN_ROWS = 40;
const PROMPT_ROWS = 24;
const YEAR_MS = 365 * 24 * 60 * 60 * 1000;
/** Milliseconds for what OpenClaw does beside the sign-in; 2026.4.15 needs over a minute on a busy box. */
const EARLY_WITHIN_MS = 4 * 60_000;
/** Codes that are typed on the box in one handshake; after that somebody should look. */
const MOST_CODES = 5;
/** Refusals after which the customer goes on with a fresh link; any other ends the handshake. */
const GOES_ON = new Set(['code_rejected', 'code_incomplete', 'anthropic_error']);

/**
 * Takes a box from nothing to "OpenClaw answers with the customer's own Claude token".
 * Throws `HandshakeFailed`, and leaves nothing of its own running on the box either way.
 */
export async function handshake(
  transport: Transport,
  customer: Customer,
  options: HandshakeOptions,
): Promise<Connected> {
  const link = new AbortController();
  const signal = AbortSignal.any([options.signal, link.signal]);
  const progress = new Progress((change) => customer.tell(change), signal, options.deadlines);
  const redactor = new Redactor();
  let about = '';
  let connection: Connection | undefined;
  try {
    progress.enter('reaching');
    connection = await transport.connect(progress.limits);
    void connection.lost.then((detail) => link.abort(new KeyferryError('connection_lost', { detail })));
    const parties = {
      connection,
      customer,
      progress,
      redactor,
      end: (why: KeyferryError) => link.abort(why),
      found: ({ claude, openclaw }: Survey) => {
        about = `The box has claude ${claude.version ?? '?'} and openclaw ${openclaw.version ?? '?'}.`;
      },
    };
    const connected = await new Handshake(parties, options).run();
    return { ...connected, warnings: connected.warnings.map((warning) => redactor.text(warning)) };
  } catch (thrown) {
    const error = toKeyferryError(signal.aborted ? signal.reason : thrown);
    throw new HandshakeFailed(progress.phase, redacted(error, redactor, about));
  } finally {
    link.abort(new KeyferryError('cancelled'));
    await connection?.close();
  }
}

interface Size {
  columns: number;
  rows: number;
}

interface Parties {
  connection: Connection;
  customer: Customer;
  progress: Progress;
  redactor: Redactor;
  /** Ends the handshake from aside, with the reason. */
  end: (why: KeyferryError) => void;
  /** Hears what was found on the box, for the errors that come later. */
  found: (survey: Survey) => void;
}

class Handshake {
  readonly #connection: Connection;
  readonly #customer: Customer;
  readonly #progress: Progress;
  readonly #redactor: Redactor;
  readonly #end: (why: KeyferryError) => void;
  readonly #found: (survey: Survey) => void;
  readonly #options: HandshakeOptions;

  constructor({ connection, customer, progress, redactor, end, found }: Parties, options: HandshakeOptions) {
    this.#connection = connection;
    this.#customer = customer;
    this.#progress = progress;
    this.#redactor = redactor;
    this.#end = end;
    this.#found = found;
    this.#options = options;
  }

  async run(): Promise<Connected> {
    this.#progress.enter('preparing');
    const survey = await surveyBox(this.#connection, this.#progress.limits);
    this.#found(survey);
    const openclaw = new OpenClaw(this.#connection, survey, {
      agent: this.#options.agent,
      redactor: this.#redactor,
    });
    const readiness = this.#readiness(openclaw);

    this.#progress.enter('opening');
    const token = await this.#signIn(survey, () => {
      void this.#prepareEarly(readiness, survey.memoryAvailable);
    });
    const expiresAt = new Date(Date.now() + YEAR_MS);

    const delivery = new Delivery(token, openclaw, readiness, this.#progress, this.#options);
    this.#progress.enter('installing');
    const model = await delivery.install();

    this.#progress.enter('proving');
    const warnings = await delivery.prove(model);
    return {
      profile: PROFILE,
      model,
      tokenFingerprint: token.fingerprint,
      expiresAt,
      warnings: [...warnings, ...survey.variables.map((variable) => `There is ${variable}.`)],
    };
  }

  /** From `claude setup-token` to its token; a code that is not taken leads to a fresh link. */
  async #signIn(survey: Survey, onLink: () => void): Promise<Secret> {
    let setupToken = await this.#openSetupToken(survey);
    let link = await setupToken.link(this.#progress.limits);
    let rejected: KeyferryError | undefined;
    for (let typed = 1; ; typed += 1) {
      this.#progress.enter('waiting', { url: link.url, ...describe(rejected) });
      onLink();
      const code = await this.#code(setupToken, link);
      this.#progress.enter('exchanging');
      const submitted = await setupToken.submit(code, this.#progress.limits);
      if (submitted.kind === 'token') return submitted.token;
      rejected = submitted.error;
      if (!GOES_ON.has(rejected.code)) throw rejected;
      if (typed === MOST_CODES) throw new KeyferryError('too_many_rejected_codes', { cause: rejected });
      // Run anew rather than "Press Enter to retry": 2.1.36 takes no Enter there, and some versions give the
      // same state again, so that a code of the earlier link could not be told from one of this.
      await setupToken.close();
      setupToken = await this.#openSetupToken(survey);
      link = await setupToken.link(this.#progress.limitsOf('opening'));
    }
  }

  /** The next code that is fit to be typed; what is not is told to the customer and nothing is typed. */
  async #code(setupToken: SetupToken, link: SignInLink): Promise<Secret> {
    const { signal, timeoutMs } = this.#progress.limits;
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(new KeyferryError('sign_in_expired')), timeoutMs);
    void setupToken.ended.then(() => stop.abort(setupToken.endedEarly()));
    const until = AbortSignal.any([signal, stop.signal]);
    try {
      for (;;) {
        const pasted = await orAborted(() => this.#customer.code(until), until);
        const check = checkCode(pasted, link);
        if (check.ok) return new Secret(check.code);
        this.#progress.say({ url: link.url, ...describe(new KeyferryError(check.error)) });
      }
    } finally {
      clearTimeout(timer);
      stop.abort(new KeyferryError('cancelled'));
    }
  }

  /** What OpenClaw cannot do is better known while the customer signs in than after a token is made. */
  async #prepareEarly(readiness: Readiness, memoryAvailable: number | undefined): Promise<void> {
    const trouble = await readiness.beginEarly(memoryAvailable);
    if (trouble && this.#progress.phase === 'waiting') this.#end(trouble);
  }

  async #openSetupToken(survey: Survey): Promise<SetupToken> {
    const limits = this.#progress.limitsOf('opening');
    const command = commandFor(survey, survey.claude, ['setup-token'], SETUP_TOKEN_ENV);
    const { columns = DEFAULT_COLUMNS } = this.#options;
    return new SetupToken(
      await this.#terminal(command, { columns, rows: SIGN_IN_ROWS }, limits),
      this.#redactor,
    );
  }

  #readiness(openclaw: OpenClaw): Readiness {
    const { columns = DEFAULT_COLUMNS } = this.#options;
    const limits = { signal: this.#progress.limits.signal, timeoutMs: EARLY_WITHIN_MS };
    const openPrompt = async () => {
      const size = { columns: Math.min(columns, DEFAULT_COLUMNS), rows: PROMPT_ROWS };
      const prompt = new PasteToken(await this.#terminal(openclaw.pasteCommand, size, limits));
      try {
        await prompt.ready(limits);
        return prompt;
      } catch (thrown) {
        await prompt.close();
        throw thrown;
      }
    };
    return new Readiness({ openclaw, model: this.#options.model, openPrompt, limits });
  }

  async #terminal(command: Command, size: Size, limits: CallLimits): Promise<Terminal> {
    const pty = await this.#connection.openPty(command, size, limits);
    const { recording } = this.#options;
    return Terminal.attach(pty, { ...size, redactor: this.#redactor, recording });
  }
}

function describe(error: KeyferryError | undefined): Pick<Change, 'rejected'> {
  return error ? { rejected: { code: error.code, message: error.row.customer } } : {};
}

/** The same error with nothing in it that the redactor covers: the one way out for what a box has said. */
function redacted(error: KeyferryError, redactor: Redactor, about: string): KeyferryError {
  const { code, screen } = error;
  const detail = [error.detail, about].filter(Boolean).join(' ');
  return new KeyferryError(code, {
    detail: redactor.text(detail),
    ...(screen === undefined ? {} : { screen: redactor.text(screen) }),
  });
}
