import { KeyferryError } from '../../core/contract/errors.ts';
import { isModelOf } from '../../core/contract/providers.ts';
import type { LoginBeside } from '../programs/claude/login-beside.ts';
import type { ClaudeLogin, LoginStatus } from '../programs/claude/login-status.ts';
import { checkAlone, checkRoute, type Replaced } from '../programs/openclaw/login-proof.ts';
import type { Status } from '../programs/openclaw/models-status.ts';
import type { OpenClaw } from '../programs/openclaw/openclaw.ts';
import { atMost } from '../transports/deadline.ts';
import type { CallLimits } from '../transports/transport.ts';
import type { DeliveryOptions } from './delivery.ts';
import type { Connected } from './ends.ts';
import { LoginPlace, settledStatus, statusOf } from './login-place.ts';
import type { HandshakeOptions } from './options.ts';
import { pinned } from './pins.ts';
import type { Progress } from './progress.ts';
import type { Readiness } from './readiness.ts';
import type { Terminals } from './terminals.ts';

export interface LoginDeliveryParts {
  claude: ClaudeLogin;
  /** The sign-in is made beside a login that is used, whose place the new one takes once it is proved. */
  beside?: { place: LoginBeside; claude: ClaudeLogin } | undefined;
  openclaw: OpenClaw;
  readiness: Readiness;
  terminals: Terminals;
  progress: Progress;
  options: DeliveryOptions & Pick<HandshakeOptions, 'model' | 'known'>;
}

/** Milliseconds that a link waits for OpenClaw to say what it has; 2026.9.6 takes four. */
const ASKED_WITHIN_MS = 20_000;
/** OpenClaw gives `claude auth status` three seconds, which a busy box may need. */
const MOST_TRIES = 3;
const REPLACED = 'Claude Code on the box was signed in with another account before, which it is no longer.';

/** Leads OpenClaw to the Claude Code that is signed in on the box, and proves that it answers by it. */
export class LoginDelivery {
  readonly #parts: LoginDeliveryParts;
  #before: LoginStatus | undefined;
  #login: LoginStatus | undefined;
  /** The token whose place the login takes. */
  #replaced: Replaced | undefined;

  constructor(parts: LoginDeliveryParts) {
    this.#parts = parts;
  }

  /**
   * Before the customer has a link: who is signed in now, and whether OpenClaw would use the login at all. Throws
   * `other_credential_first`. A program that is late, or does not say, is asked again later.
   */
  async lookBefore(): Promise<void> {
    const { claude, readiness, progress } = this.#parts;
    const known = readiness.known().then(({ before }) => this.#alone(before));
    const refused = known.catch((thrown: unknown) => thrown);
    this.#before = await claude.status(progress.limits).catch(() => undefined);
    let thrown: unknown;
    await atMost(
      ASKED_WITHIN_MS,
      refused.then((reason) => {
        thrown = reason;
      }),
    );
    if (thrown instanceof KeyferryError && thrown.code === 'other_credential_first') throw thrown;
  }

  #alone(before: Status): Replaced | undefined {
    const { openclaw, options } = this.#parts;
    return checkAlone(before, openclaw.provider, options.known?.replaces);
  }

  /** Returns the default model, which `claude` runs from now on; beside a token only once the login is proved. */
  async install(): Promise<string> {
    const { openclaw, readiness, progress, options } = this.#parts;
    this.#login = await this.#signedIn();
    const { before } = await progress.within(readiness.known());
    this.#replaced = this.#alone(before);
    if (options.model !== undefined) await progress.within(readiness.checkWanted());
    await this.#moveIn(before);
    if (this.#replaced) return (await progress.within(readiness.choice())).model;
    await this.#takeOver();
    if (options.model === undefined) return (await this.#status()).resolvedDefault;
    const { model } = await progress.within(readiness.choice());
    await openclaw.setClaudeModel(model, progress.limits);
    return model;
  }

  /** Claude Code itself says who it is signed in as: “Login successful.” also stands above a login that it did not keep. */
  async #signedIn(): Promise<LoginStatus> {
    const { claude, beside, progress } = this.#parts;
    const login = await (beside?.claude ?? claude).status(progress.limits);
    if (login.isSignedIn) return login;
    const detail = `\`claude auth status\` names ${login.how}.`;
    throw new KeyferryError(login.how === 'none' ? 'claude_not_signed_in' : 'credential_overridden', {
      detail,
    });
  }

  /** A login that was made beside the one that is used answers a turn there, and only then takes its place. */
  async #moveIn(before: Status): Promise<void> {
    const { openclaw, readiness, progress, options, beside } = this.#parts;
    if (!beside || beside.place.isMoved) return;
    if (options.liveProof ?? true) {
      const isServed = isModelOf(openclaw.provider, before.resolvedDefault);
      const model = isServed ? before.resolvedDefault : (await progress.within(readiness.choice())).model;
      const turn = await openclaw.proveLogin(model, progress.limits, beside.place.env);
      if (!turn.answered) throw new KeyferryError('turn_failed', { screen: turn.words });
    }
    progress.signal.throwIfAborted();
    await beside.place.move(progress.limits);
  }

  async #takeOver(): Promise<void> {
    const { openclaw, terminals, progress } = this.#parts;
    for (let tries = 0; tries < MOST_TRIES; tries += 1)
      if (await terminals.cliLogin(openclaw, progress.limits)) return;
    throw new KeyferryError('claude_not_signed_in', { detail: 'OpenClaw did not see that it is signed in.' });
  }

  async #status(): Promise<Status> {
    const { openclaw, readiness, progress } = this.#parts;
    return statusOf(openclaw, await readiness.known(), progress.limits);
  }

  /** One real turn is answered by the login, and OpenClaw says that Claude Code runs its model with it. */
  async prove(model: string): Promise<Connected> {
    const { openclaw, readiness, options } = this.#parts;
    const pinning = readiness.pins().catch(() => undefined);
    const { liveProof = true } = options;
    const warnings = await (this.#replaced
      ? this.#takePlace(this.#replaced, model, liveProof)
      : this.#proveUsed(model, liveProof));
    const { account, endsAt } = this.#login ?? { account: undefined, endsAt: undefined };
    const other = this.#before?.account !== undefined && this.#before.account !== account;
    return {
      profile: openclaw.provider.openclaw.loginProfile,
      model,
      tokenFingerprint: account,
      hint: undefined,
      expiresAt: endsAt,
      warnings: [...warnings, ...(other ? [REPLACED] : []), ...(await pinned(pinning))],
    };
  }

  async #takePlace(replaced: Replaced, model: string, liveProof: boolean): Promise<string[]> {
    const { openclaw, readiness, progress, beside } = this.#parts;
    const known = await readiness.known();
    const takeOver = () => this.#takeOver();
    // One that was made beside has answered already.
    const proves = liveProof && beside === undefined;
    const onRemoving = beside && ((limits: CallLimits) => beside.place.keep(limits));
    const parts = { openclaw, known, takeOver, liveProof: proves, onRemoving };
    const place = new LoginPlace(parts, replaced, model);
    return place.take(progress.limits);
  }

  async #proveUsed(model: string, liveProof: boolean): Promise<string[]> {
    const { openclaw, readiness, progress } = this.#parts;
    const status = await settledStatus(openclaw, await readiness.known(), progress.limits);
    const warnings = checkRoute(status, { provider: openclaw.provider, model });
    if (!liveProof) return warnings;
    const turn = await openclaw.agentTurn(model, progress.limits);
    if (!turn.answered) throw new KeyferryError('turn_failed', { screen: turn.words });
    return warnings;
  }
}
