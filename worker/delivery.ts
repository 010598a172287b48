import { setTimeout } from 'node:timers/promises';
import { CATALOGUE } from '../core/errors.ts';
import type { Redactor } from '../core/redaction.ts';
import type { Secret } from '../core/secret.ts';
import { checkProbe, checkStatus, checkUsable, isProbed } from './programs/openclaw.proof.ts';
import { PROFILE } from './programs/openclaw.screens.ts';
import { agentOf, hasCredential, otherProfiles, type Status } from './programs/openclaw.status.ts';
import type { OpenClaw } from './programs/openclaw.ts';
import type { Progress } from './progress.ts';
import type { Choice, Readiness } from './readiness.ts';

export interface DeliveryOptions {
  liveProof?: boolean;
}

/** Milliseconds that the look for pinned chats may still take when all else is done. */
const PINS_WITHIN_MS = 10_000;

/** Carries a token into OpenClaw and proves that it is used. */
export class Delivery {
  readonly #token: Secret;
  readonly #openclaw: OpenClaw;
  readonly #redactor: Redactor;
  readonly #readiness: Readiness;
  readonly #progress: Progress;
  readonly #options: DeliveryOptions;
  /** A real turn that is under way; false when it was not certainly answered. */
  #turn: Promise<boolean> | undefined;

  constructor(
    token: Secret,
    redactor: Redactor,
    openclaw: OpenClaw,
    readiness: Readiness,
    progress: Progress,
    options: DeliveryOptions,
  ) {
    this.#token = token;
    this.#openclaw = openclaw;
    this.#redactor = redactor;
    this.#readiness = readiness;
    this.#progress = progress;
    this.#options = options;
  }

  /** Gives OpenClaw the token and then, only then, points the default model at it. Returns that model. */
  async install(): Promise<string> {
    this.#readiness.endEarly();
    const choosing = this.#progress.within(this.#readiness.choice());
    choosing.catch(() => {});
    const prompt = await this.#progress.within(this.#readiness.prompt());
    let stored = () => {};
    const confirmed = new Promise<void>((resolve) => {
      stored = resolve;
    });
    await prompt.paste(this.#token, this.#progress.limits, () => {
      this.#turn = this.#makeTurn(choosing, confirmed);
      this.#turn.catch(() => {});
    });
    void prompt.close();
    const { model, before } = await choosing;
    const others = otherProfiles(before, PROFILE);
    if (others.length > 0) await this.#openclaw.preferProfile(others, this.#progress.limits);
    stored();
    if (before.resolvedDefault !== model)
      await this.#openclaw.setDefaultModel(model, before.allowed, this.#progress.limits);
    return model;
  }

  /** OpenClaw itself says that it would use, and does use, the token. Returns warnings, a sentence each. */
  async prove(model: string): Promise<string[]> {
    const pinning = this.#readiness.pins().catch(() => undefined);
    const { before } = await this.#readiness.choice();
    const agent = agentOf(before);
    const status = await this.#openclaw.status(this.#progress.limits, { probe: false, agent });
    const warnings = checkStatus(status, { model, token: this.#token });
    if (!this.#live) checkUsable(status);
    else if (!(await this.#turn)) await this.#turnThatTells(model, before);
    return [...warnings, ...(await pinned(pinning))];
  }

  get #live(): boolean {
    return this.#options.liveProof ?? true;
  }

  /**
   * One real turn, beside everything else: it is the longest step and nearly all start-up. Where nothing on the
   * box could answer before, it begins as soon as Enter is pressed; an answer can then only be the token's.
   */
  async #makeTurn(choosing: Promise<Choice>, confirmed: Promise<void>): Promise<boolean> {
    if (!this.#live) return false;
    const { model, before } = await choosing;
    if (hasCredential(before)) await confirmed;
    return this.#openclaw.turn(model, this.#progress.limitsThrough('proving'));
  }

  /** A turn that was not certainly answered is made once more, by a command that tells why. */
  async #turnThatTells(model: string, before: Status): Promise<void> {
    const probed = await this.#openclaw.status(this.#progress.limits, { probe: true });
    // A failed turn puts the profile into a cooldown; only one from before explains the failure.
    if (!isProbed(probed, model)) checkUsable(before);
    checkProbe(probed, model, this.#redactor);
  }
}

/** What to say of chats that do not follow the default model. */
async function pinned(pinning: Promise<string[] | undefined>): Promise<string[]> {
  const late = setTimeout(PINS_WITHIN_MS, undefined, { ref: false });
  const pins = await Promise.race([pinning, late]);
  if (pins === undefined) return ['OpenClaw did not say in time whether chats are pinned to another model.'];
  if (pins.length === 0) return [];
  // A key can go on with the number or name of whoever the chat is with, which is nobody's business here.
  const some = pins.slice(0, 3).map((key) => key.split(':').slice(0, 3).join(':'));
  return [`${CATALOGUE.session_pinned.support} (${pins.length}: ${some.join(', ')})`];
}
