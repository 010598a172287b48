/**
 * What one look at a box says of each connection there. Pure. It goes by OpenClaw's own words, as 2026.4.15, 2026.7.1 and
 * 2026.9.6 say them: what is not certain is `inconclusive`, never an alarm.
 */
import type { ConnectionRecord } from '../../core/contract/connection-record.ts';
import type { ErrorCode } from '../../core/contract/errors.ts';
import type { Seen } from '../../core/contract/health.ts';
import { modelNameSchema } from '../../core/contract/model-choices.ts';
import { type ProviderRow, rowAs, rowOf } from '../../core/contract/providers.ts';
import { type AgentFault, type BoxState, boxStateSchema } from '../../core/contract/repairs.ts';
import type { Gateways } from '../doctor/gateway.ts';
import type { Serving } from '../doctor/serving.ts';
import { isLoginMissing, loginRoute } from '../programs/openclaw/login-proof.ts';
import { isStripped, listedProfiles, type Status, shownEnd } from '../programs/openclaw/models-status.ts';
import type { GatewayAlive } from './gateway-alive.ts';

/** What the look is of: the connections that the record has on one box. */
export type Watched = Pick<
  ConnectionRecord,
  'id' | 'provider' | 'method' | 'profile' | 'hint' | 'model' | 'position' | 'connectedAt' | 'endpoint'
> &
  Partial<Pick<ConnectionRecord, 'reason'>>;

/** What OpenClaw said of its models and credentials, or why it did not. */
export type StatusSeen = { status: Status } | { error: ErrorCode };

/** What a look has seen of a box. */
export interface LookFacts {
  /** Undefined: there is no OpenClaw. */
  status: StatusSeen | undefined;
  gateways: Gateways | undefined;
  serving: Pick<Serving, 'obstacle' | 'env'> | undefined;
  /** Seconds that the box's clock is ahead; undefined where it does not say. */
  ahead: number | undefined;
  /** By OpenClaw's id for a provider, the order that was set, or undefined for none; only of those that were asked about. */
  orders: ReadonlyMap<string, readonly string[] | undefined>;
  /** Names of `models.providers`; undefined: not known. */
  entries: readonly string[] | undefined;
  /** By OpenClaw's id for a provider, whether its configuration has it use a key of the configuration's own. */
  providerKeys: ReadonlyMap<string, boolean>;
  /** Claude Code is signed in by its own word; undefined: not asked, or it did not say. */
  isSignedIn: boolean | undefined;
  gateway: GatewayAlive;
  /** When it was last seen to work, a gateway answered there: one that never has may be asked in a wrong way. */
  hadGateway?: boolean | undefined;
}

const WORKING: Seen = { outcome: 'working' };
const attention = (code: ErrorCode) => ({ outcome: 'attention', code }) satisfies Seen;
const inconclusive = (code: ErrorCode): Seen => ({ outcome: 'inconclusive', code });

/** What is wrong by a status that could not be read, and stays so until somebody does something there. */
const LASTING = new Set<ErrorCode>([
  'openclaw_config_invalid',
  'openclaw_update_unfinished',
  'store_unreadable',
  'openclaw_missing',
]);

/** Seconds: a clock that is an hour off, read as finely as a slow box allows. */
const CLOCK_OFF = 50 * 60;

/** By connection: what a look at `at` (milliseconds since 1970) says of it. */
export function readLook(facts: LookFacts, records: readonly Watched[], at: number): Map<string, Seen> {
  return new Map(records.map((record) => [record.id, seenOf(facts, record, records, at)]));
}

/** The same where the box was not reached. */
export function unreached(code: ErrorCode, records: readonly Pick<Watched, 'id'>[]): Map<string, Seen> {
  return new Map(records.map(({ id }) => [id, { outcome: 'unreachable', code }]));
}

