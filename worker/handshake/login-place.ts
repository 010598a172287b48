/**
 * A login takes the place of a token of Keyferry's own, which OpenClaw would use instead of it. At every moment one of the two
 * answers, whatever dies:
 *
 *   proving    one turn that the login alone can answer; nothing on the box has changed for it
 *   taking     OpenClaw runs its models through Claude Code, and hands it the token, which answers still; where this
 *              fails, or the customer cancels, it is undone
 *   removing   the token goes, and the login answers; from here on nothing is undone, and nobody cancels
 *
 * A worker that dies leaves the token where it was, answering with or without Claude Code; the next attempt begins again.
 */
import { KeyferryError, toKeyferryError } from '../../core/contract/errors.ts';
import { succeeded } from '../programs/openclaw/commands.ts';
import {
  checkAlone,
  checkRoute,
  checkRun,
  isLoginMissing,
  type Replaced,
} from '../programs/openclaw/login-proof.ts';
import {
  type Defaults,
  nameToken,
  putDefaultsBack,
  readDefaults,
} from '../programs/openclaw/login-runtime.ts';
import { agentOf, type Status } from '../programs/openclaw/models-status.ts';
import type { OpenClaw } from '../programs/openclaw/openclaw.ts';
import { ProfileRemoval } from '../programs/openclaw/profile-removal.ts';
import { evenIfCancelled, stillThere } from '../still-there.ts';
import { atMost } from '../transports/deadline.ts';
import type { CallLimits } from '../transports/transport.ts';
import type { Known } from './choice.ts';

/** OpenClaw gives `claude auth status` three seconds, which a busy box may need. */
const MOST_TRIES = 3;
/** Milliseconds for taking back, and for each call once the token is being removed, beside what the handshake still has. */
const AFTER_MS = 2 * 60_000;

export interface LoginPlaceParts {
  openclaw: OpenClaw;
  known: Known;
  /** Has OpenClaw run its models through Claude Code. */
  takeOver: () => Promise<void>;
  /** False: no turn is made. */
  liveProof: boolean;
  /** The token is about to go, and does not where this throws. */
  onRemoving?: ((limits: CallLimits) => Promise<void>) | undefined;
}

/** What OpenClaw says, for the agent that the sign-in is for. */
export function statusOf(
  openclaw: OpenClaw,
  { before, recipient }: Known,
  limits: CallLimits,
): Promise<Status> {
  return openclaw.status(limits, recipient.agent ?? agentOf(before));
}

/** The same, asked again where it was too impatient to see the login. */
export async function settledStatus(openclaw: OpenClaw, known: Known, limits: CallLimits): Promise<Status> {
  let status = await statusOf(openclaw, known, limits);
  for (let tries = 1; tries < MOST_TRIES && isLoginMissing(status, openclaw.provider); tries += 1)
    status = await statusOf(openclaw, known, limits);
  return status;
}

/** Puts the login in the place of `replaced`, with `model` as the default one. Returns what support should know. */
export class LoginPlace {
  readonly #parts: LoginPlaceParts;
  readonly #replaced: Replaced;
  readonly #model: string;
  /** The token is known to be stored. */
  #isStored = true;
  /** The configuration has named the token's profile. */
  #isUnnamed = false;

  constructor(parts: LoginPlaceParts, replaced: Replaced, model: string) {
    this.#parts = parts;
    this.#replaced = replaced;
    this.#model = model;
  }

  /** Throws `turn_failed`, or what else went wrong; the token then answers as before, unless `limits.signal` ended it. */
  async take(limits: CallLimits): Promise<string[]> {
    const { openclaw } = this.#parts;
    await this.#prove(limits);
    const before = await readDefaults(openclaw.commands, limits);
    try {
      await this.#run(limits);
      return await this.#remove({ signal: evenIfCancelled(limits.signal), timeoutMs: AFTER_MS });
    } catch (thrown) {
      const signal = this.#isStored ? stillThere(limits.signal) : undefined;
      if (signal) await atMost(AFTER_MS, this.#takeBack(before, { signal, timeoutMs: AFTER_MS }));
      throw thrown;
    }
  }

  /** Never throws. */
  async #takeBack(before: Defaults, limits: CallLimits): Promise<void> {
    const { commands, provider } = this.#parts.openclaw;
    await putDefaultsBack(commands, before, provider, limits).catch(() => false);
    if (this.#isUnnamed)
      await nameToken(commands, this.#replaced.profile, provider, limits).catch(() => false);
  }

  async #prove(limits: CallLimits): Promise<void> {
    if (!this.#parts.liveProof) return;
    const turn = await this.#parts.openclaw.proveLogin(this.#model, limits);
    if (!turn.answered) throw new KeyferryError('turn_failed', { screen: turn.words });
  }

  async #run(limits: CallLimits): Promise<void> {
    const { openclaw, known, takeOver } = this.#parts;
    await takeOver();
    let status = await statusOf(openclaw, known, limits);
    if (status.resolvedDefault !== this.#model) {
      await openclaw.setClaudeModel(this.#model, limits);
      status = await statusOf(openclaw, known, limits);
    }
    checkRun(status, { provider: openclaw.provider, model: this.#model });
    limits.signal.throwIfAborted();
  }

  /** The login answers already when this is told: what goes wrong once the token is out stops nothing. */
  async #remove(limits: CallLimits): Promise<string[]> {
    const { openclaw, known } = this.#parts;
    const { commands, provider } = openclaw;
    const { profile, hint } = this.#replaced;
    const removal = new ProfileRemoval(commands, { provider, profile, hint });
    await this.#parts.onRemoving?.(limits);
    this.#isUnnamed = await removal.unname(limits);
    this.#isStored = false;
    const failed = await removal.removeFrom([known.recipient.agent], limits).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    const isTold = removal.warnings.size === 0 || (await this.#tellGateway(limits));
    const status = await settledStatus(openclaw, known, limits);
    try {
      checkAlone(status, provider);
    } catch (thrown) {
      this.#isStored = true;
      throw failed ?? thrown;
    }
    const unsure = isTold ? [] : removal.warnings;
    const warnings = [...unsure, ...(failed ? [toKeyferryError(failed).message] : [])];
    try {
      return [...warnings, ...checkRoute(status, { provider, model: this.#model })];
    } catch (thrown) {
      return [...warnings, toKeyferryError(thrown).message];
    }
  }

  /** A gateway that has not confirmed the logout takes it up with its secrets, and answers again if it did not. */
  async #tellGateway(limits: CallLimits): Promise<boolean> {
    const told = this.#parts.openclaw.commands.anyEnd(['secrets', 'reload', '--json'], limits);
    return told.then(succeeded, () => false);
  }
}
