import { KeyferryError } from '../../core/contract/errors.ts';
import type { Secret } from '../../core/secrets/secret.ts';
import { orAborted } from '../abort.ts';
import { checkStatus, checkUsable } from '../programs/openclaw/credential-proof.ts';
import { checkGatewayTurn, type GatewayTurn } from '../programs/openclaw/gateway-turn.ts';
import { agentOf, hasCredential, type Status } from '../programs/openclaw/models-status.ts';
import type { OpenClaw } from '../programs/openclaw/openclaw.ts';
import { ProfileRemoval } from '../programs/openclaw/profile-removal.ts';
import type { Turn } from '../programs/openclaw/verdict.ts';
import type { CallLimits } from '../transports/transport.ts';
import type { Choice } from './choice.ts';
import { pinned } from './pins.ts';
import type { Progress } from './progress.ts';
import type { Readiness } from './readiness.ts';

export interface DeliveryOptions {
  liveProof?: boolean;
}

/**
 * Carries a token into an OpenClaw that has nothing of its provider's, and proves that it is used: the quick way, for
 * which there is nothing to be careful of.
 */
export class Delivery {
  readonly #token: Secret;
  readonly #openclaw: OpenClaw;
  readonly #readiness: Readiness;
  readonly #progress: Progress;
  readonly #options: DeliveryOptions;
  /** A real turn that is under way. */
  #turn: Promise<Turn> | undefined;
  /** While it runs, other programs yield to it. */
  #turnIsLongest = true;
  #isEntered = false;
  /** A turn through the gateway, and what it leaves there. */
  #chat: Promise<unknown> = Promise.resolve();
  /** What OpenClaw said before the default model was changed. */
  #changed: Status | undefined;

  constructor(
    token: Secret,
    openclaw: OpenClaw,
    readiness: Readiness,
    progress: Progress,
    options: DeliveryOptions,
  ) {
    this.#token = token;
    this.#openclaw = openclaw;
    this.#readiness = readiness;
    this.#progress = progress;
    this.#options = options;
  }