function seenOf(facts: LookFacts, record: Watched, records: readonly Watched[], at: number): Seen {
  const { status: told, serving } = facts;
  const known = rowOf(record.provider);
  if (!known) return inconclusive('internal_error');
  if (!told) return attention('openclaw_missing');
  if (serving?.obstacle?.error === 'gateway_elsewhere') return attention('gateway_elsewhere');
  if ('error' in told) return LASTING.has(told.error) ? attention(told.error) : inconclusive(told.error);
  const { status } = told;
  const row = rowAs(known, record.profile);
  if (isGone(facts, status, record, row))
    // It is asked about the gateway's own store, where that is another one than the session's.
    return attention(hasOwnStore(serving) ? 'gateway_other_store' : 'credential_missing');
  if (isReplaced(status, record, row)) return attention('credential_replaced');
  if (Math.abs(facts.ahead ?? 0) >= CLOCK_OFF) return attention('clock_wrong');
  const own =
    record.method === 'claude-login'
      ? ofLogin(facts, status, row)
      : ofProfile(facts, status, record, row, records, at);
  if (own) return own;
  if (isMoved(status, record, records)) return attention('model_moved');
  const isSilent = facts.gateway === 'silent' && facts.hadGateway;
  return isSilent || (facts.gateways && isDown(facts.gateways)) ? attention('gateway_down') : WORKING;
}

/** By connection: what it saw of OpenClaw, by which repairs are decided. None where OpenClaw did not answer. */
export function boxStates(
  { status, orders, gateway }: LookFacts,
  records: readonly Pick<Watched, 'id' | 'provider'>[],
  openclaw: string | undefined,
): Map<string, BoxState> {
  if (!status || 'error' in status) return new Map();
  const model = modelNameSchema.safeParse(status.status.resolvedDefault).data ?? null;
  return new Map(
    records.flatMap(({ id, provider }) => {
      const order = orders.get(rowOf(provider)?.openclaw.id ?? '') ?? null;
      const answers = gateway === 'answers' && { gateway };
      const read = boxStateSchema.safeParse({ model, openclaw: openclaw ?? null, order, ...answers });
      return read.success ? [[id, read.data] as const] : [];
    }),
  );
}

/** Whether agents may differ in it: an address is in the configuration, which all have, and Claude Code's login is the user's. */
export const isByAgent = ({ endpoint, method }: Watched) => !endpoint && method !== 'claude-login';

/** What is wrong with a connection by the status of another agent than the default one. Pure. */
export function agentFaults(
  facts: LookFacts,
  status: Status,
  record: Watched,
  records: readonly Watched[],
): AgentFault[] {
  const known = rowOf(record.provider);
  if (!known || !isByAgent(record)) return [];
  const row = rowAs(known, record.profile);
  const first = firstOf(status.auth, row.openclaw.id, facts.orders);
  const isBehind = first !== undefined && records.every(({ profile }) => profile !== first);
  return [
    ...(isGone(facts, status, record, row) ? (['credential_missing'] as const) : []),
    ...(isBehind ? (['other_credential_first'] as const) : []),
    ...(isMoved(status, record, records) ? (['model_moved'] as const) : []),
  ];
}

const hasOwnStore = (serving: LookFacts['serving']) =>
  Object.keys(serving?.env ?? {}).some((name) => name !== 'CLAUDE_CONFIG_DIR');

function isGone(
  { entries }: LookFacts,
  status: Status,
  { method, profile, endpoint }: Watched,
  row: ProviderRow,
): boolean {
  if (method === 'claude-login') return false;
  const listed = listedProfiles(status, row).find(({ id }) => id === profile);
  if (listed && isStripped(listed.shown)) return true;
  // An address can have no key, or have it in its entry.
  return endpoint ? entries !== undefined && !entries.includes(row.openclaw.id) : !listed;
}

/** What stands under the profile's name has other last characters than what was stored there, as far as both are known. */
function isReplaced(status: Status, { method, profile, hint }: Watched, row: ProviderRow): boolean {
  if (method === 'claude-login' || hint === null) return false;
  const listed = listedProfiles(status, row).find(({ id }) => id === profile);
  const end = listed && shownEnd(listed.shown);
  return end !== undefined && !end.endsWith(hint);
}

/** OpenClaw asks `claude auth status` itself, and has little patience: only Claude Code's own word counts. */
function ofLogin({ isSignedIn }: LookFacts, status: Status, row: ProviderRow): Seen | undefined {
  if (loginRoute(status, row) !== undefined) return undefined;
  if (isSignedIn === false) return attention('claude_logged_out');
  if (isLoginMissing(status, row)) return inconclusive('claude_failed');
  const runs = status.auth.runtimeAuthRoutes.some(({ provider }) => provider === row.openclaw.id);
  // Claude Code runs its models, with a stored token in the login's place.
  if (runs) return attention('other_credential_first');
  return isSignedIn === undefined ? inconclusive('claude_failed') : undefined;
}

