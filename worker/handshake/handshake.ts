/**
 * The story of a handshake: a box goes from nothing to "OpenClaw answers with the customer's own Claude subscription".
 *
 *   reaching     a link to the box                                     the transport
 *   preparing    what is on it, and can it work?                       preflight, methods, OpenClaw
 *   opening      Claude Code's sign-in runs and shows a link           SignIn, in a Holder
 *   waiting      the customer signs in, and pastes the code            SignIn; EarlyQuestions meanwhile
 *   exchanging   the code is typed; setup-token: the token read        SignIn
 *   installing   setup-token: the token is pasted into OpenClaw        deliverToken
 *                claude-login: OpenClaw is led to the box's `claude`   LoginDelivery
 *   proving      OpenClaw's status and a real turn show that it works  deliverToken, LoginDelivery
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
import { type Preflight, preflight } from '../doctor/preflight.ts';
import { fallbackBehind } from '../fallback/in-handshake.ts';
import { LoginBeside } from '../programs/claude/login-beside.ts';
import { ClaudeLogin } from '../programs/claude/login-status.ts';
import type { SignedIn, SignInDialog } from '../programs/claude/sign-in-program.ts';
import { OpenClaw } from '../programs/openclaw/openclaw.ts';
import { withVersion } from '../programs/version.ts';
import { atMost } from '../transports/deadline.ts';
import type { BoxConnection, Transport } from '../transports/transport.ts';
import { bringKey } from './brought-key.ts';
import { EarlyQuestions } from './early-questions.ts';
import type { Connected } from './ends.ts';
import { Evidence } from './evidence.ts';
import type { Holder } from './holder.ts';
import { LoginDelivery } from './login-delivery.ts';
import { checkMethod, DIALOGS } from './methods.ts';
import type { HandshakeCustomer, HandshakeOptions } from './options.ts';
import type { HandshakeParts } from './parts.ts';
import { Progress } from './progress.ts';
import { hasRoom, Readiness } from './readiness.ts';
import { Sessions } from './sessions.ts';
import { SignIn } from './sign-in.ts';
import { Terminals } from './terminals.ts';
import { deliverToken } from './token-delivery.ts';
import { reportedWarnings } from './warnings.ts';

/** The one provider with a sign-in. */
const PROVIDER = PROVIDERS.anthropic;
const LIFETIME_MS = METHODS['setup-token'].lifetimeMs;
/** Milliseconds for what OpenClaw does during the sign-in; 2026.4.15 needs over a minute on a busy box. */
const EARLY_WITHIN_MS = 4 * 60_000;
/** Milliseconds that a step may wait for something to be stored; Redis answers within one, or is away. */
const KEEP_WITHIN_MS = 2_000;
/** Milliseconds for putting a login back, beside what the handshake still has. */
const BACK_WITHIN_MS = 20_000;
const COPY_LEFT =
  'A copy of the Claude Code login of before is left on the box (~/.claude/.keyferry); the next sign-in there removes it.';

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
  let parts: HandshakeParts | undefined;
  let isLeft = false;
  try {
    progress.enter('reaching');
    connection = await transport.connect(progress.limits);
    options.durability?.reached?.(connection);
    void connection.lost.then((detail) => end(new KeyferryError('connection_lost', { detail })));
    parts = {
      sessions: new Sessions(connection),
      customer,
      progress,
      redactor,
      evidence,
      end,
      options,
    };
    const { key, endpoint, provider = PROVIDER } = options;
    const isBrought = key !== undefined || endpoint !== undefined;
    const connected = isBrought ? await bringKey(parts, provider, key) : await new Handshake(parts).run();
    return { ...connected, warnings: reportedWarnings(connected.warnings, redactor) };
  } catch (thrown) {
    const failed = evidence.failure(progress.phase, toKeyferryError(signal.aborted ? signal.reason : thrown));
    isLeft = failed.isHeld && (options.durability?.goesOn(failed) ?? false);
    throw failed;
  } finally {
    end(new KeyferryError('cancelled'));
    if (!isLeft && (await evidence.holder?.end()) === false) options.durability?.uncleared();
    // Only once nothing is held any more: an attempt that goes on takes a login that has no place beside for the new one.
    if (!isLeft) await takenBack(parts?.beside);
    await connection?.close();
  }
}

/** Claude Code has the login of before the handshake again, if that has not been forgotten. Never throws. */
async function takenBack(beside: LoginBeside | undefined): Promise<void> {
  const limits = { signal: new AbortController().signal, timeoutMs: BACK_WITHIN_MS };
  await atMost(BACK_WITHIN_MS, beside?.back(limits).catch(() => {}) ?? Promise.resolve());
}

/** What a method works with. */
interface Work {
  survey: Survey;
  holder: Holder | undefined;
  openclaw: OpenClaw;
  readiness: Readiness;
}

