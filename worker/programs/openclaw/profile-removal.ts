import { setTimeout as sleep } from 'node:timers/promises';
import { KeyferryError } from '../../../core/contract/errors.ts';
import type { ProviderRow } from '../../../core/contract/providers.ts';
import type { CallLimits } from '../../transports/transport.ts';
import { type Commands, succeeded } from './commands.ts';
import type { Status } from './models-status.ts';
import { isOwn } from './own-profiles.ts';
import {
  isOurs,
  isWithoutLogout,
  othersThan,
  readEveryAgent,
  readOrder,
  readWholeStatus,
  traceOf,
} from './profile-trace.ts';
import { logsOutOfOne } from './versions.ts';

/** What became of the profile at one agent. */
export type Removed =
  /** By this run. */
  | 'removed'
  /** OpenClaw named no such profile. */
  | 'absent'
  /** Another credential stands under its name, which was left there. */
  | 'replaced';

const UNCONFIRMED =
  'A running gateway has not confirmed that it knows: `openclaw gateway restart` on the box makes sure.';
const UNTOLD =
  'This version of OpenClaw does not tell a running gateway: `openclaw gateway restart` on the box makes sure.';
/** Milliseconds in which a gateway takes up another configuration; a command after it takes as long again to begin. */
const TAKEN_UP_MS = 2_000;
const NAME_LEFT = "OpenClaw's configuration keeps the profile's name, without a credential.";

/** One profile, which is to go. */
export interface Target {
  provider: ProviderRow;
  profile: string;
  /** The last characters of the credential that Keyferry stored, if they are known. */
  hint: string | undefined;
  /** First digits of its SHA-256, if they are known; for a login that Claude Code keeps: of the account's. */
  account?: string | undefined;
}

/** Hears what became of the profile at an agent, and that OpenClaw has named it no more when asked again. */
export type Saw = (what: Removed | 'clean', agent: string | undefined) => void;

/** Removes a profile of Keyferry's by OpenClaw's own commands, and has OpenClaw prove that it is gone. */
export class ProfileRemoval {
  readonly #commands: Commands;
  readonly #target: Target;
  readonly #saw: Saw;
  #isUnnamed = false;
  /** What OpenClaw said on the way that support should know. */
  readonly warnings = new Set<string>();

  /** `saw` hears what was seen, when it was. */
  constructor(commands: Commands, target: Target, saw: Saw = () => {}) {
    this.#commands = commands;
    this.#target = target;
    this.#saw = saw;
  }

  /** The agents that OpenClaw has. */
  async agents(limits: CallLimits): Promise<string[]> {
    return this.#commands.ask(['agents', 'list', '--json'], limits, readEveryAgent);
  }

  /**
   * Removes it from the stores of these agents, of which there is at least one; undefined is the default one. Throws
   * `profile_not_removed` unless OpenClaw then names it nowhere. Returns what became of it, and the first agent's status.
   */
  async removeFrom(
    agents: readonly (string | undefined)[],
    limits: CallLimits,
  ): Promise<{ outcome: Removed; status: Status }> {
    const done: { agent: string | undefined; removed: Removed; status: Status }[] = [];
    for (const agent of agents) {
      const status = await this.#status(agent, limits);
      const removed = await this.#remove(agent, status, limits);
      this.#saw(removed, agent);
      done.push({ agent, removed, status });
    }
    for (const one of done) {
      // Other agents may use the credentials of the first: what was removed from one is gone from all.
      if (one.removed === 'removed') one.status = await this.#status(one.agent, limits);
      if (one.removed !== 'replaced') await this.#prove(one.agent, one.status, limits);
    }
    const outcomes = done.map(({ removed }) => removed);
    const outcome = (['removed', 'replaced'] as const).find((each) => outcomes.includes(each)) ?? 'absent';
    return { outcome, status: (done[0] as (typeof done)[number]).status };
  }

  /**
   * The configuration no longer names the profile, which answers still; whether it has. Logged out in one go with its name, as
   * OpenClaw does it, it may leave a running gateway of 2026.9.6 without an answer to any chat (“prepared model runtime plugin
   * generation was superseded”) until something else changes there.
   */
  async unname(limits: CallLimits): Promise<boolean> {
    const unset = ['config', 'unset', `auth.profiles.${this.#target.profile}`];
    this.#isUnnamed = succeeded(await this.#commands.anyEnd(unset, limits));
    return this.#isUnnamed;
  }

