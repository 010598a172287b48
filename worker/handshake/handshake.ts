/**
 * The story of a handshake: a box goes from nothing to "OpenClaw answers with the customer's own Claude token".
 *
 *   reaching     a link to the box                                     the transport
 *   preparing    what is on it, and can it work?                       preflight, OpenClaw
 *   opening      `claude setup-token` runs and shows a sign-in link    SignIn, in a Holder
 *   waiting      the customer signs in, and pastes the code            SignIn; EarlyQuestions meanwhile
 *   exchanging   the code is typed, the token read off the screen      SignIn
 *   installing   the token is pasted into OpenClaw                     Delivery
 *   proving      OpenClaw's status and a real turn show that it works  Delivery
 *
 * An attempt that finds what an earlier one left continues from there: with its token from `preparing` to `installing`,
 * with its program from `opening` on.
 */
import { KeyferryError, toKeyferryError } from '../../core/contract/errors.ts';
import { METHODS, PROVIDERS } from '../../core/contract/providers.ts';
import { Redactor } from '../../core/secrets/redaction.ts';
import type { Secret } from '../../core/secrets/secret.ts';
import type { InFlightSecretKind } from '../../core/store/in-flight-secrets.ts';
import { now } from '../../core/store/redis-clock.ts';
import type { Survey } from '../boxes/survey.ts';
import { preflight } from '../doctor/preflight.ts';
import { fallbackBehind } from '../fallback/in-handshake.ts';
import { OpenClaw } from '../programs/openclaw/openclaw.ts';
import { atMost } from '../transports/deadline.ts';
import type { BoxConnection, Transport } from '../transports/transport.ts';
import { bringKey } from './brought-key.ts';
import { Delivery } from './delivery.ts';
import { EarlyQuestions } from './early-questions.ts';
import type { Connected } from './ends.ts';
import { Evidence } from './evidence.ts';
import type { Holder } from './holder.ts';
import type { HandshakeCustomer, HandshakeOptions } from './options.ts';
import type { HandshakeParts } from './parts.ts';
import { Progress } from './progress.ts';
import { hasRoom, Readiness } from './readiness.ts';
import { Sessions } from './sessions.ts';
import { SignIn } from './sign-in.ts';
import { Terminals } from './terminals.ts';
import { reportedWarnings } from './warnings.ts';

/** The one provider with a sign-in. */
const PROVIDER = PROVIDERS.anthropic;
const LIFETIME_MS = METHODS['setup-token'].lifetimeMs;
/** Milliseconds for what OpenClaw does during the sign-in; 2026.4.15 needs over a minute on a busy box. */
const EARLY_WITHIN_MS = 4 * 60_000;
/** Milliseconds that a step may wait for something to be stored; Redis answers within one, or is away. */
const KEEP_WITHIN_MS = 2_000;

/**
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
  const evidence = new Evidence(options, redactor);
  const end = (why: KeyferryError) => link.abort(why);
  let connection: BoxConnection | undefined;
  let isLeft = false;
  try {
    progress.enter('reaching');
    connection = await transport.connect(progress.limits);
    options.durability?.reached?.(connection);
    void connection.lost.then((detail) => end(new KeyferryError('connection_lost', { detail })));
    const parts = {
      sessions: new Sessions(connection),
      customer,
      progress,
      redactor,
      evidence,
      end,
      options,
    };
    const { key, provider = PROVIDER } = options;
    const connected = key ? await bringKey(parts, provider, key) : await new Handshake(parts).run();
    return { ...connected, warnings: reportedWarnings(connected.warnings, redactor) };
  } catch (thrown) {
    const failed = evidence.failure(progress.phase, toKeyferryError(signal.aborted ? signal.reason : thrown));
    isLeft = failed.isHeld && (options.durability?.goesOn(failed) ?? false);
    throw failed;
  } finally {
    end(new KeyferryError('cancelled'));
    if (!isLeft && (await evidence.holder?.end()) === false) options.durability?.uncleared();
    await connection?.close();
  }
}

/** From `preparing` on, on a box that was reached. */
class Handshake {
  readonly #parts: HandshakeParts;
  readonly #terminals: Terminals;

