import { z } from 'zod';
import { type ErrorCode, KeyferryError, toKeyferryError } from '../../core/contract/errors.ts';
import { rowAs, rowOf } from '../../core/contract/providers.ts';
import { Redactor } from '../../core/secrets/redaction.ts';
import type { OpenClawOnBox } from '../boxes/survey.ts';
import { secondsAhead } from '../doctor/findings/clock.ts';
import type { BoxSeen } from '../doctor/see-box.ts';
import { ClaudeLogin } from '../programs/claude/login-status.ts';
import { BoxConfig } from '../programs/openclaw/box-config.ts';
import { Commands } from '../programs/openclaw/commands.ts';
import { deadEnd } from '../programs/openclaw/dead-ends.ts';
import { loginRoute } from '../programs/openclaw/login-proof.ts';
import {
  agentOf,
  findJson,
  listedProfiles,
  type Status,
  StatusSchema,
} from '../programs/openclaw/models-status.ts';
import { OwnKey, usesOwnKey } from '../programs/openclaw/own-key.ts';
import { ProfileStore } from '../programs/openclaw/profile-store.ts';
import type { BoxConnection, CallLimits, RunResult } from '../transports/transport.ts';
import { gatewayAlive } from './gateway-alive.ts';
import type { LookFacts, StatusSeen, Watched } from './read-look.ts';

export interface AskOptions {
  /** Aborting ends it; the reason is thrown. */
  signal: AbortSignal;
  /** OpenClaw's agent; by default its own default agent. */
  agent?: string | undefined;
  /** When it was last seen to work, a gateway answered there. */
  hadGateway?: boolean | undefined;
  /** Whatever the configuration has is asked about, not only what the records are of. */
  ofAll?: boolean | undefined;
}

/** Milliseconds for one of OpenClaw's commands: 2026.4.15 takes over a minute on a busy box. */
export const COMMAND_MS = 2 * 60_000;
/** Bytes of memory, swap included, below which OpenClaw is not started: it would be the look that breaks the box. */
const ROOM = 500 * 1024 * 1024;

/** What is asked depends on what was said: one command for a box with one credential of each provider. */
export async function askBox(
  sessions: BoxConnection,
  box: BoxSeen,
  records: readonly Watched[],
  { signal, agent, hadGateway = false, ofAll = false }: AskOptions,
): Promise<LookFacts> {
  const limits: CallLimits = { signal, timeoutMs: COMMAND_MS };
  const { facts, serving, openclaw, span } = box;
  const about = { gateways: facts.gateways, serving, ahead: secondsAhead(facts, span) };
  const nothing = {
    ...{ orders: new Map(), entries: undefined, providerKeys: new Map(), isSignedIn: undefined },
    gateway: undefined,
  };
  if (!openclaw || serving?.obstacle?.error === 'gateway_elsewhere')
    return { ...about, ...nothing, status: openclaw && { error: 'gateway_elsewhere' } };
  const { available = 0, swapFree = 0 } = facts.memory ?? {};
  if (facts.memory && available + swapFree < ROOM)
    return { ...about, ...nothing, status: { error: 'memory_short' } };
  const commands = new Commands(sessions, openclaw, new Redactor());
  const first = await statusOf(commands, agent, limits);
  if ('error' in first) return { ...about, ...nothing, status: first };
  // An agent's own model is told only of one that is named.
  const named = agent ?? (openclaw.config?.namesAgents ? agentOf(first.status) : undefined);
  const status = named === agent ? first : await statusOf(commands, named, limits);
  if ('error' in status) return { ...about, ...nothing, status };
  return {
    ...about,
    status,
    orders: await ordersOf(commands, status.status, records, named, limits),
    ...(await providersOf(commands, openclaw, { records, ofAll }, limits)),
    isSignedIn: await signedIn(sessions, box, status.status, records, limits),
    gateway: await gatewayAlive(commands, facts.gateways, hadGateway, limits),
    hadGateway,
  };
}

/** What `models status` says of an agent, or why it says nothing; throws where the link is lost. */
export async function statusOf(
  commands: Commands,
  agent: string | undefined,
  limits: CallLimits,
): Promise<StatusSeen> {
  const named = agent === undefined ? [] : ['--agent', agent];
  const result = await commands.anyEnd(['models', 'status', '--json', ...named], limits);
  if (result.exit.kind === 'lost') throw new KeyferryError('connection_lost', { detail: result.exit.reason });
  return readStatusSeen(result);
}

/** Seen in 2026.9.6, which says the same of its configuration where its database is damaged, and in 2026.7.1. */
const DAMAGED = /\bfile is not a database\b|database disk image is malformed|SQLITE_(?:CORRUPT|NOTADB)\b/;
const MOST_SAID = 16 * 1024;

