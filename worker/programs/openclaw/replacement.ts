/**
 * A credential takes its place on a box without a gap: at every moment one that works answers, whatever dies.
 *
 *   looking     what is stored, in which order, and what has an earlier attempt left?
 *   clearing    such leftovers are logged out
 *   storing     those that are there are put into an order, which leaves out what is stored from now on; then the new
 *               credential goes into a free profile of our own
 *   proving     one turn that it alone can answer; where that fails it is taken back, and everything is as before
 *   preferring  it comes first, the customer's others behind it in their order
 *   pointing    the default model becomes one that it can answer, where nothing answers the present one
 *   removing    where the configuration has a key of its own answer whatever is stored, the word that says so is taken
 *               out; a turn through the gateway, if one runs, is answered with a stored profile; the profile whose place
 *               it has taken is logged out
 *
 * A worker that dies leaves either a profile of ours that the order leaves out, which the next attempt clears or, if it
 * holds the same credential, takes up; or the new one in front, which it finds there and finishes.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { KeyferryError, toKeyferryError } from '../../../core/contract/errors.ts';
import type { ProviderRow } from '../../../core/contract/providers.ts';
import type { Secret } from '../../../core/secrets/secret.ts';
import type { CallLimits } from '../../transports/transport.ts';
import { mayUse } from './allowed.ts';
import { checkStatus } from './credential-proof.ts';
import { checkGatewayTurn } from './gateway-turn.ts';
import { agentOf, type Status } from './models-status.ts';
import type { ModelChange, OpenClaw } from './openclaw.ts';
import type { OwnKeyState } from './own-key.ts';
import type { PasteToken } from './paste-token.ts';
import { ProfileRemoval } from './profile-removal.ts';
import { ProfileStore } from './profile-store.ts';
import { type Known, type Plan, planFor, renamed } from './replacement-plan.ts';
import { mayPass, type Verdict } from './verdict.ts';

export type Step = 'looking' | 'clearing' | 'storing' | 'proving' | 'preferring' | 'pointing' | 'removing';

const AGAIN_AFTER_MS = 5_000;
/** Milliseconds for taking back, beside what the handshake still has: it matters more than an answer in time. */
const TAKE_BACK_MS = 4 * 60_000;

export interface NewCredential extends Known {
  secret: Secret;
  /** `api-key`, or a token, which OpenClaw's prompt takes. */
  method: string;
  /** The sign-in of this handshake made it. */
  isMinted?: boolean | undefined;
  /** `<id>/<model>`, by which it is proved. */
  model: string;
  /** The model becomes the default; undefined: only if nothing on the box answers the present one. */
  becomesDefault?: boolean | undefined;
  /** The configuration has a key of its own answer for the provider, whatever is stored (see `OwnKey`). */
  isOverridden?: boolean | undefined;
  /** What OpenClaw said about this agent before anything was changed. */
  before: Status;
}

export interface ReplacementOptions {
  /** Opens OpenClaw's prompt for a token, for the profile that `openclaw.recipient` names. */
  openPrompt: () => Promise<PasteToken>;
  /** A change of the default model that waits already. */
  modelChange?: ModelChange | undefined;
  /** False: no turn is made, and what OpenClaw reports is relied on. */
  liveProof?: boolean | undefined;
  /** Called as each step begins. */
  onStep?: ((step: Step) => void) | undefined;
  /** Milliseconds before a provider that is busy is asked once more. */
  againAfterMs?: number | undefined;
  /** What outlives this attempt of what is taken out of the configuration. */
  ownKey?: OwnKeyMemory | undefined;
}

export interface OwnKeyMemory {
  /** What an attempt before this one took out, or was about to. */
  left: OwnKeyState | undefined;
  /** Called before it is taken out. Never rejects. */
  keep(state: OwnKeyState): Promise<void>;
}

