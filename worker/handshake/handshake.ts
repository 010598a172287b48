import { KeyferryError, toKeyferryError } from '../../core/contract/errors.ts';
import { holdsProgram, isPastCode } from '../../core/contract/phases.ts';
import { PROVIDERS } from '../../core/contract/providers.ts';
import { Redactor } from '../../core/secrets/redaction.ts';
import type { Secret } from '../../core/secrets/secret.ts';
import type { InFlightSecretKind } from '../../core/store/in-flight-secrets.ts';
import { now } from '../../core/store/redis-clock.ts';
import type { FoundProgram, Survey } from '../boxes/survey.ts';
import { preflight } from '../doctor/preflight.ts';
import { isDeadEnd } from '../programs/openclaw/dead-ends.ts';
import { OpenClaw } from '../programs/openclaw/openclaw.ts';
import { PasteToken } from '../programs/openclaw/paste-token.ts';
import { withVersion } from '../programs/version.ts';
import { Terminal } from '../terminal/terminal.ts';
import { atMost } from '../transports/deadline.ts';
import type { BoxConnection, CallLimits, Command, Transport } from '../transports/transport.ts';
import { Delivery } from './delivery.ts';
import { type Connected, HandshakeFailed } from './ends.ts';
import { Holder, type Size } from './holder.ts';
import type { HandshakeCustomer, HandshakeOptions } from './options.ts';
import { Progress } from './progress.ts';
import { hasRoom, Readiness } from './readiness.ts';
import { type SessionLimits, Sessions } from './sessions.ts';
import { SignIn } from './sign-in.ts';
import { reportedWarnings } from './warnings.ts';

/** The one provider with a sign-in. */
const PROVIDER = PROVIDERS.anthropic;
const LIFETIME_MS = PROVIDER.methods['setup-token'].lifetimeMs;
const DEFAULT_COLUMNS = 120;
const SIGN_IN_ROWS = 40;
const PROMPT_ROWS = 24;
/** Milliseconds for what OpenClaw does during the sign-in; 2026.4.15 needs over a minute on a busy box. */
const EARLY_WITHIN_MS = 4 * 60_000;
/** Milliseconds that a link waits for OpenClaw to confirm its configuration; 2026.9.6 takes four. */
const ASKED_WITHIN_MS = 20_000;
/** Milliseconds that a step may wait for something to be kept; Redis answers in one, or is away. */
const KEEP_WITHIN_MS = 2_000;
/** Characters of an error's detail and of its screen that are redacted: all that a terminal of 40 rows can show. */
const MOST_DETAIL = 16_000;
const MOST_VERSION = 40;
const MOST_SCREEN = 64_000;
/** Seconds, beyond those of its phases, that a holder stays when no worker comes back for it. */
const HOLDER_SLACK_S = 15 * 60;

/**
 * Takes a box from nothing to "OpenClaw answers with the customer's own Claude token".
 * Throws `HandshakeFailed`. Either way it leaves nothing of its own running on the box, except a holder with
 * which another attempt continues.
 */
export async function handshake(
  transport: Transport,
  customer: HandshakeCustomer,
  options: HandshakeOptions,
): Promise<Connected> {
  const link = new AbortController();
  const signal = AbortSignal.any([options.signal, link.signal]);
  const progress = new Progress((change) => customer.tell(change), signal, options.deadlines);
  const redactor = new Redactor();
  let about = '';
  let made = options.durability?.token;
  let connection: BoxConnection | undefined;
  let holder: Holder | undefined;
  let wasHeld = false;
  let isLeft = false;
  try {
    progress.enter('reaching');
    connection = await transport.connect(progress.limits);
    const { hangUp } = connection;
    if (hangUp) options.durability?.reached?.(hangUp.bind(connection));
    void connection.lost.then((detail) => link.abort(new KeyferryError('connection_lost', { detail })));
    const parties = {
      connection: new Sessions(connection),
      customer,
      progress,
      redactor,
      end: (why: KeyferryError) => link.abort(why),
      found: ({ claude, openclaw, holders }: Survey, held: Holder | undefined) => {
        const named = ({ version = '?' }: FoundProgram) => version.slice(0, MOST_VERSION);
        about = `The box has claude ${named(claude)} and openclaw ${named(openclaw)}.`;
        const clear = (version: string | undefined) =>
          version && redactor.text(version.slice(0, MOST_VERSION));
        options.found?.({ claude: clear(claude.version), openclaw: clear(openclaw.version) });
        holder = held;
        if (held) options.durability?.holds?.();
        wasHeld = holders.includes(options.durability?.name ?? '');
      },
      made: (token: Secret) => {
        made = token;
      },
    };
    const connected = await new Handshake(parties, options).run();
    return { ...connected, warnings: reportedWarnings(connected.warnings, redactor) };
  } catch (thrown) {
    const error = toKeyferryError(signal.aborted ? signal.reason : thrown);
    // There is no point in continuing with a program that has ended.
    const isAlive = !['program_ended', 'claude_crashed', 'link_not_shown'].includes(error.code);
    const isHeld = isAlive && holder !== undefined && (wasHeld || holdsProgram(progress.phase));
    const failed = new HandshakeFailed(
      progress.phase,
      redacted(error, redactor, [about, fate(made)]),
      isHeld,
    );
    isLeft = isHeld && (options.durability?.goesOn(failed) ?? false);
    throw failed;
  } finally {
    link.abort(new KeyferryError('cancelled'));
    if (!isLeft && (await holder?.end()) === false) options.durability?.uncleared();
    await connection?.close();
  }
}

