import { z } from 'zod';
import type { ProviderRow } from '../../../core/contract/providers.ts';
import type { CallLimits } from '../../transports/transport.ts';
import { BoxConfig, type Change } from './box-config.ts';
import { type Commands, succeeded } from './commands.ts';
import { findJson } from './models-status.ts';
import { NAMED_KEY } from './named-key.script.ts';
import { entryPath } from './provider-entry.ts';
import { usesNamedKeys } from './versions.ts';

const EntrySchema = z.object({
  auth: z.literal('api-key'),
  apiKey: z.union([z.string().min(1), z.looseObject({})]),
});
/** A key, or where it is. */
const KeySchema = EntrySchema.pick({ apiKey: true });
/** The one word that has a key answer; any other (`token`, `oauth`) stays. */
const AuthSchema = z.object({ auth: z.literal('api-key') });

/** Where a key is, in OpenClaw's own words: a variable's name, or a SecretRef. Nothing of it is secret. */
const PlaceSchema = z.union([
  z.string().regex(/^\$\{[A-Za-z_][A-Za-z0-9_]{0,99}\}$/),
  z.strictObject({
    source: z.string().max(20),
    provider: z.string().max(60).optional(),
    id: z.string().max(150),
  }),
]);
const NamedSchema = z.object({ named: PlaceSchema });

/** Bytes of what the script answers. */
const MOST_BYTES = 4_096;

/**
 * Whether an entry of `models.providers` has a key of its own answer in the place of a stored profile: it says
 * `auth: "api-key"` and has a key, or names a variable. Turns of 2026.4.15, 2026.7.1 and 2026.9.6: docs/fleet.md. For what a
 * gateway of 2026.9.6 makes of a variable that is named without that word, see `OwnKey`. Pure.
 */
export function usesOwnKey(entry: unknown): boolean {
  return EntrySchema.safeParse(entry).success;
}

/**
 * What of an entry has its own key answer. Nothing of it is secret. `apiKey`: where the key is: `${NAME}`, or a SecretRef as
 * JSON; undefined: it has none, or has the key itself.
 */
export const OwnKeyStateSchema = z.object({ auth: z.string().optional(), apiKey: z.string().optional() });
export type OwnKeyState = z.infer<typeof OwnKeyStateSchema>;

/**
 * What a box's configuration says of a provider's own key. Taken out is the word, and the key's place where the entry names a
 * variable or a SecretRef: a gateway of 2026.9.6 goes on with that one, whether the word is there or not. The variable stays,
 * and answers where nothing is stored; so does a key that stands in the entry itself, so that nothing secret is read, moved or
 * copied.
 */
export class OwnKey {
  readonly #commands: Commands;
  readonly #id: string;
  readonly #path: string;

  constructor(commands: Commands, { openclaw }: { openclaw: Pick<ProviderRow['openclaw'], 'id'> }) {
    this.#commands = commands;
    this.#id = openclaw.id;
    this.#path = entryPath(openclaw.id);
  }

  /** Whether it answers in the place of a stored profile. */
  async isUsed(limits: CallLimits): Promise<boolean> {
    return usesOwnKey(await this.#entry(limits)) || (await this.isNamed(limits));
  }

  /** Whether the gateway that runs uses a variable that the entry names, whatever else stands there and is stored. */
  async isNamed(limits: CallLimits): Promise<boolean> {
    const { hasGateway, version } = this.#commands;
    if (!hasGateway || !usesNamedKeys(version)) return false;
    const place = await this.#place(limits);
    return typeof place === 'object' ? place.source === 'env' : place !== undefined;
  }

  /** What stands there of it now; `hasKey`: the key itself. */
  async state(limits: CallLimits): Promise<OwnKeyState & { hasKey: boolean }> {
    const entry = await this.#entry(limits);
    const { auth } = AuthSchema.safeParse(entry).data ?? {};
    const place = await this.#place(limits);
    const hasKey = place === undefined && KeySchema.safeParse(entry).success;
    return { auth, apiKey: typeof place === 'object' ? JSON.stringify(place) : place, hasKey };
  }

  /** From then on a stored profile answers. The place goes first: with the word alone one does. */
  async takeOut({ auth, apiKey }: OwnKeyState, limits: CallLimits): Promise<void> {
    const paths = [...(apiKey === undefined ? [] : ['apiKey']), ...(auth === undefined ? [] : ['auth'])];
    await this.#apply(
      paths.map((path) => ({ path: `${this.#path}.${path}` })),
      limits,
    );
  }

  async putBack({ auth, apiKey }: OwnKeyState, limits: CallLimits): Promise<void> {
    const place = apiKey?.startsWith('{') ? PlaceSchema.parse(JSON.parse(apiKey)) : apiKey;
    await this.#apply(
      [
        ...(place === undefined ? [] : [{ path: `${this.#path}.apiKey`, value: place }]),
        ...(auth === undefined ? [] : [{ path: `${this.#path}.auth`, value: auth }]),
      ],
      limits,
    );
  }

  #entry(limits: CallLimits): Promise<unknown> {
    return new BoxConfig(this.#commands).value(this.#path, limits);
  }

  /** Undefined also where the configuration includes the entry from another file, or there is no Node to read it with. */
  async #place({ signal, timeoutMs }: CallLimits) {
    const first = ['sh', '-c', NAMED_KEY, 'sh', this.#id] as const;
    const result = await this.#commands.through(first, [], { signal, timeoutMs, maxBytes: MOST_BYTES });
    if (result.exit.kind === 'lost') throw this.#commands.failed(['config', 'get'], result);
    return succeeded(result) ? NamedSchema.safeParse(findJson(result.stdout)).data?.named : undefined;
  }

  async #apply(changes: readonly Change[], limits: CallLimits): Promise<void> {
    const wantsRestart = await new BoxConfig(this.#commands).apply(changes, limits);
    // 2026.4.15 says so; the versions since take it up by themselves. Without a service there is none to restart.
    if (wantsRestart) await this.#commands.anyEnd(['gateway', 'restart'], limits);
  }
}