const withLoginAt = (survey: Survey, { env }: LoginBeside): Survey => ({
  ...survey,
  claude: { ...survey.claude, env: { ...survey.claude.env, ...env } },
});

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
    const { method = 'setup-token' } = options;
    const isLeft = options.durability?.token !== undefined;
    const found = await preflight(sessions, progress.limits, {
      isLeft,
      holder: options.durability?.name,
    });
    const survey = method === 'claude-login' ? await this.#ableToLogIn(found) : found;
    const holder = this.#terminals.holder(survey);
    evidence.found(survey, holder);
    await this.#sweep(survey, holder);
    const openclaw = new OpenClaw(sessions, survey, { agent: options.agent, provider: PROVIDER, redactor });
    const readiness = this.#readiness(openclaw);
    const work = { survey, holder, openclaw, readiness };
    const connected = await (method === 'claude-login' ? this.#byLogin(work) : this.#byToken(work));
    const parts = { connection: sessions, survey, redactor, fallback: options.fallback };
    const behind = await fallbackBehind(parts, () => progress.limits);
    return { ...connected, warnings: [...connected.warnings, ...behind, ...found.warnings] };
  }

  /** `setup-token`: the token travels from Claude Code's screen to OpenClaw's prompt. */
  async #byToken({ survey, holder, openclaw, readiness }: Work): Promise<Connected> {
    const { progress, evidence, options } = this.#parts;
    const { token, isKept } = await this.#token(survey, holder, readiness);
    evidence.made(token);
    const expiresAt = new Date(now() + LIFETIME_MS);
    let ended: Promise<unknown> | undefined;
    const onStored = () => {
      // If it is not kept as well, only the holder could provide it again.
      if (isKept) ended = holder?.end();
    };
    const delivered = await deliverToken(token, { openclaw, readiness, progress, options, onStored });
    await ended;
    return { ...delivered, tokenFingerprint: token.fingerprint, hint: token.hint, expiresAt };
  }

  /** `claude-login`: Claude Code keeps what the sign-in gives it; no token comes here. */
  async #byLogin({ survey, holder, openclaw, readiness }: Work): Promise<Connected> {
    const { sessions, progress, redactor, options } = this.#parts;
    const name = options.durability?.name ?? 'connect';
    const isLeft = survey.holders.includes(name);
    const beside = await LoginBeside.make(sessions, survey, { name, isLeft }, progress.limits);
    this.#parts.beside = beside;
    const signingIn = beside ? withLoginAt(survey, beside) : survey;
    const claude = new ClaudeLogin(sessions, survey, redactor);
    const delivery = new LoginDelivery({
      claude,
      beside: beside && { place: beside, claude: new ClaudeLogin(sessions, signingIn, redactor) },
      openclaw,
      readiness,
      terminals: this.#terminals,
      progress,
      options,
    });
    const before = delivery.lookBefore();
    const { signIn } = await this.#signIn(DIALOGS['claude-login'], signingIn, holder, readiness, before);
    sessions.oneByOne(() => signIn.close());

    progress.enter('installing');
    const model = await delivery.install();

    progress.enter('proving');
    const connected = await delivery.prove(model);
    // From here on the new one is all that there is: an attempt that finds its program takes it for that.
    const isForgotten = await beside?.end(progress.limits).then(
      () => true,
      () => false,
    );
    this.#parts.beside = undefined;
    await holder?.end();
    return isForgotten === false ? { ...connected, warnings: [...connected.warnings, COPY_LEFT] } : connected;
  }

  /** The same box, once both programs are known to be able to. Throws `method_not_available`. */
  async #ableToLogIn(found: Preflight): Promise<Preflight> {
    const { sessions, progress, evidence } = this.#parts;
    const { signal } = progress.limits;
    const survey = {
      ...found,
      claude: { ...(await withVersion(sessions, found, found.claude, signal)), env: found.loginEnv },
      openclaw: await withVersion(sessions, found, found.openclaw, signal),
    };
    evidence.foundPrograms(survey);
    checkMethod(PROVIDER, 'claude-login', survey);
    return survey;
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
    const { sessions, redactor, options } = this.#parts;
    const left = options.durability?.token;
    if (left) {
      redactor.add(left);
      sessions.oneByOne();
      return { token: left, isKept: true };
    }
    const { signIn, end } = await this.#signIn(DIALOGS['setup-token'], survey, holder, readiness);
    if (end.kind !== 'token') throw new KeyferryError('internal_error', { detail: 'There is no token.' });
    const isKept = await this.#keep('token', end.token);
    sessions.oneByOne(() => signIn.close());
    return { token: end.token, isKept };
  }

  /** The sign-in, to its good end; its terminal is still open. `before`: what else the customer's link waits for. */
  async #signIn(
    dialog: SignInDialog,
    survey: Survey,
    holder: Holder | undefined,
    readiness: Readiness,
    before?: Promise<unknown>,
  ): Promise<{ signIn: SignIn; end: SignedIn }> {
    const { sessions, customer, progress, redactor, evidence, end, options } = this.#parts;
    const { durability } = options;
    const isHeld = durability !== undefined && survey.holders.includes(durability.name);
    durability?.found(isHeld);
    const found = (more: Survey) => evidence.found(more, holder);
    const questions = new EarlyQuestions({ sessions, progress, readiness, survey, found, end });
    const asked = Promise.all([questions.beforeLink(), before]).then(() => {});
    asked.catch(() => {});
    // A program that is held has its memory already.
    if (!isHeld && !hasRoom(survey.memoryAvailable)) await asked;
    progress.enter('opening');
    const signIn = new SignIn({
      dialog,
      survey,
      holder,
      customer,
      progress,
      redactor,
      left: isHeld
        ? { typed: durability.typed, code: durability.code, waitsUntil: durability.waitsUntil }
        : undefined,
      keep: (code) => this.#keep('code', code),
      asked,
      open: (command) => this.#terminals.signIn(command, holder),
    });
    return { signIn, end: await signIn.end(() => void questions.whileSigningIn()) };
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
      openPrompt:
        options.method === 'claude-login'
          ? undefined
          : () => this.#terminals.prompt(openclaw, PROVIDER, limits),
      sessions,
      // Claude Code's own login does not go by it.
      takesOwnKeyOut: options.method === 'claude-login' || options.takesOwnKeyOut,
      limits,
      limitsOfWaiting: progress.limitsThrough('opening', 'waiting', 'exchanging', 'installing'),
    });
  }
}
