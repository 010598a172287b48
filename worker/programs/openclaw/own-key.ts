import { z } from 'zod';
import type { ProviderRow } from '../../../core/contract/providers.ts';
import type { CallLimits } from '../../transports/transport.ts';
import { BoxConfig, type Change } from './box-config.ts';
import type { Commands } from './commands.ts';
import { entryPath } from './provider-entry.ts';

const EntrySchema = z.object({
  auth: z.literal('api-key'),
  apiKey: z.union([z.string().min(1), z.looseObject({})]),
});
const AuthSchema = z.object({ auth: z.string().max(40) });

/**
 * Whether an entry of `models.providers` has a key of its own answer in the place of a stored profile: it says
 * `auth: "api-key"` and has a key, or names a variable. Without that word neither does, whatever `models status` calls
 * effective (turns of 2026.4.15, 2026.7.1 and 2026.9.6: docs/fleet.md). Pure.
 */
export function usesOwnKey(entry: unknown): boolean {
  return EntrySchema.safeParse(entry).success;
}

/**
 * What a box's configuration says of a provider's own key. That one word is taken out and put back: the key, or the variable,
 * stays where it is and is used by nothing, so that nothing secret is read, moved or copied.
 */
export class OwnKey {
  readonly #commands: Commands;
  readonly #path: string;

  constructor(commands: Commands, { openclaw }: ProviderRow) {
    this.#commands = commands;
    this.#path = entryPath(openclaw.id);
  }

  /** Whether it answers in the place of a stored profile. */
  async isUsed(limits: CallLimits): Promise<boolean> {
    return usesOwnKey(await this.#entry(limits));
  }

  /** The entry's `auth`; undefined if it has none. */
  async auth(limits: CallLimits): Promise<string | undefined> {
    return AuthSchema.safeParse(await this.#entry(limits)).data?.auth;
  }

  /** From then on a stored profile answers. */
  async takeOut(limits: CallLimits): Promise<void> {
    await this.#apply({ path: `${this.#path}.auth` }, limits);
  }

  async putBack(auth: string, limits: CallLimits): Promise<void> {
    await this.#apply({ path: `${this.#path}.auth`, value: auth }, limits);
  }

  #entry(limits: CallLimits): Promise<unknown> {
    return new BoxConfig(this.#commands).value(this.#path, limits);
  }

  async #apply(change: Change, limits: CallLimits): Promise<void> {
    const wantsRestart = await new BoxConfig(this.#commands).apply([change], limits);
    // 2026.4.15 says so; the versions since take it up by themselves. Without a service there is none to restart.
    if (wantsRestart) await this.#commands.anyEnd(['gateway', 'restart'], limits);
  }
}