export interface Placed {
  profile: string;
  /** OpenClaw's default model now. */
  defaultModel: string;
  /** The provider's other profiles that stay on the box. */
  staying: readonly string[];
  /** What support should know, a sentence each. */
  warnings: string[];
}

export class Replacement {
  readonly #openclaw: OpenClaw;
  readonly #credential: NewCredential;
  readonly #options: ReplacementOptions;
  readonly #store: ProfileStore;
  readonly #warnings: string[] = [];
  #isPreferred = false;
  #isPointed = false;
  /** What was taken out of the configuration, or was to be. */
  #ownKey: OwnKeyState | undefined;

  /** `openclaw.recipient.agent`: whose credentials they are. */
  constructor(openclaw: OpenClaw, credential: NewCredential, options: ReplacementOptions) {
    this.#openclaw = openclaw;
    this.#credential = credential;
    this.#options = options;
    this.#ownKey = options.ownKey?.left;
    this.#store = new ProfileStore(openclaw.commands, openclaw.provider, openclaw.recipient.agent);
    openclaw.commands.hide(credential.secret);
  }

  /**
   * Run again with the same credential after a worker has died, it goes on from what is there. Throws the provider's
   * verdict, or what else went wrong, a row of the catalogue; the box is then as it was, unless `limits.signal` ended it.
   */
  async run(limits: CallLimits): Promise<Placed> {
    const plan = await this.#clear(await this.#look(limits), limits);
    try {
      await this.#storeIt(plan, limits);
      const change = await this.#proveIt(plan, limits);
      await this.#prefer(plan, limits);
      await this.#point(change, limits);
      const placed = await this.#check(plan, limits);
      await this.#takeOwnKeyOut(limits);
      await this.#proveThroughGateway(placed, limits);
      await this.#remove(plan, limits);
      const { staying } = plan;
      return { ...placed, staying, warnings: [...this.#warnings, ...placed.warnings] };
    } catch (thrown) {
      if (!limits.signal.aborted) await this.#takeBack(plan, limits.signal);
      throw thrown;
    }
  }

  async #look(limits: CallLimits): Promise<Plan> {
    this.#begin('looking');
    const { secret, before } = this.#credential;
    await this.#openclaw.knowVersion(limits);
    const order = await this.#store.order(limits);
    const plan = planFor(secret, before, order, this.#openclaw.provider, this.#credential);
    this.#goTo(plan);
    return plan;
  }

  /**
   * A version that cannot remove one of several (2026.4.15, 2026.5.22) gets the new one in the place of the first of them:
   * nothing uses it, and they do not become more with every credential. What cannot be removed has to stay out of the order.
   */
  async #clear(plan: Plan, limits: CallLimits): Promise<Plan> {
    this.#begin('clearing');
    let now = plan;
    for (const profile of plan.leftovers) {
      const said = this.#warnings.length;
      if (await this.#logOut(profile, undefined, limits)) continue;
      if (now.profile !== plan.profile || plan.isStored) {
        now = { ...now, clearsOrder: false, preferred: now.preferred ?? [now.profile] };
        continue;
      }
      this.#warnings.length = said;
      now = renamed(now, profile);
    }
    this.#goTo(now);
    return now;
  }

  #goTo({ profile }: Plan): void {
    this.#openclaw.recipient = { ...this.#openclaw.recipient, profile };
  }

  async #storeIt({ guard, isStored, profile }: Plan, limits: CallLimits): Promise<void> {
    this.#begin('storing');
    const { method, secret } = this.#credential;
    if (guard) await this.#store.setOrder(guard, limits);
    if (isStored) return;
    if (method === 'api-key' && this.#openclaw.pastesKeys)
      return this.#store.pasteKey(profile, secret, limits);
    const prompt = await this.#options.openPrompt();
    try {
      await prompt.paste(secret, limits);
    } finally {
      void prompt.close();
    }
  }

  /**
   * Returns the change of the default model, for which OpenClaw starts beside the turn; undefined: none is needed, or it
   * has not. The turn is first: a box may allow one session at a time. A provider that is busy is asked twice.
   */
  async #proveIt({ profile }: Plan, limits: CallLimits): Promise<ModelChange | undefined> {
    this.#begin('proving');
    const { model } = this.#credential;
    const { liveProof = true } = this.#options;
    const ask = async (): Promise<Verdict> =>
      liveProof ? this.#openclaw.prove(profile, model, limits) : { ok: true };
    const vain = new AbortController();
    const asked = ask();
    const change = this.#changeAhead({ ...limits, signal: AbortSignal.any([limits.signal, vain.signal]) });
    let verdict: Verdict | undefined;
    try {
      verdict = await asked;
    } finally {
      if (!verdict?.ok) vain.abort(new KeyferryError('cancelled'));
    }
    if (verdict.ok) return change;
    if (mayPass(verdict.code)) {
      await sleep(this.#options.againAfterMs ?? AGAIN_AFTER_MS, undefined, { signal: limits.signal });
      verdict = await ask();
    }
    if (!verdict.ok) throw new KeyferryError(verdict.code, { screen: verdict.words });
    return undefined;
  }

  #changeAhead(limits: CallLimits): ModelChange | undefined {
    const { model, before } = this.#credential;
    const isWorthIt = this.#needsDefault && mayUse(model, before.allowed);
    return isWorthIt ? (this.#options.modelChange ?? this.#openclaw.openModelChange(limits)) : undefined;
  }

  /**
   * Where the configuration's own key is to go, an order is set in any case: by that an attempt after this one sees that the
   * new one may be answering, and takes nothing back.
   */
  async #prefer({ preferred, profile }: Plan, limits: CallLimits): Promise<void> {
    this.#begin('preferring');
    const order = preferred ?? (this.#credential.isOverridden ? [profile] : undefined);
    if (!order) return;
    this.#isPreferred = true;
    await this.#store.setOrder(order, limits);
  }

  /** By then the new one is proved and first, and answers as soon as the word is out; an attempt before may have done it. */
  async #takeOwnKeyOut(limits: CallLimits): Promise<void> {
    const { ownKey, provider } = this.#openclaw;
    const { auth, apiKey } = this.#credential.isOverridden ? await ownKey.state(limits) : {};
    if (auth !== undefined || apiKey !== undefined) {
      const left = this.#ownKey;
      this.#ownKey = { auth: auth ?? left?.auth, apiKey: apiKey ?? left?.apiKey };
      await this.#options.ownKey?.keep(this.#ownKey);
      await ownKey.takeOut({ auth, apiKey }, limits);
    }
    if (this.#ownKey) this.#warnings.push(takenOut(provider, this.#ownKey));
  }

  /** The last thing that can fail: chats of the customer's are answered by the gateway, if one runs, which may go by other rules. */
  async #proveThroughGateway(
    { defaultModel }: Pick<Placed, 'defaultModel'>,
    limits: CallLimits,
  ): Promise<void> {
    const { liveProof = true, againAfterMs } = this.#options;
    const { provider } = this.#openclaw;
    if (!liveProof || !defaultModel.startsWith(`${provider.openclaw.id}/`)) return;
    const agent = agentOf(this.#credential.before);
    const turn = await this.#openclaw.turnThroughGateway(agent, limits, againAfterMs);
    this.#warnings.push(...checkGatewayTurn(turn));
  }

  async #point(change: ModelChange | undefined, limits: CallLimits): Promise<void> {
    this.#begin('pointing');
    const { model, before } = this.#credential;
    if (!this.#needsDefault) return;
    this.#isPointed = true;
    if (change && (await change.to(model))) return;
    await this.#openclaw.setDefaultModel(model, before.allowed, limits);
  }

  /** OpenClaw itself says that it holds, and would use, this very credential. */
  async #check({ profile }: Plan, limits: CallLimits): Promise<Omit<Placed, 'staying'>> {
    const { model, before, secret } = this.#credential;
    const { provider, recipient } = this.#openclaw;
    const status = await this.#openclaw.status(limits, recipient.agent ?? agentOf(before));
    const defaultModel = this.#needsDefault ? model : status.resolvedDefault;
    const warnings = checkStatus(status, { provider, profile, model: defaultModel, token: secret });
    return { profile, defaultModel, warnings };
  }