function ofProfile(
  { orders, providerKeys }: LookFacts,
  { auth }: Status,
  { profile, endpoint }: Watched,
  row: ProviderRow,
  records: readonly Watched[],
  at: number,
): Seen | undefined {
  const { id } = row.openclaw;
  const profiles = auth.oauth?.profiles ?? [];
  const told = profiles.find(({ profileId }) => profileId === profile);
  // What is refreshed by itself is past its end every hour.
  if (
    told &&
    told.type !== 'oauth' &&
    (told.status === 'expired' || (told.expiresAt ?? Number.POSITIVE_INFINITY) <= at)
  )
    return attention('credential_expired');
  const paused = auth.unusableProfiles.find(({ profileId }) => profileId === profile);
  if (paused) return ofPause(paused);
  if (endpoint) return undefined;
  // A variable beside a stored profile does not win by itself, whatever the status names (2026.9.6).
  if (providerKeys.get(id)) return attention('credential_overridden');
  const ours = new Set(records.map((one) => one.profile));
  const first = firstOf(auth, id, orders);
  return first !== undefined && !ours.has(first) ? attention('other_credential_first') : undefined;
}

/**
 * What a provider does for a while says nothing of the credential, and a cooldown without a reason, as those of 2026.4.15 and
 * 2026.7.1 are, may be just that, unless it is there in look after look.
 */
function ofPause({ kind, reason = '' }: Status['auth']['unusableProfiles'][number]): Seen {
  if (kind !== 'disabled') {
    if (reason === '') return { ...attention('credential_in_cooldown'), mustLast: true };
    if (/rate|limit/.test(reason)) return inconclusive('provider_rate_limited');
    if (/overload|timeout|server|network|format|model/.test(reason)) return inconclusive('provider_down');
  }
  return attention(reason === 'billing' ? 'key_no_credit' : 'credential_in_cooldown');
}

/** The profile that comes first in the order that somebody set: without one OpenClaw takes turns, so that none is first. */
function firstOf(auth: Status['auth'], provider: string, orders: LookFacts['orders']): string | undefined {
  const there = new Set(auth.oauth?.profiles.map(({ profileId }) => profileId));
  const out = new Set(auth.unusableProfiles.map(({ profileId }) => profileId));
  return orders.get(provider)?.find((id) => there.has(id) && !out.has(id));
}

/**
 * The default model is of a provider for which the customer has nothing here, and the record says that it was this
 * connection's. Of several one alone can have given it: the first of the provider that came last.
 */
function isMoved({ resolvedDefault }: Status, record: Watched, records: readonly Watched[]): boolean {
  if (!resolvedDefault.includes('/')) return false;
  const inUse = resolvedDefault.split('/', 1)[0] as string;
  const isTheirs = records.some(({ provider, profile }) => {
    const row = rowOf(provider);
    if (!row) return false;
    const { id, listedAs } = rowAs(row, profile).openclaw;
    return [id, ...listedAs].includes(inUse);
  });
  return !isTheirs && giverOf(records) === record.id;
}

function giverOf(records: readonly Watched[]): string | undefined {
  const gave = records.filter(({ model }) => model !== null);
  const last = gave.reduce<Watched | undefined>(
    (latest, one) => (latest && latest.connectedAt >= one.connectedAt ? latest : one),
    undefined,
  );
  return gave
    .filter(({ provider }) => provider === last?.provider)
    .reduce<Watched | undefined>(
      (first, one) => (first && first.position <= one.position ? first : one),
      undefined,
    )?.id;
}

/** A unit that is to run does not, by systemd's word, and no gateway runs in its place. */
function isDown({ units, processes, others }: Gateways): boolean {
  if (processes.length > 0 || others.length > 0) return false;
  if (units.some(({ active }) => active === undefined || !STOPPED.has(active))) return false;
  return units.some(({ enabled }) => enabled === 'enabled');
}
const STOPPED = new Set(['failed', 'inactive']);
