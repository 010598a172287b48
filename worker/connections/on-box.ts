import type { ConnectionRecord } from '../../core/contract/connection-record.ts';
import { type ErrorCode, KeyferryError } from '../../core/contract/errors.ts';
import { plainText } from '../../core/contract/plain-text.ts';
import { isModelOf, type ProviderRow, rowAs } from '../../core/contract/providers.ts';
import { choose, know } from '../handshake/choice.ts';
import { EndpointEntries } from '../programs/openclaw/endpoint-entries.ts';
import { agentOf, inOrder, listedProfiles, type Status } from '../programs/openclaw/models-status.ts';
import type { OpenClaw } from '../programs/openclaw/openclaw.ts';
import { isOwn } from '../programs/openclaw/own-profiles.ts';
import { ProfileStore } from '../programs/openclaw/profile-store.ts';
import type { CallLimits, Transport } from '../transports/transport.ts';
import { type OnBoxOptions, withOpenClaw } from './with-openclaw.ts';

/** Milliseconds for one of OpenClaw's commands: 2026.4.15 takes over a minute on a busy box. */
const COMMAND_MS = 2 * 60_000;
/** Milliseconds for the turn. */
const TURN_MS = 3 * 60_000;

/** What a test has seen of a connection. */
export interface Tested {
  /** Undefined: it answered; otherwise what is wrong, an error of the catalogue. */
  verdict: ErrorCode | undefined;
  /** A turn has shown that; otherwise it was read in the configuration, and none was made. */
  isByTurn: boolean;
  /**
   * A turn through the gateway was answered, too, with a stored profile: this one, as it is the only one, or one of several, as
   * the gateway does not say which. Undefined: nothing of that was seen.
   */
  throughGateway: 'this' | 'one of several' | undefined;
}

/** The same as `testedOnBox`; undefined: it answered, otherwise what is wrong, an error of the catalogue. */
export async function testOnBox(...words: Parameters<typeof testedOnBox>): Promise<ErrorCode | undefined> {
  return (await testedOnBox(...words)).verdict;
}

/**
 * Makes one real turn that only this connection's credential can answer; where a gateway runs whose default model is the
 * provider's, one through that as well, as chats are. Throws a `KeyferryError` where the box could not be asked.
 */
export async function testedOnBox(
  transport: Transport,
  row: ProviderRow,
  connection: Pick<ConnectionRecord, 'method' | 'profile' | 'model' | 'endpoint'>,
  options: OnBoxOptions,
): Promise<Tested> {
  return withOpenClaw(transport, row, options, async (openclaw, within) => {
    const known = await know(openclaw, within(COMMAND_MS));
    const { before } = known;
    const told = (verdict: ErrorCode | undefined, throughGateway?: Tested['throughGateway']) => ({
      verdict,
      isByTurn: true,
      throughGateway,
    });
    // Named, the profile would answer; the customer's chats name none. Claude Code's own login does not go by it.
    const isLogin = connection.method === 'claude-login';
    if (known.isOverridden && !connection.endpoint && !isLogin)
      return { ...told('credential_overridden'), isByTurn: false };
    const model = modelOf(connection) ?? connection.model;
    const { profile } = connection;
    const asked =
      model !== null && isModelOf(row, model)
        ? model
        : row.endpoint
          ? await declaredModel(openclaw, row, within(COMMAND_MS))
          : await choose(openclaw, known, within(COMMAND_MS));
    const verdict = await openclaw.prove(profile, asked, within(TURN_MS));
    if (!verdict.ok) return told(verdict.code);
    if (isLogin || !isModelOf(row, before.resolvedDefault)) return told(undefined);
    const turn = await openclaw.turnThroughGateway(agentOf(before), within(TURN_MS));
    if (turn?.by === 'other') return told('credential_overridden');
    // What a gateway sends is its own matter, and not the customer's: named, the credential has just answered.
    if (turn?.by === 'unseen' && turn.isRefused) return told('gateway_refuses');
    return told(undefined, turn?.by === 'profile' ? whose(before, row, profile) : undefined);
  });
}

function whose(status: Status, row: ProviderRow, profile: string): Tested['throughGateway'] {
  const listed = listedProfiles(status, row);
  return listed.length === 1 && listed[0]?.id === profile ? 'this' : 'one of several';
}

/** Throws `model_not_offered` where the configuration has no such address. */
async function declaredModel(openclaw: OpenClaw, row: ProviderRow, limits: CallLimits): Promise<string> {
  const entries = new EndpointEntries(openclaw.commands, row, openclaw.recipient.agent);
  const { id } = row.openclaw;
  const model = (await entries.list(limits)).find((entry) => entry.id === id)?.models[0];
  if (model === undefined)
    throw new KeyferryError('model_not_offered', { detail: `Its configuration has no models of ${id}.` });
  return model;
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

/**
 * The order of addresses of the customer's own: each has a provider of its own in OpenClaw, which orders no providers. What it
 * has is a default model, and that becomes the first one's where it is one of theirs.
 */
export async function preferOnBox(
  transport: Transport,
  row: ProviderRow,
  connections: readonly Pick<ConnectionRecord, 'profile' | 'model' | 'endpoint'>[],
  options: OnBoxOptions,
): Promise<void> {
  const models = connections.map(modelOf);
  const [first] = models;
  if (first === undefined) return;
  return withOpenClaw(transport, row, options, async (openclaw, within) => {
    const { before } = await know(openclaw, within(COMMAND_MS));
    const inUse = before.resolvedDefault.split('/', 1)[0];
    const isTheirs = models.some((model) => model?.split('/', 1)[0] === inUse);
    if (isTheirs && before.resolvedDefault !== first)
      await openclaw.setDefaultModel(first, before.allowed, within(COMMAND_MS));
  });
}

/** The model by which an address was proved, as OpenClaw names it. */
function modelOf({ profile, endpoint }: Pick<ConnectionRecord, 'profile' | 'endpoint'>): string | undefined {
  const [id] = profile.split(':', 1);
  return endpoint && `${id}/${endpoint.models[0]}`;
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
  /** The address of the customer's own for which it is. */
  baseUrl?: string;
}

/** What OpenClaw has of a provider, in the order in which it uses it. */
export async function listOnBox(
  transport: Transport,
  row: ProviderRow,
  options: OnBoxOptions,
): Promise<ProfileOnBox[]> {
  return withOpenClaw(transport, row, options, async (openclaw, within) => {
    const { before } = await know(openclaw, within(COMMAND_MS));
    if (!row.endpoint) return profilesOf(before, row);
    const entries = new EndpointEntries(openclaw.commands, row, openclaw.recipient.agent);
    const all = await entries.list(within(COMMAND_MS));
    return all.flatMap(({ id, baseUrl }) =>
      profilesOf(before, rowAs(row, id)).map((one) => ({ ...one, baseUrl: plainText(baseUrl) })),
    );
  });
}

function profilesOf(before: Status, row: ProviderRow): ProfileOnBox[] {
  const shown = new Map(listedProfiles(before, row).map((one) => [one.id, one.shown]));
  return inOrder(before, row).map((profile) => {
    const unusable = before.auth.unusableProfiles.find(({ profileId }) => profileId === profile);
    const state = unusable && [unusable.kind, unusable.reason].filter(Boolean).join(', ');
    return { profile, shown: plainText(shown.get(profile) ?? ''), isOurs: isOwn(profile, row), state };
  });
}