  /** Gives OpenClaw the token and then, only then, points the model at it. Returns that model. */
  async install(): Promise<string> {
    const choosing = this.#progress.within(this.#readiness.choice());
    choosing.catch(() => {});
    const prompt = await this.#progress.within(this.#readiness.prompt());
    let stored = () => {};
    const confirmed = new Promise<void>((resolve) => {
      stored = resolve;
    });
    await prompt.paste(this.#token, this.#progress.limits, () => {
      this.#isEntered = true;
      // Through a gateway that runs it is made in the tenth of the time, once it has the token.
      if (!this.#live || this.#openclaw.provesByGateway) return;
      this.#turn = this.#makeTurn(choosing, confirmed);
      this.#turn.catch(() => {});
    });
    void prompt.close();
    stored();
    // The only start of OpenClaw's that is left, if it was not made early.
    if (this.#live && this.#openclaw.provesByGateway) void this.#readiness.pins().catch(() => {});
    const { model, before } = await choosing;
    await this.#progress.within(this.#readiness.checkWanted());
    if (before.resolvedDefault !== model) await this.#setDefaultModel(model, before);
    return model;
  }

  async #setDefaultModel(model: string, before: Status): Promise<void> {
    this.#changed = before;
    const changing = this.#readiness.modelChange?.to(model);
    if (changing && (await this.#progress.within(changing))) return;
    // If they start loading only now, this and the status after it take as long as the turn.
    this.#turnIsLongest = false;
    await this.#openclaw.setDefaultModel(model, before.allowed, this.#progress.limits);
  }

  /** OpenClaw itself says that it would use, and does use, the token. Returns warnings, a sentence each. */
  async prove(model: string): Promise<string[]> {
    const pinning = this.#readiness.pins().catch(() => undefined);
    const { before, recipient } = await this.#readiness.choice();
    const { agent = agentOf(before), profile } = recipient;
    const vain = new AbortController();
    const chatting = this.#live ? this.#makeChat(agent, vain.signal) : undefined;
    chatting?.catch(() => {});
    try {
      // What OpenClaw's status would say after a start of seconds, the gateway that serves the customer says at once.
      if (chatting && !this.#turn && (await this.#openclaw.isTakenUp(model, this.#progress.limits)))
        return [...(await this.#proveLive(model, profile, chatting)), ...(await pinned(pinning))];
      const givesWay = this.#turn !== undefined && this.#turnIsLongest;
      const status = await this.#openclaw.status({ ...this.#progress.limits, givesWay }, agent);
      const { provider } = this.#openclaw;
      const warnings = checkStatus(status, { provider, profile, model, token: this.#token });
      if (chatting) warnings.push(...(await this.#proveLive(model, profile, chatting)));
      else checkUsable(status, profile);
      return [...warnings, ...(await pinned(pinning))];
    } finally {
      vain.abort(new KeyferryError('cancelled'));
    }
  }

  get #live(): boolean {
    return this.#options.liveProof ?? true;
  }

  /**
   * One real turn, in parallel with everything else: it is the longest step and nearly all of it is start-up. If
   * nothing on the box could answer before, it starts as soon as Enter is pressed; an answer can then only come from the token.
   */
  async #makeTurn(choosing: Promise<Choice>, confirmed: Promise<void>): Promise<Turn> {
    const { model, before } = await choosing;
    if (hasCredential(before, this.#openclaw.provider)) await confirmed;
    return this.#openclaw.turn(model, this.#progress.limitsThrough('proving'));
  }

  /** A turn through the gateway; undefined where none runs. */
  #makeChat(agent: string | undefined, signal: AbortSignal): Promise<GatewayTurn | undefined> {
    const { limits } = this.#progress;
    const within = { ...limits, signal: AbortSignal.any([limits.signal, signal]) };
    const chatting = this.#openclaw.turnThroughGateway(agent, within);
    this.#chat = chatting.catch(() => {});
    return chatting;
  }

  /**
   * By a turn that the token alone can answer. Through the gateway that is one for which a stored profile was used, as there
   * is no other one of the provider's; where none runs, or it does not say so, one of OpenClaw's command. Returns warnings.
   */
  async #proveLive(
    model: string,
    profile: string,
    chatting: Promise<GatewayTurn | undefined>,
  ): Promise<string[]> {
    if (!this.#turn && (await chatting)?.by === 'profile') return [];
    await this.#proveByTurn(model, profile);
    return checkGatewayTurn(await chatting);
  }

  /**
   * A turn without a certain answer is followed by one that this token alone can answer: the first may have come before the
   * token, and what it says may be another's (2026.4.15 asks the fallback models, too). Throws the provider's verdict.
   */
  async #proveByTurn(model: string, profile: string): Promise<void> {
    if ((await this.#turn)?.answered) return;
    await this.#openclaw.knowVersion(this.#progress.limits);
    const verdict = await this.#openclaw.prove(profile, model, this.#progress.limits);
    if (!verdict.ok) throw new KeyferryError(verdict.code, { screen: verdict.words });
  }

  /**
   * The box has nothing of the provider's again, as before: what is left there would stand beside the next token, and
   * nobody could tell whose it is. Never throws.
   */
  async takeBack(limits: CallLimits): Promise<void> {
    if (!this.#isEntered) return;
    const { commands, provider, recipient } = this.#openclaw;
    const { hint } = this.#token;
    const removal = new ProfileRemoval(commands, { provider, profile: recipient.profile, hint });
    await removal.removeFrom([recipient.agent], limits).catch(() => {});
    const { resolvedDefault = '', allowed = [] } = this.#changed ?? {};
    if (resolvedDefault !== '')
      await this.#openclaw.setDefaultModel(resolvedDefault, allowed, limits).catch(() => {});
    await orAborted(() => this.#chat, limits.signal).catch(() => {});
  }
}