  constructor(parts: HandshakeParts) {
    this.#parts = parts;
    this.#terminals = new Terminals(parts);
  }

  async run(): Promise<Connected> {
    const { sessions, progress, redactor, evidence, options } = this.#parts;
    progress.enter('preparing');
    const isLeft = options.durability?.token !== undefined;
    const survey = await preflight(sessions, progress.limits, {
      isLeft,
      holder: options.durability?.name,
    });
    const holder = this.#terminals.holder(survey);
    evidence.found(survey, holder);
    await this.#sweep(survey, holder);
    const openclaw = new OpenClaw(sessions, survey, { agent: options.agent, provider: PROVIDER, redactor });
    const readiness = this.#readiness(openclaw);

    const { token, isKept } = await this.#token(survey, holder, readiness);
    evidence.made(token);
    const expiresAt = new Date(now() + LIFETIME_MS);

    const delivery = new Delivery(token, openclaw, readiness, progress, options);
    progress.enter('installing');
    const model = await delivery.install();

    progress.enter('proving');
    // OpenClaw has the token; if it is not stored as well, only the holder could provide it again.
    const ended = isKept ? holder?.end() : undefined;
    const warnings = await delivery.prove(model);
    await ended;
    const { fallback } = options;
    const parts = { connection: sessions, survey, redactor, fallback };
    const behind = await fallbackBehind(parts, () => progress.limits);
    return {
      profile: delivery.profile,
      model,
      tokenFingerprint: token.fingerprint,
      hint: token.hint,
      expiresAt,
      warnings: [...warnings, ...behind, ...survey.warnings],
    };
  }

  /** A box has one handshake at a time: another one's holder was never ended. */
  async #sweep({ holders }: Survey, holder: Holder | undefined): Promise<void> {
    const others = holders.filter((name) => name !== this.#parts.options.durability?.name);
    if (others.length > 0) await holder?.end(others);
  }

  /** The token that an earlier attempt has read, or that of a sign-in. */
  async #token(
    survey: Survey,
    holder: Holder | undefined,
    readiness: Readiness,
  ): Promise<{ token: Secret; isKept: boolean }> {
    const { sessions, customer, progress, redactor, evidence, end, options } = this.#parts;
    const { durability } = options;
    const left = durability?.token;
    if (left) {
      redactor.add(left);
      sessions.oneByOne();
      return { token: left, isKept: true };
    }
    const isHeld = durability !== undefined && survey.holders.includes(durability.name);
    durability?.found(isHeld);
    const found = (more: Survey) => evidence.found(more, holder);
    const questions = new EarlyQuestions({ sessions, progress, readiness, survey, found, end });
    const asked = questions.beforeLink();
    if (!hasRoom(survey.memoryAvailable)) await asked;
    progress.enter('opening');
    const signIn = new SignIn({
      survey,
      holder,
      customer,
      progress,
      redactor,
      left: isHeld ? { typed: durability.typed, code: durability.code } : undefined,
      keep: (code) => this.#keep('code', code),
      asked,
      open: (command) => this.#terminals.signIn(command, holder),
    });
    const token = await signIn.token(() => void questions.whileSigningIn());
    const isKept = await this.#keep('token', token);
    sessions.oneByOne(() => signIn.close());
    return { token, isKept };
  }

  /** True once it would outlive this process. */
  async #keep(kind: InFlightSecretKind, secret: Secret): Promise<boolean> {
    let isKept = false;
    const keeping = this.#parts.options.durability?.keep(kind, secret).then(() => {
      isKept = true;
    });
    if (keeping) await atMost(KEEP_WITHIN_MS, keeping);
    return isKept;
  }

  #readiness(openclaw: OpenClaw): Readiness {
    const { sessions, progress, options } = this.#parts;
    const limits = { signal: progress.limits.signal, timeoutMs: EARLY_WITHIN_MS };
    return new Readiness({
      openclaw,
      model: options.model,
      openPrompt: () => this.#terminals.prompt(openclaw, PROVIDER, limits),
      isNarrow: () => sessions.isNarrow,
      limits,
      limitsOfWaiting: progress.limitsThrough('opening', 'waiting', 'exchanging', 'installing'),
    });
  }
}
