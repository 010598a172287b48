import type { FleetConnection, FleetCustomer, FleetRow, ShownLook } from '../../core/contract/fleet.ts';
import { FIRST } from '../../core/contract/providers.ts';
import type { RepairRecord } from '../../core/contract/repairs.ts';
import { before } from './console-fixtures.ts';

const HOUR = 60 * 60;
const DAY = 24 * HOUR;
let count = 0;
let repairs = 0;

/** A line of the fleet: a connection that was looked at five hours ago. */
export function practiceLine(
  customer: string,
  {
    displayName = null,
    versions,
    ...more
  }: Partial<FleetConnection> & {
    displayName?: string | null;
    versions?: FleetRow['versions'];
  } = {},
): FleetRow {
  count += 1;
  const id = `f1ee7000-0000-4000-8000-${String(count).padStart(12, '0')}`;
  return {
    customer,
    displayName,
    versions: versions ?? { claude: '2.1.332', openclaw: '2026.9.6' },
    connection: {
      id,
      customer,
      box: 'default',
      ...FIRST,
      profile: 'anthropic:manual',
      label: null,
      position: 0,
      model: 'anthropic/claude-opus-5-5',
      fingerprint: '0123456789ab',
      hint: 'Ab3x',
      handshake: id.replace('f1ee', 'c0ff'),
      connectedAt: before(60 * DAY),
      expiresAt: before(-305 * DAY),
      checkedAt: before(5 * HOUR),
      health: 'working',
      healthSince: before(60 * DAY),
      reason: null,
      endedAt: null,
      look: {
        lookedAt: before(5 * HOUR),
        nextLookAt: before(-19 * HOUR),
        failures: 0,
        suspected: null,
        agent: null,
      },
      ...more,
    },
  };
}

const looked = (hours: number, more: Partial<FleetConnection['look']> = {}): FleetConnection['look'] => ({
  lookedAt: before(hours * HOUR),
  nextLookAt: before(-HOUR),
  failures: 0,
  suspected: null,
  agent: null,
  ...more,
});

export const FLEET: readonly FleetRow[] = [
  practiceLine('acme', { displayName: 'Acme Bakeries Ltd' }),
  practiceLine('alice', {
    health: 'attention',
    reason: 'credential_overridden',
    healthSince: before(2 * DAY),
    checkedAt: before(HOUR),
    look: looked(1),
  }),
  practiceLine('alice', {
    provider: 'openai',
    method: 'api-key',
    profile: 'openai:keyferry',
    model: 'openai/gpt-5.5',
    label: 'the team’s key',
    expiresAt: null,
    hint: 'q9Zt',
  }),
  practiceLine('bob-the-builder', {
    displayName: 'Bob & Daughters',
    health: 'expiring',
    expiresAt: before(-6 * DAY),
    healthSince: before(DAY),
    versions: { openclaw: '2026.4.15' },
  }),
  practiceLine('carol', {
    health: 'unknown',
    reason: 'box_unreachable',
    healthSince: before(3 * DAY),
    checkedAt: before(3 * DAY + HOUR),
    look: looked(2, { failures: 4 }),
    versions: {},
  }),
  practiceLine('dora', {
    box: 'second',
    method: 'claude-login',
    hint: null,
    fingerprint: null,
    look: looked(0.1, {
      suspected: { outcome: 'attention', code: 'gateway_down', since: before(0.1 * HOUR) },
    }),
  }),
  { customer: 'erin', displayName: 'Erin’s Flowers', connection: null, versions: {} },
  practiceLine('frank', {
    health: 'attention',
    reason: 'credential_expired',
    expiresAt: before(4 * DAY),
    healthSince: before(4 * DAY),
  }),
];

export const FLEET_COUNTS = { working: 3, expiring: 1, attention: 2, unknown: 1, none: 1 };

