import type { ConnectionRecord } from '../../core/contract/connection-record.ts';
import type { ErrorCode } from '../../core/contract/errors.ts';
import { plainText } from '../../core/contract/plain-text.ts';
import { isModelOf, type ProviderRow } from '../../core/contract/providers.ts';
import { choose, know } from '../handshake/choice.ts';
import { inOrder, listedProfiles } from '../programs/openclaw/models-status.ts';
import { isOwn } from '../programs/openclaw/own-profiles.ts';
import { ProfileStore } from '../programs/openclaw/profile-store.ts';
import type { Transport } from '../transports/transport.ts';
import { type OnBoxOptions, withOpenClaw } from './with-openclaw.ts';

/** Milliseconds for one of OpenClaw's commands: 2026.4.15 takes over a minute on a busy box. */
const COMMAND_MS = 2 * 60_000;
/** Milliseconds for the turn. */
const TURN_MS = 3 * 60_000;

/**
 * Makes one real turn that only this connection's credential can answer. Undefined: it answered; otherwise what its
 * provider said, an error of the catalogue. Throws a `KeyferryError` where the box could not be asked.
 */
export async function testOnBox(
  transport: Transport,
  row: ProviderRow,
  { profile, model }: Pick<ConnectionRecord, 'profile' | 'model'>,
  options: OnBoxOptions,
): Promise<ErrorCode | undefined> {
  return withOpenClaw(transport, row, options, async (openclaw, within) => {
    const known = await know(openclaw, within(COMMAND_MS));
    const asked =
      model !== null && isModelOf(row, model) ? model : await choose(openclaw, known, within(COMMAND_MS));
    const verdict = await openclaw.prove(profile, asked, within(TURN_MS));
    return verdict.ok ? undefined : verdict.code;
  });
}

/** Has OpenClaw use these of the provider's profiles in this order, and those that are not Keyferry's after them. */
export async function orderOnBox(
  transport: Transport,
  row: ProviderRow,
  profiles: readonly string[],
  options: OnBoxOptions,
): Promise<void> {
  return withOpenClaw(transport, row, options, async (openclaw, within) => {
    await know(openclaw, within(COMMAND_MS));
    const store = new ProfileStore(openclaw.commands, row, openclaw.recipient.agent);
    const there = (await store.order(within(COMMAND_MS))) ?? [];
    const others = there.filter((id) => !profiles.includes(id));
    await store.setOrder([...profiles, ...others], within(COMMAND_MS));
  });
}

/** A profile of a provider's, as OpenClaw shows it. */
export interface ProfileOnBox {
  profile: string;
  /** Its first and last characters. */
  shown: string;
  /** Its name is one that Keyferry gives. */
  isOurs: boolean;
  /** Why OpenClaw does not use it for now. */
  state: string | undefined;
}

/** What OpenClaw has of a provider, in the order in which it uses it. */
export async function listOnBox(
  transport: Transport,
  row: ProviderRow,
  options: OnBoxOptions,
): Promise<ProfileOnBox[]> {
  return withOpenClaw(transport, row, options, async (openclaw, within) => {
    const { before } = await know(openclaw, within(COMMAND_MS));
    const shown = new Map(listedProfiles(before, row).map((one) => [one.id, one.shown]));
    return inOrder(before, row).map((profile) => {
      const unusable = before.auth.unusableProfiles.find(({ profileId }) => profileId === profile);
      const state = unusable && [unusable.kind, unusable.reason].filter(Boolean).join(', ');
      return { profile, shown: plainText(shown.get(profile) ?? ''), isOurs: isOwn(profile, row), state };
    });
  });
}
