import type { Actor, AuditEntry, AuditedAction } from '../../../core/contract/audit-entry.ts';
import type { Health } from '../../../core/contract/connection-record.ts';
import type { Row } from '../../../core/contract/console-api.ts';
import { CATALOGUE, type CatalogueRow, type ErrorCode } from '../../../core/contract/errors.ts';
import type { FleetHealth } from '../../../core/contract/fleet.ts';
import type { Role } from '../../../core/contract/operators.ts';
import type { Phase } from '../../../core/contract/phases.ts';
import { type Method, NAMES, type Provider } from '../../../core/contract/provider-names.ts';
import type { RepairOutcome } from '../../../core/contract/repairs.ts';
import type { UsageKind } from '../../../core/contract/usage-kinds.ts';
import type { Refusal } from '../../model/state.ts';

/** Words that more than one part of the console uses. */
export const WORDS = {
  service: 'Keyferry support',
  phases: {
    queued: 'Queued',
    reaching: 'Reaching the box',
    preparing: 'Preparing',
    opening: 'Starting the sign-in',
    waiting: 'Waiting for the customer',
    exchanging: 'Exchanging the code',
    installing: 'Installing',
    proving: 'Proving',
    connected: 'Connected',
    failed: 'Failed',
    cancelled: 'Cancelled',
    expired: 'Expired',
  } satisfies Record<Phase, string>,
  parked: 'Waiting for the customer, on the box alone',
  stuck: {
    slow: (phase: string) => `too long in: ${phase.toLowerCase()}`,
    'failed-on-page': (phase: string) => `${phase.toLowerCase()}, and the customer is still on the page`,
  } satisfies Record<NonNullable<Row['stuck']>, (phase: string) => string>,
  healths: {
    working: 'Working',
    expiring: 'Ends soon',
    attention: 'Needs attention',
    unknown: 'Unknown',
    disconnected: 'Disconnected',
    none: 'Not connected',
  } satisfies Record<Health | FleetHealth, string>,
  repairs: {
    told: 'Not done',
    tried: 'Begun',
    repaired: 'Done',
    failed: 'Failed',
    undone: 'Undone',
  } satisfies Record<RepairOutcome, string>,
  /** What stood on a box, by the name that a repair gives it. */
  stood: {
    order: 'Order of use',
    profiles: 'Credentials',
    model: 'Default model',
    wanted: 'To be put there',
    wantedOrder: 'Order to be put there',
    auth: 'auth, in the provider’s entry',
    apiKey: 'apiKey, in the provider’s entry',
    key: 'A key of its own',
    profile: 'Credential',
    paused: 'Cooldown',
  },
  methods: {
    'setup-token': 'subscription',
    'claude-login': 'sign-in on the box',
    'api-key': 'API key',
  } satisfies Record<Method, string>,
  /** With whose credential something was answered. */
  usageKinds: {
    subscription: 'their subscription',
    'api-key': 'their API key',
    own: 'their subscription or API key',
    platform: 'the platform’s',
    unknown: 'not connected here',
  } satisfies Record<UsageKind, string>,
  roles: { observer: 'observer', support: 'support', admin: 'admin' } satisfies Record<Role, string>,
  actors: {
    operator: 'an operator',
    platform: 'the platform',
    customer: 'the customer',
    system: 'Keyferry',
  } satisfies Record<Actor, string>,
  actions: {
    'sign-in': 'signed in',
    'sign-out': 'signed out',
    see: 'viewed the console',
    watch: 'watched live',
    replay: 'watched a recording',
    'queues-see': 'viewed the queues',
    're-run': 're-ran',
    cancel: 'cancelled',
    disconnected: 'removed a connection from its box',
    doctor: 'ran the doctor',
    diagnostics: 'copied diagnostics',
    visit: "opened the customer's page",
    look: 'asked for a look at the box',
    'fleet-export': 'exported the fleet',
    'usage-export': 'exported usage',
    'case-change': 'changed cases',
    'case-note': 'wrote a note on a case',
    'case-export': 'exported cases',
    audit: 'read the audit log',
    'queues-change': 'changed the queues',
    'connect-link': 'made a connect link',
    'customer-change': 'changed what is known of the customer',
    'connection-add': 'brought a key',
    'connection-test': 'tested a connection',
    'connection-order': 'put connections in order',
    'connection-label': 'named a connection',
    'connection-models': "looked up a connection's models",
    'connection-model': 'chose the default model',
    'hand-over': 'offered the session to another device',
    'hand-over-open': 'opened an offered session on another device',
    'hand-over-answer': 'said which word the other device shows',
    'hand-over-enter': 'came in on another device',
    'hand-over-end': 'ended what was offered to another device',
    notices: 'switched mails off or on',
    'box-add': 'added a box',
    'box-change': 'changed a box',
    'box-remove': 'removed a box',
    'box-test': 'tested a box',
    disconnect: 'removed a connection',
    enter: 'came in by a connect link',
    start: 'started a handshake',
    ask: 'asked for the sign-in that their page had begun',
    code: 'pasted a code',
    connected: 'connected the customer',
    failed: 'could not connect the customer',
    expired: 'gave up waiting for the customer',
    'vault-open': "opened the vault's copy of a credential",
    'vault-restore': 'put a credential back into its box',
    'vault-rotate': 'wrapped the copies of the vault with another key',
    'vault-prune': 'cleared the vault',
    'release-forget': 'took a release’s verdict back',
    repair: 'put something right on a box',
    'repair-undo': 'took back what was put right on a box',
    'usage-hold': 'took something out of use for a limit',
    'usage-release': 'put back what a limit had taken out of use',
    limits: 'set limits of use',
    'fleet-run': 'began a run over the fleet',
    'fleet-pause': 'paused a run over the fleet',
    'fleet-resume': 'resumed a run over the fleet',
    'fleet-stop': 'stopped a run over the fleet',
    'fleet-end': 'ended a run over the fleet',
    'fleet-box': 'was at a box in a run over the fleet',
    'repair-ask': 'asked for a repair, or to undo one',
    prune: 'removed old entries',
  } satisfies Record<AuditedAction, string>,
} as const;