/** What `models status --json` said, or why it said nothing. Pure. */
export function readStatusSeen({ stdout, stderr }: Pick<RunResult, 'stdout' | 'stderr'>): StatusSeen {
  const read = StatusSchema.safeParse(findJson(stdout) ?? findJson(stderr));
  if (read.success) return { status: read.data };
  const said = `${stdout.slice(-MOST_SAID)}\n${stderr.slice(-MOST_SAID)}`;
  const error: ErrorCode = DAMAGED.test(said) ? 'store_unreadable' : (deadEnd(said) ?? 'openclaw_failed');
  return { error };
}

/** Why a connection is unknown that a limit keeps out of use. */
const HELD: ErrorCode = 'usage_capped';

/** The order of those providers of which another profile may come before ours, or which a limit keeps out of use by having none. */
export async function ordersOf(
  commands: Commands,
  status: Status,
  records: readonly Watched[],
  agent: string | undefined,
  limits: CallLimits,
): Promise<Map<string, readonly string[] | undefined>> {
  const orders = new Map<string, readonly string[] | undefined>();
  for (const provider of new Set(records.map((record) => record.provider))) {
    const row = rowOf(provider);
    const isHeld = records.some((one) => one.provider === provider && one.reason === HELD);
    if (!row || row.endpoint || !(isHeld || mayBeBehind(status, provider, records))) continue;
    orders.set(row.openclaw.id, await new ProfileStore(commands, row, agent).order(limits));
  }
  return orders;
}

/** The status says who comes first, not whether somebody has set it so; 2026.4.15 says neither. Pure. */
export function mayBeBehind(status: Status, provider: string, records: readonly Watched[]): boolean {
  const row = rowOf(provider);
  if (!row) return false;
  const ours = new Set(records.filter((one) => one.provider === provider).map(({ profile }) => profile));
  if (listedProfiles(status, row).every(({ id }) => ours.has(id))) return false;
  const told = status.auth.oauth?.providers.find((one) => one.provider === row.openclaw.id);
  const first = told?.effectiveProfiles?.[0]?.profileId;
  return first === undefined || !ours.has(first);
}

const ProvidersSchema = z.record(z.string(), z.unknown());

const NO_ENTRIES = { entries: undefined, providerKeys: new Map<string, boolean>() };

/** `models.providers` of the configuration: which there are, and for which of them a key of its own answers. */
export function readProviders(json: unknown): Pick<LookFacts, 'entries' | 'providerKeys'> {
  const read = ProvidersSchema.safeParse(json ?? {});
  if (!read.success) return NO_ENTRIES;
  const all = Object.entries(read.data);
  return {
    entries: all.map(([id]) => id),
    providerKeys: new Map(all.map(([id, entry]) => [id, usesOwnKey(entry)] as const)),
  };
}

/** Asked where the script has seen that the configuration may say it, or where a record is of an entry. */
async function providersOf(
  commands: Commands,
  { config }: OpenClawOnBox,
  { records, ofAll }: { records: readonly Watched[]; ofAll: boolean },
  limits: CallLimits,
) {
  const isAsked = config?.namesKeys !== false || records.some(({ endpoint }) => endpoint);
  if (!isAsked) return NO_ENTRIES;
  try {
    const read = readProviders(await new BoxConfig(commands).value('models.providers', limits));
    const watched = new Set(records.map(({ provider }) => rowOf(provider)?.openclaw.id));
    const isAskedOf = (id: string) => ofAll || watched.has(id);
    return { ...read, providerKeys: await withNamed(commands, read.providerKeys, isAskedOf, limits) };
  } catch (thrown) {
    limits.signal.throwIfAborted();
    if (toKeyferryError(thrown).code === 'connection_lost') throw thrown;
    return NO_ENTRIES;
  }
}

/** Entries that are asked about: each takes a command. */
const MOST_NAMED = 20;

/** With those that name a variable which a gateway that runs uses, whatever is stored. `isAskedOf`: which are asked about, by id. */
export async function withNamed(
  commands: Commands,
  providerKeys: ReadonlyMap<string, boolean>,
  isAskedOf: (id: string) => boolean,
  limits: CallLimits,
): Promise<Map<string, boolean>> {
  const all = new Map(providerKeys);
  const ids = [...all].filter(([id, isOwn]) => !isOwn && isAskedOf(id)).map(([id]) => id);
  for (const id of ids.slice(0, MOST_NAMED))
    all.set(id, await new OwnKey(commands, { openclaw: { id } }).isNamed(limits));
  return all;
}

/** Claude Code is asked where OpenClaw finds no login of its own. */
async function signedIn(
  sessions: BoxConnection,
  { claude, path }: BoxSeen,
  status: Status,
  records: readonly Watched[],
  limits: CallLimits,
): Promise<boolean | undefined> {
  const login = records.find(({ method }) => method === 'claude-login');
  const row = login && rowOf(login.provider);
  if (!claude || !row || loginRoute(status, rowAs(row, login.profile)) !== undefined) return undefined;
  try {
    const said = await new ClaudeLogin(sessions, { claude, path }, new Redactor()).status(limits);
    return said.isSignedIn;
  } catch (thrown) {
    limits.signal.throwIfAborted();
    if (toKeyferryError(thrown).code === 'connection_lost') throw thrown;
    return undefined;
  }
}