/** What the practice api says of a customer. */
export function customerOfFleet(customer: string): FleetCustomer {
  const rows = FLEET.filter((row) => row.customer === customer);
  const ended = practiceLine(customer, {
    connectedAt: before(430 * DAY),
    endedAt: before(60 * DAY),
    expiresAt: before(65 * DAY),
  }).connection;
  const { look: _, ...earlier } = ended as FleetConnection;
  return {
    customer,
    isKnown: rows.length > 0,
    displayName: rows[0]?.displayName ?? null,
    plan: rows.length > 0 ? 'business' : null,
    rows: rows.filter(({ connection }) => connection !== null),
    earlier: rows.some(({ connection }) => connection !== null) ? [earlier] : [],
    removals: {},
  };
}

/** A repair of one of alice's connections, `hours` before every picture. */
export function practiceRepair(
  { connection }: FleetRow,
  name: string,
  hours: number,
  more: Partial<RepairRecord> = {},
): RepairRecord {
  repairs += 1;
  return {
    id: `f1ee7001-0000-4000-8000-${String(repairs).padStart(12, '0')}`,
    connection: connection?.id ?? '',
    customer: connection?.customer ?? '',
    box: 'default',
    name,
    outcome: 'repaired',
    why: null,
    error: null,
    before: null,
    after: null,
    startedAt: before(hours * HOUR),
    endedAt: before(hours * HOUR - 60),
    undoneAt: null,
    ...more,
  };
}

const OWN = 'anthropic:manual';
const [CLAUDE, OPENAI] = FLEET.filter(({ customer }) => customer === 'alice') as [FleetRow, FleetRow];

/** What is known of repairs on alice's box, the newest first. */
export const REPAIRS: readonly RepairRecord[] = [
  practiceRepair(CLAUDE, 'config-key-out', 1, {
    outcome: 'told',
    why: 'Keyferry only says so here (REPAIR=tell).',
  }),
  practiceRepair(OPENAI, 'profile-back', 3 * 24, {
    before: { profile: null, paused: null },
    after: { profile: 'openai:keyferry', paused: null },
  }),
  practiceRepair(OPENAI, 'cooldown-clear', 3 * 24 + 1, {
    outcome: 'failed',
    error: 'provider_down',
    before: { profile: 'openai:keyferry', paused: ['cooldown', 'rate_limit'] },
  }),
  practiceRepair(CLAUDE, 'order-back', 20 * 24, {
    outcome: 'undone',
    before: { order: ['anthropic:other', OWN], profiles: ['anthropic:other', OWN] },
    after: { order: [OWN, 'anthropic:other'], profiles: ['anthropic:other', OWN] },
    undoneAt: before(19 * DAY),
  }),
];

/** The same once the configuration's key was taken out, and what is known of alice then. */
export const REPAIRS_AFTER: readonly RepairRecord[] = [
  practiceRepair(CLAUDE, 'config-key-out', 0.01, {
    before: { auth: 'api-key' },
    after: { auth: null },
    endedAt: before(1),
  }),
  ...REPAIRS,
];
export function customerAfterRepair(customer: string): FleetCustomer {
  const found = customerOfFleet(customer);
  const rows = found.rows.map((row) =>
    row.connection
      ? { ...row, connection: { ...row.connection, health: 'working' as const, reason: null } }
      : row,
  );
  return { ...found, rows };
}

/** What the practice api says of looks at a customer's connections. */
export function looksOf(customer: string): ShownLook[] {
  const versions = { claude: '2.1.332', openclaw: '2026.9.6' };
  const common = { code: null, isTurn: false, versions, tookMs: 4_200, agent: null };
  return FLEET.filter((row) => row.customer === customer).flatMap(({ connection }): ShownLook[] => {
    if (!connection) return [];
    const { id, reason } = connection;
    const looks = [1, 2, 26, 50].map((hours) => ({ ...common, connection: id, at: before(hours * HOUR) }));
    const [last, second, third, first] = looks as [ShownLook, ShownLook, ShownLook, ShownLook];
    const now = reason === null ? { outcome: 'working' } : { outcome: 'attention', code: reason };
    return [
      { ...last, ...now },
      { ...second, ...now },
      { ...third, outcome: 'unreachable', code: 'box_unreachable', versions: {}, tookMs: 5_003 },
      { ...first, outcome: 'working', isTurn: true },
    ] as ShownLook[];
  });
}