/** What somebody did; a word that only a newer version knows is shown as it is. */
export function actionWords(action: string): string {
  return Object.hasOwn(WORDS.actions, action) ? WORDS.actions[action as AuditedAction] : action;
}

/** What stood on a box; a name that only a newer version knows is shown as it is. */
export function stoodWords(name: string): string {
  return Object.hasOwn(WORDS.stood, name) ? WORDS.stood[name as keyof typeof WORDS.stood] : name;
}

/** A provider's name, and how its credential was brought: `Anthropic, subscription`. */
export function credentialWords({ provider, method }: { provider: string; method: string }): string {
  const name = Object.hasOwn(NAMES, provider) ? NAMES[provider as Provider].name : provider;
  const how = Object.hasOwn(WORDS.methods, method) ? WORDS.methods[method as Method] : method;
  return `${name}, ${how}`;
}

/** Who did it, by name where there is one. */
export function actorWords({ who, actor, customer }: AuditEntry): string {
  if (who !== undefined) return actor === 'platform' ? `the platform (${who})` : who;
  if (actor === 'operator') return 'unknown';
  if (actor === 'customer') return customer ?? WORDS.actors.customer;
  return Object.hasOwn(WORDS.actors, actor) ? WORDS.actors[actor as Actor] : actor;
}

/** Rows that are about the operator who asked, so their customer text says it best. */
const ABOUT_WHO_ASKED = new Set<ErrorCode>([
  'operator_not_signed_in',
  'sign_in_refused',
  'role_refused',
  'too_many_requests',
  'queue_full',
]);

/** For requests that never got an answer. */
const UNANSWERED = {
  offline: 'We got no answer. Please check your connection, then try again.',
  outdated: 'This page is out of date. Please reload it.',
  unsealed: 'That could not be sealed. Please check your connection and try again.',
  unheard: 'That took longer than it should have. Please try again.',
};

/** Why the api refused, for the operator who asked. */
export function refusalWords(why: Refusal): string {
  if (why === 'offline' || why === 'unheard' || why === 'outdated' || why === 'unsealed')
    return UNANSWERED[why];
  const row: CatalogueRow = CATALOGUE[why];
  return ABOUT_WHO_ASKED.has(why) ? row.customer : `${row.support} ${row.next}`;
}
