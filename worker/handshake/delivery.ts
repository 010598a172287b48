import { KeyferryError } from '../../core/contract/errors.ts';
import type { Secret } from '../../core/secrets/secret.ts';
import { checkStatus, checkUsable } from '../programs/openclaw/credential-proof.ts';
import { agentOf, hasCredential, otherProfiles, type Status } from '../programs/openclaw/models-status.ts';
import type { OpenClaw, Turn } from '../programs/openclaw/openclaw.ts';
import type { Choice } from './choice.ts';
import { pinned } from './pins.ts';
import type { Progress } from './progress.ts';
import type { Readiness } from './readiness.ts';

export interface DeliveryOptions {
  liveProof?: boolean;
}

/** Carries a token into OpenClaw and proves that it is used. */
export class Delivery {
  readonly #token: Secret;
  readonly #openclaw: OpenClaw;
  readonly #readiness: Readiness;
  readonly #progress: Progress;
  readonly #options: DeliveryOptions;
  #profile: string;
  /** A real turn that is under way. */
  #turn: Promise<Turn> | undefined;
  /** While it runs, other programs yield to it. */
  #turnIsLongest = true;

  constructor(
    token: Secret,
    openclaw: OpenClaw,
    readiness: Readiness,
    progress: Progress,
    options: DeliveryOptions,
  ) {
    this.#token = token;
    this.#openclaw = openclaw;
    this.#profile = openclaw.recipient.profile;
    this.#readiness = readiness;
    this.#progress = progress;
    this.#options = options;
  }

  /** OpenClaw's name for what was installed. */
  get profile(): string {
    return this.#profile;
  }

  /** Gives OpenClaw the token and then, only then, points the model at it. Returns that model. */
  async install(): Promise<string> {
    this.#readiness.endEarly();
    const choosing = this.#progress.within(this.#readiness.choice());
    choosing.catch(() => {});
    const { prompt, recipient } = await this.#progress.within(this.#readiness.prompt());
    this.#profile = recipient.profile;
    let stored = () => {};
    const confirmed = new Promise<void>((resolve) => {
      stored = resolve;
    });
    await prompt.paste(this.#token, this.#progress.limits, () => {
      if (!this.#live) return;
      this.#turn = this.#makeTurn(choosing, confirmed);
      this.#turn.catch(() => {});
    });
    void prompt.close();
    const { model, before } = await choosing;
    const others = otherProfiles(before, recipient.profile, this.#openclaw.provider);
    if (others.length > 0) await this.#openclaw.preferProfile(others, this.#progress.limits);
    stored();
    await this.#progress.within(this.#readiness.checkWanted());
    if (before.resolvedDefault !== model) await this.#setDefaultModel(model, before);
    return model;
  }

  async #setDefaultModel(model: string, { allowed }: Status): Promise<void> {
    const changing = this.#readiness.modelChange?.to(model);
    if (changing && (await this.#progress.within(changing))) return;
    // If they start loading only now, this and the status after it take as long as the turn.
    this.#turnIsLongest = false;
    await this.#openclaw.setDefaultModel(model, allowed, this.#progress.limits);
  }

  /** OpenClaw itself says that it would use, and does use, the token. Returns warnings, a sentence each. */
  async prove(model: string): Promise<string[]> {
    const pinning = this.#readiness.pins().catch(() => undefined);
    const { before, recipient } = await this.#readiness.choice();
    const agent = recipient.agent ?? agentOf(before);
    const givesWay = this.#live && this.#turnIsLongest;
    const status = await this.#openclaw.status({ ...this.#progress.limits, givesWay }, agent);
    const warnings = checkStatus(status, {
      provider: this.#openclaw.provider,
      profile: this.#profile,
      model,
      token: this.#token,
    });
    if (!this.#live) checkUsable(status, this.#profile);
    else await this.#proveByTurn(model, before);
    return [...warnings, ...(await pinned(pinning))];
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

  /** A turn without a certain answer is repeated once: the first may have come before the token. */
  async #proveByTurn(model: string, before: Status): Promise<void> {
    if ((await this.#turn)?.answered) return;
    const turn = await this.#openclaw.turn(model, this.#progress.limits);
    if (turn.answered) return;
    checkUsable(before, this.#profile);
    const { words: screen, by } = turn;
    const detail = by && `It was answered by ${by} instead.`;
    throw new KeyferryError('turn_failed', { screen, ...(detail === undefined ? {} : { detail }) });
  }
}