  /** The new one answers: what goes wrong from here on is told, and stops nothing. */
  async #remove({ removed, clearsOrder }: Plan, limits: CallLimits): Promise<void> {
    this.#begin('removing');
    const { replaces } = this.#credential;
    const isGone = removed === undefined || (await this.#logOut(removed, replaces?.hint, limits));
    if (!isGone || !clearsOrder || !this.#isPreferred) return;
    await this.#store.setOrder([], limits).catch(() => limits.signal.throwIfAborted());
  }

  /**
   * Everything is as it was; where that cannot be, the order leaves the new one out. What answered before comes first
   * again before the new one goes. Never throws.
   */
  async #takeBack({ profile, isServing, guard, before }: Plan, signal: AbortSignal): Promise<void> {
    const limits = { signal, timeoutMs: TAKE_BACK_MS };
    const order = (profiles: readonly string[]) => this.#store.setOrder(profiles, limits).catch(() => {});
    if (this.#ownKey) await this.#openclaw.ownKey.putBack(this.#ownKey, limits).catch(() => {});
    if (this.#isPreferred) await order(guard ?? before);
    if (this.#isPointed) await this.#pointBack(limits).catch(() => {});
    if (isServing) return;
    const { hint } = this.#credential.secret;
    const isGone = await this.#logOut(profile, hint, limits).catch(() => false);
    if (guard && isGone) await order(before);
  }

  async #pointBack(limits: CallLimits): Promise<void> {
    const { resolvedDefault, allowed } = this.#credential.before;
    if (resolvedDefault !== '') await this.#openclaw.setDefaultModel(resolvedDefault, allowed, limits);
  }

  /** Takes one of our profiles out of the agent's store; what prevents it is told, and does not stop the rest. */
  async #logOut(profile: string, hint: string | undefined, limits: CallLimits): Promise<boolean> {
    const { commands, provider, recipient } = this.#openclaw;
    const removal = new ProfileRemoval(commands, { provider, profile, hint });
    try {
      const { outcome } = await removal.removeFrom([recipient.agent], limits);
      if (outcome === 'replaced')
        this.#warnings.push(`${profile} holds another credential than Keyferry's: it was left there.`);
      this.#warnings.push(...removal.warnings);
      return outcome !== 'replaced';
    } catch (thrown) {
      limits.signal.throwIfAborted();
      const { message } = toKeyferryError(thrown);
      this.#warnings.push(`${profile} is still stored; the order leaves it out. ${message}`);
      return false;
    }
  }

  get #needsDefault(): boolean {
    const { becomesDefault, before, model } = this.#credential;
    if (before.resolvedDefault === model) return false;
    const inUse = before.resolvedDefault.split('/', 1)[0] ?? '';
    return becomesDefault ?? (inUse === '' || before.auth.missingProvidersInUse.includes(inUse));
  }

  #begin(step: Step): void {
    this.#options.onStep?.(step);
  }
}

function takenOut({ name, openclaw }: ProviderRow, { auth, apiKey }: OwnKeyState): string {
  const entry = `models.providers.${openclaw.id}`;
  const word = auth === undefined ? undefined : `auth: "${auth}"`;
  if (apiKey === undefined)
    return `A key of the configuration's own answered for ${name}: ${word} was taken out of ${entry}, and the key left there.`;
  const words = [...(word ? [word] : []), `apiKey (${apiKey})`].join(' and ');
  return `A key that the configuration names answered for ${name}: ${words} of ${entry} taken out; the key itself stays where it is.`;
}