interface Parties {
  connection: Sessions;
  customer: HandshakeCustomer;
  progress: Progress;
  redactor: Redactor;
  /** Ends the handshake from outside, with the reason. */
  end: (why: KeyferryError) => void;
  /** Receives what was found on the box, for later errors and for the end. */
  found: (survey: Survey, holder: Holder | undefined) => void;
  /** Receives the token as soon as there is one, whatever becomes of it. */
  made: (token: Secret) => void;
}

class Handshake {
  readonly #connection: Sessions;
  readonly #customer: HandshakeCustomer;
  readonly #progress: Progress;
  readonly #redactor: Redactor;
  readonly #end: (why: KeyferryError) => void;
  readonly #found: Parties['found'];
  readonly #made: Parties['made'];
  readonly #options: HandshakeOptions;
  #askingVersions: Promise<void> | undefined;

  constructor(
    { connection, customer, progress, redactor, end, found, made }: Parties,
    options: HandshakeOptions,
  ) {
    this.#connection = connection;
    this.#customer = customer;
    this.#progress = progress;
    this.#redactor = redactor;
    this.#end = end;
    this.#found = found;
    this.#made = made;
    this.#options = options;
  }

  async run(): Promise<Connected> {
    this.#progress.enter('preparing');
    const isLeft = this.#options.durability?.token !== undefined;
    const survey = await preflight(this.#connection, this.#progress.limits, {
      isLeft,
      holder: this.#options.durability?.name,
    });
    const holder = this.#holder(survey);
    this.#found(survey, holder);
    await this.#sweep(survey, holder);
    const openclaw = new OpenClaw(this.#connection, survey, {
      agent: this.#options.agent,
      provider: PROVIDER,
      redactor: this.#redactor,
    });
    const readiness = this.#readiness(openclaw);

    const { token, isKept } = await this.#token(survey, holder, readiness);
    this.#made(token);
    const expiresAt = new Date(now() + LIFETIME_MS);

    const delivery = new Delivery(token, openclaw, readiness, this.#progress, this.#options);
    this.#progress.enter('installing');
    const model = await delivery.install();

    this.#progress.enter('proving');
    // OpenClaw has the token; if it is not stored as well, only the holder could provide it again.
    const ended = isKept ? holder?.end() : undefined;
    const warnings = await delivery.prove(model);
    await ended;
    return {
      profile: delivery.profile,
      model,
      tokenFingerprint: token.fingerprint,
      expiresAt,
      warnings: [...warnings, ...survey.warnings],
    };
  }

  /** The token that an earlier attempt has read, or that of a sign-in. */
  async #token(
    survey: Survey,
    holder: Holder | undefined,
    readiness: Readiness,
  ): Promise<{ token: Secret; isKept: boolean }> {
    const { durability } = this.#options;
    const left = durability?.token;
    if (left) {
      this.#redactor.add(left);
      this.#connection.oneByOne();
      return { token: left, isKept: true };
    }
    const isHeld = durability !== undefined && survey.holders.includes(durability.name);
    durability?.found(isHeld);
    const asked = this.#askFirst(survey, readiness);
    if (!hasRoom(survey.memoryAvailable)) await asked;
    this.#progress.enter('opening');
    const signIn = new SignIn({
      survey,
      holder,
      customer: this.#customer,
      progress: this.#progress,
      redactor: this.#redactor,
      left: isHeld ? { typed: durability.typed, code: durability.code } : undefined,
      keep: (code) => this.#keep('code', code),
      asked,
      open: (command) => this.#signInTerminal(command, holder),
    });
    const token = await signIn.token(() => void this.#prepareEarly(survey, holder, readiness));
    const isKept = await this.#keep('token', token);
    this.#connection.oneByOne(() => signIn.close());
    return { token, isKept };
  }

  /** True once it would outlive this process. */
  async #keep(kind: InFlightSecretKind, secret: Secret): Promise<boolean> {
    let isKept = false;
    const keeping = this.#options.durability?.keep(kind, secret).then(() => {
      isKept = true;
    });
    if (keeping) await atMost(KEEP_WITHIN_MS, keeping);
    return isKept;
  }

  #holder({ tmux }: Survey): Holder | undefined {
    const name = this.#options.durability?.name;
    if (name === undefined || tmux === undefined) return undefined;
    const { timeoutMs } = this.#progress.limitsThrough('waiting', 'exchanging', 'installing', 'proving');
    return new Holder(this.#connection, {
      tmux,
      name,
      seconds: Math.ceil(timeoutMs / 1_000) + HOLDER_SLACK_S,
    });
  }

  /** A box has one handshake at a time: another one's holder was never ended. */
  async #sweep({ holders }: Survey, holder: Holder | undefined): Promise<void> {
    const others = holders.filter((name) => name !== this.#options.durability?.name);
    if (others.length > 0) await holder?.end(others);
  }

  /**
   * If nothing has checked OpenClaw's configuration since it was written, or if it names agents, the customer gets a link
   * once OpenClaw has accepted it, or is late. What cannot work ends the handshake. Never rejects.
   */
  async #askFirst({ config }: Survey, readiness: Readiness): Promise<void> {
    if (!config?.toBeAsked && !config?.namesAgents) return;
    const known = readiness.known().catch((thrown: unknown) => {
      // Once a code is typed the token is read first: what comes after tells the same, and the token's fate.
      if (!isPastCode(this.#progress.phase) && thrown instanceof KeyferryError && isDeadEnd(thrown.code))
        this.#end(thrown);
    });
    await atMost(ASKED_WITHIN_MS, known);
  }

  /** It is better to learn what OpenClaw cannot do while the customer signs in than after a token is made. */
  async #prepareEarly(survey: Survey, holder: Holder | undefined, readiness: Readiness): Promise<void> {
    // With every fresh link, because a program that reported something once does not repeat it.
    this.#askingVersions ??= this.#askVersions(survey, holder);
    await this.#askingVersions;
    const trouble = await readiness.beginEarly(survey.memoryAvailable);
    if (trouble && this.#progress.phase === 'waiting') this.#end(trouble);
  }

  /** One after the other, and not before the link is out: only support waits for it. */
  async #askVersions(survey: Survey, holder: Holder | undefined): Promise<void> {
    const { signal } = this.#progress.limits;
    const claude = await withVersion(this.#connection, survey, survey.claude, signal);
    const openclaw = await withVersion(this.#connection, survey, survey.openclaw, signal);
    if (claude !== survey.claude || openclaw !== survey.openclaw)
      this.#found({ ...survey, claude, openclaw }, holder);
  }

  #readiness(openclaw: OpenClaw): Readiness {
    const { columns = DEFAULT_COLUMNS } = this.#options;
    const limits = { signal: this.#progress.limits.signal, timeoutMs: EARLY_WITHIN_MS };
    const openPrompt = async () => {
      const size = { columns: Math.min(columns, DEFAULT_COLUMNS), rows: PROMPT_ROWS };
      const { profile } = openclaw.recipient;
      const terminal = await this.#terminal(openclaw.pasteCommand, size, limits, { isAhead: true });
      const prompt = new PasteToken(terminal, PROVIDER, profile);
      try {
        await prompt.ready(limits);
        return prompt;
      } catch (thrown) {
        await prompt.close();
        throw thrown;
      }
    };
    const isNarrow = () => this.#connection.isNarrow;
    const limitsOfWaiting = this.#progress.limitsThrough('opening', 'waiting', 'exchanging', 'installing');
    return new Readiness({
      openclaw,
      model: this.#options.model,
      openPrompt,
      isNarrow,
      limits,
      limitsOfWaiting,
    });
  }

  async #signInTerminal(command: Command, holder: Holder | undefined): Promise<Terminal> {
    const { columns = DEFAULT_COLUMNS } = this.#options;
    const size = { columns, rows: SIGN_IN_ROWS };
    // A parallel question to OpenClaw may have the only session.
    const limits: SessionLimits = { ...this.#progress.limitsOf('opening'), waits: true };
    return this.#terminal(command, size, limits, { holder });
  }

  async #terminal(
    command: Command,
    size: Size,
    limits: CallLimits,
    { holder, isAhead }: { holder?: Holder | undefined; isAhead?: boolean },
  ): Promise<Terminal> {
    const pty = holder
      ? await holder.open(command, size, limits)
      : await this.#connection.openPty(command, size, limits);
    const { tracker } = this.#options;
    return Terminal.attach(pty, { ...size, redactor: this.#redactor, tracker, isAhead });
  }
}

/** For support: which token the customer should revoke if it is never delivered. */
function fate(token: Secret | undefined): string {
  return token ? `A token was made; its SHA-256 begins with ${token.fingerprint}.` : '';
}

/** The same error, redacted: the only way out for what a box has said. */
function redacted(error: KeyferryError, redactor: Redactor, about: readonly string[]): KeyferryError {
  const { code, screen } = error;
  const detail = [error.detail?.slice(0, MOST_DETAIL), ...about].filter(Boolean).join(' ');
  return new KeyferryError(code, {
    detail: redactor.text(detail),
    ...(screen === undefined ? {} : { screen: redactor.text(screen.slice(-MOST_SCREEN)) }),
  });
}
