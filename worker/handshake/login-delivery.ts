import { KeyferryError } from '../../core/contract/errors.ts';
import type { ClaudeLogin, LoginStatus } from '../programs/claude/login-status.ts';
import { checkAlone, checkRoute, isLoginMissing } from '../programs/openclaw/login-proof.ts';
import { agentOf, type Status } from '../programs/openclaw/models-status.ts';
import type { OpenClaw } from '../programs/openclaw/openclaw.ts';
import { atMost } from '../transports/deadline.ts';
import type { DeliveryOptions } from './delivery.ts';
import type { Connected } from './ends.ts';
import type { HandshakeOptions } from './options.ts';
import { pinned } from './pins.ts';
import type { Progress } from './progress.ts';
import type { Readiness } from './readiness.ts';
import type { Terminals } from './terminals.ts';

export interface LoginDeliveryParts {
  claude: ClaudeLogin;
  openclaw: OpenClaw;
  readiness: Readiness;
  terminals: Terminals;
  progress: Progress;
  options: DeliveryOptions & Pick<HandshakeOptions, 'model'>;
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

  constructor(parts: LoginDeliveryParts) {
    this.#parts = parts;
  }

  /**
   * Before the customer has a link: who is signed in now, and whether OpenClaw would use the login at all. Throws
   * `other_credential_first`. A program that is late, or does not say, is asked again later.
   */
  async lookBefore(): Promise<void> {
    const { claude, openclaw, readiness, progress } = this.#parts;
    const known = readiness.known().then(({ before }) => checkAlone(before, openclaw.provider));
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

  /** Returns the default model, which `claude` runs from now on. */
  async install(): Promise<string> {
    const { openclaw, readiness, progress, options } = this.#parts;
    this.#login = await this.#signedIn();
    const { before } = await progress.within(readiness.known());
    checkAlone(before, openclaw.provider);
    if (options.model !== undefined) await progress.within(readiness.checkWanted());
    await this.#takeOver();
    if (options.model === undefined) return (await this.#status()).resolvedDefault;
    const { model } = await progress.within(readiness.choice());
    await openclaw.setClaudeModel(model, progress.limits);
    return model;
  }

  /** Claude Code itself says who it is signed in as: “Login successful.” also stands above a login that it did not keep. */
  async #signedIn(): Promise<LoginStatus> {
    const login = await this.#parts.claude.status(this.#parts.progress.limits);
    if (login.isSignedIn) return login;
    const detail = `\`claude auth status\` names ${login.how}.`;
    throw new KeyferryError(login.how === 'none' ? 'claude_not_signed_in' : 'credential_overridden', {
      detail,
    });
  }

  async #takeOver(): Promise<void> {
    const { openclaw, terminals, progress } = this.#parts;
    for (let tries = 0; tries < MOST_TRIES; tries += 1)
      if (await terminals.cliLogin(openclaw, progress.limits)) return;
    throw new KeyferryError('claude_not_signed_in', { detail: 'OpenClaw did not see that it is signed in.' });
  }

  /** OpenClaw's status, asked again where it was too impatient to see the login. */
  async #settledStatus(): Promise<Status> {
    const { provider } = this.#parts.openclaw;
    let status = await this.#status();
    for (let tries = 1; tries < MOST_TRIES && isLoginMissing(status, provider); tries += 1)
      status = await this.#status();
    return status;
  }

  async #status(): Promise<Status> {
    const { openclaw, readiness, progress } = this.#parts;
    const { before, recipient } = await readiness.known();
    return openclaw.status(progress.limits, recipient.agent ?? agentOf(before));
  }

  /** OpenClaw says that Claude Code runs its model, and one real turn is answered so. */
  async prove(model: string): Promise<Connected> {
    const { openclaw, readiness, progress, options } = this.#parts;
    const pinning = readiness.pins().catch(() => undefined);
    const warnings = checkRoute(await this.#settledStatus(), { provider: openclaw.provider, model });
    if (options.liveProof ?? true) {
      const turn = await openclaw.agentTurn(model, progress.limits);
      if (!turn.answered) throw new KeyferryError('turn_failed', { screen: turn.words });
    }
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
}