  #status(agent: string | undefined, limits: CallLimits): Promise<Status> {
    return this.#commands.ask(['models', 'status', '--json', ...of(agent)], limits, readWholeStatus);
  }

  /** Removes it, unless it is not there, or is not what Keyferry stored. `before`: that agent's status. */
  async #remove(agent: string | undefined, before: Status, limits: CallLimits): Promise<Removed> {
    const { provider, profile, hint } = this.#target;
    const { places, credential } = traceOf(before, profile, provider);
    if (places.length === 0) return 'absent';
    if (!isOurs(credential, hint, isOwn(profile, provider))) return 'replaced';
    const { hasGateway, version } = this.#commands;
    if (hasGateway && !this.#isUnnamed && logsOutOfOne(version) && (await this.unname(limits)))
      await sleep(TAKEN_UP_MS, undefined, { signal: limits.signal });
    const args = ['models', 'auth', 'logout', profile, '--yes', ...of(agent)];
    const result = await this.#commands.anyEnd(args, limits);
    const printed = this.#commands.printed(result);
    if (isWithoutLogout(printed)) await this.#removeAll(agent, before, limits);
    else if (!succeeded(result)) throw this.#commands.failed(args, result);
    else if (/gateway restart/.test(printed)) this.warnings.add(UNCONFIRMED);
    return 'removed';
  }

  /** OpenClaw itself names it nowhere: neither in an agent's status nor in the order in which profiles are used. */
  async #prove(agent: string | undefined, status: Status, limits: CallLimits): Promise<void> {
    const { provider, profile } = this.#target;
    const order = await this.#order(agent, limits);
    const isOrdered = order?.includes(profile) ? await this.#isStillOrdered(order, agent, limits) : false;
    const { places } = traceOf(status, profile, provider);
    const left = [...places, ...(isOrdered ? ['the order of its profiles'] : [])];
    if (left.length === 0) return this.#saw('clean', agent);
    const whose = agent === undefined ? '' : ` (agent ${agent})`;
    throw new KeyferryError('profile_not_removed', {
      detail: `${profile} is still in ${left.join(' and ')}${whose}.`,
    });
  }

  #order(agent: string | undefined, limits: CallLimits): Promise<string[] | undefined> {
    const words = ['models', 'auth', 'order', 'get', ...this.#ofProvider, '--json', ...of(agent)];
    return this.#commands.ask(words, limits, readOrder);
  }

  /** Its removal takes it out of the order, but not where somebody has removed it in another way. */
  async #isStillOrdered(
    order: readonly string[],
    agent: string | undefined,
    limits: CallLimits,
  ): Promise<boolean> {
    const { profile } = this.#target;
    const others = order.filter((id) => id !== profile);
    const words = others.length > 0 ? ['set', ...this.#ofProvider, ...of(agent), ...others] : undefined;
    const clear = ['clear', ...this.#ofProvider, ...of(agent)];
    await this.#commands.run(['models', 'auth', 'order', ...(words ?? clear)], limits);
    return (await this.#order(agent, limits))?.includes(profile) ?? false;
  }

  get #ofProvider(): readonly string[] {
    return ['--provider', this.#target.provider.openclaw.id];
  }

  /**
   * For versions that can only remove all of a provider's profiles (2026.4.15 and 2026.5.22): refused if there is any
   * other, because only ours is Keyferry's to remove. One of ours that the order leaves out is in no use, and may go.
   */
  async #removeAll(agent: string | undefined, before: Status, limits: CallLimits): Promise<void> {
    const { provider, profile } = this.#target;
    const order = await this.#order(agent, limits);
    const isUnused = (id: string) => isOwn(id, provider) && order !== undefined && !order.includes(id);
    const others = othersThan(before, profile, provider).filter((id) => !isUnused(id));
    if (others.length > 0)
      throw new KeyferryError('profile_not_separable', { detail: `It also has: ${others.join(', ')}.` });
    const words = ['infer', 'model', 'auth', 'logout', ...this.#ofProvider, '--json', ...of(agent)];
    await this.#commands.run(words, limits);
    this.warnings.add(UNTOLD);
    // Only the credential is gone so far; `models auth logout` would have seen to this, too.
    const unset = await this.#commands.anyEnd(['config', 'unset', `auth.profiles.${profile}`], limits);
    if (!succeeded(unset)) this.warnings.add(NAME_LEFT);
  }
}

const of = (agent: string | undefined): readonly string[] => (agent === undefined ? [] : ['--agent', agent]);
