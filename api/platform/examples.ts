import type { ShownBox } from '../../core/contract/boxes.ts';
import type { Case, CaseFile } from '../../core/contract/cases.ts';
import type { ConnectionRecord } from '../../core/contract/connection-record.ts';
import type { ConnectionRun } from '../../core/contract/connection-run.ts';
import type { NewConnection } from '../../core/contract/connection-tasks.ts';
import type { Disconnect } from '../../core/contract/disconnect.ts';
import type { DoctorRun } from '../../core/contract/doctor-report.ts';
import { CATALOGUE } from '../../core/contract/errors.ts';
import type { CustomerLimits, LimitsUpdate, PlanLimits } from '../../core/contract/limits-api.ts';
import type {
  CustomerUpdate,
  PlatformCustomer,
  PlatformEvent,
  PlatformHandshake,
} from '../../core/contract/platform-api.ts';
import { type SignedReceipt, STEPS, UNSEEN } from '../../core/contract/receipt.ts';
import type { RepairRun } from '../../core/contract/repair-run.ts';
import type { RepairRecord } from '../../core/contract/repairs.ts';
import type { AnsweringModel } from '../../core/contract/usage-api.ts';
import type { UsageSum } from '../../core/contract/usage-sum.ts';

/** Examples for the platform's document. A test checks them by their schemas. */
export const CUSTOMER: PlatformCustomer = {
  customer: 'alice',
  displayName: 'Alice Example',
  locale: 'de-CH',
  timeZone: 'Europe/Zurich',
  plan: 'pro',
  email: 'alice@example.com',
  emailRefusedAt: null,
  noticesOff: [],
  metadata: { accountId: '4711' },
  createdAt: '2026-11-22T10:00:00.000Z',
  updatedAt: '2026-11-29T08:30:00.000Z',
};

export const USAGE: UsageSum = {
  provider: 'anthropic',
  kind: 'subscription',
  requests: 412,
  inputTokens: 91_204,
  outputTokens: 38_870,
  cacheReadTokens: 1_204_113,
  cacheWriteTokens: 88_204,
  costUsd: 2.184_311,
  unpricedRequests: 0,
  estimateUsd: 0,
};

export const ANSWERING_MODEL: AnsweringModel = {
  box: 'default',
  provider: 'anthropic',
  model: 'claude-opus-5-5',
  kind: 'subscription',
  isDefault: true,
  requests: 412,
  lastDay: '2026-11-30',
};

const LIMIT = {
  provider: 'anthropic',
  per: 'month',
  measure: 'usd',
  most: 50,
  action: 'out-of-use',
} as const;

export const LIMITS_UPDATE: LimitsUpdate = { limits: [LIMIT] };
export const PLAN_LIMITS: PlanLimits = { plan: 'pro', limits: [LIMIT] };
export const CUSTOMER_LIMITS: CustomerLimits = {
  timeZone: 'Europe/Zurich',
  limits: [LIMIT],
  holding: [{ ...LIMIT, used: 41.2, from: '2026-11-01', until: '2026-11-30T23:00:00.000Z' }],
  outOfUse: [],
};

export const CUSTOMER_UPDATE: CustomerUpdate = {
  displayName: 'Alice Example',
  locale: 'de-CH',
  timeZone: 'Europe/Zurich',
  plan: 'pro',
  email: 'alice@example.com',
  metadata: { accountId: '4711' },
};

export const DOCTOR_RUN: DoctorRun = {
  run: '3f0c8a52-6d1b-4a57-9a3e-2f1f0f6f6f01',
  state: 'done',
  report: { verdict: 'ok', tookMs: 2_140, findings: [] },
};

const HOST_KEY = {
  type: 'ssh-ed25519',
  fingerprint: 'SHA256:uNiVztksCsDhcc0u9e8BrhYJZs5xBzjJd3BVN6K0sF8',
};

export const BOX: ShownBox = {
  customer: 'alice',
  name: 'default',
  default: true,
  reach: { kind: 'ssh', host: '203.0.113.7', port: 22, user: 'ubuntu' },
  credentials: {
    privateKey: {
      type: 'ssh-ed25519',
      fingerprint: 'SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU',
    },
  },
  hostKey: { state: 'pinned', pinned: [HOST_KEY] },
  test: {},
  createdAt: '2026-11-22T10:00:00.000Z',
  updatedAt: '2026-11-22T10:00:00.000Z',
};

export const BOX_FETCHING: ShownBox = { ...BOX, hostKey: { state: 'fetching', pinned: [] } };

export const BOX_TESTING: ShownBox = {
  ...BOX,
  test: { pending: { run: '0b5e2d1c-8f3a-4a77-9c55-1d2f6a7b8c90', since: '2026-11-22T10:01:00.000Z' } },
};

export const DISCONNECT: Disconnect = {
  connection: '7a1f6c1e-0d0b-4c55-8b0e-5b1d2c3e4f50',
  state: 'waiting',
  revokeAt: 'https://claude.ai/settings/claude-code',
};

export const DISCONNECTED: Disconnect = {
  ...DISCONNECT,
  state: 'done',
  outcome: 'removed',
  receipt: '0d9f2c44-5b1e-4f0a-9c37-6a2b8d1e7f05',
  notes: [
    "OpenClaw's default model is still anthropic/claude-opus-5-5, and OpenClaw names no credential for Anthropic: set another model, or connect again.",
  ],
};

export const CONNECTION_RUN: ConnectionRun = { run: '3f0c8a52-6d1b-4a57-9a3e-2f1f0f6f6f02', state: 'done' };

export const PROVIDER = {
  provider: 'openai',
  name: 'OpenAI',
  methods: ['api-key'],
  asks: ['key'],
  revokeAt: 'https://platform.openai.com/api-keys',
};

/** The public key of RFC 9180's appendix A.3: whoever seals to it seals for nobody. */
export const SEAL_TO = {
  id: 'w1',
  key: 'BP4ZwmFeBSNuSswwrnU2vppC7ZXSvHlM5CIk5ZqvPx7L8U55CPVwD4WLVyaN0Hp_WJOMkZG5CQWnZuxkhQI7rRM',
};

export const NEW_CONNECTION: NewConnection = {
  provider: 'openai',
  label: 'work',
  sealed: { submission: '6f1b6a52-0c1e-4a57-9a3e-2f1f0f6f6f03', key: sealedExample() },
};

export const CONNECTION: ConnectionRecord = {
  id: '7b0e2b1a-9a5e-4f0e-8d0f-3a1d1c9b6d02',
  customer: 'alice',
  box: 'default',
  provider: 'anthropic',
  method: 'setup-token',
  profile: 'anthropic:manual',
  label: null,
  position: 0,
  model: 'anthropic/claude-opus-5-5',
  fingerprint: '0123456789ab',
  hint: 'wXyZ',
  handshake: '5d3c9a10-6f0a-4d8b-b7a4-0c1e5f2a7e03',
  connectedAt: '2026-11-22T10:04:12.000Z',
  expiresAt: '2027-11-22T10:04:12.000Z',
  checkedAt: '2026-11-22T10:04:12.000Z',
  health: 'working',
  healthSince: '2026-11-22T10:04:12.000Z',
  reason: null,
  endedAt: null,
};

export const REPAIR: RepairRecord = {
  id: '2c6d0f7e-4a1b-4e0f-8a55-9b1e7d3c5f06',
  connection: CONNECTION.id,
  customer: 'alice',
  box: 'default',
  name: 'config-key-out',
  outcome: 'repaired',
  why: null,
  error: null,
  before: { auth: 'api-key' },
  after: { auth: null },
  startedAt: '2026-11-29T08:02:10.000Z',
  endedAt: '2026-11-29T08:03:01.000Z',
  undoneAt: null,
};

export const REPAIR_RUN: RepairRun = {
  run: '3f0c8a52-6d1b-4a57-9a3e-2f1f0f6f6f04',
  state: 'done',
  outcome: 'repaired',
  repair: REPAIR.id,
};

export const EVENT: PlatformEvent = {
  id: 'c2f7f0d4-0b6e-4a53-9d1c-7e8a9b0c1d04',
  type: 'handshake.connected',
  timestamp: '2026-11-22T10:04:12.000Z',
  data: {
    customer: 'alice',
    handshake: CONNECTION.handshake,
    provider: 'anthropic',
    method: 'setup-token',
    connection: {
      provider: 'anthropic',
      method: 'setup-token',
      profile: 'anthropic:manual',
      model: 'anthropic/claude-opus-5-5',
      connectedAt: '2026-11-22T10:04:12.000Z',
      expiresAt: '2027-11-22T10:04:12.000Z',
      tokenFingerprint: '0123456789ab',
    },
  },
};

export const HANDSHAKE: PlatformHandshake = {
  handshake: CONNECTION.handshake,
  customer: 'alice',
  provider: 'anthropic',
  method: 'setup-token',
  requestedBy: 'customer',
  startedAt: '2026-11-22T10:00:00.000Z',
  phase: 'failed',
  phases: [
    { phase: 'queued', at: '2026-11-22T10:00:00.000Z', attempt: 0 },
    { phase: 'reaching', at: '2026-11-22T10:00:00.100Z', attempt: 1 },
    { phase: 'failed', at: '2026-11-22T10:00:05.000Z', attempt: 1 },
  ],
  endedAt: '2026-11-22T10:00:05.000Z',
  outcome: 'failed',
  error: {
    code: 'box_unreachable',
    phase: 'reaching',
    retryable: true,
    message: CATALOGUE.box_unreachable.developer ?? '',
  },
};

/** The form of an envelope; nobody can open it. */
function sealedExample(): string {
  return `kf1.w1.${SEAL_TO.key}.${'A'.repeat(64)}`;
}

const at = (second: number) => `2026-11-29T08:30:${String(second).padStart(2, '0')}.000Z`;

/** Signed with a key that was made for it. */
export const RECEIPT: SignedReceipt = {
  receipt: {
    type: 'keyferry.disconnection',
    version: 1,
    id: '0d9f2c44-5b1e-4f0a-9c37-6a2b8d1e7f05',
    issuedAt: at(19),
    keyferry: '0.1.0',
    requested: { by: 'customer', at: at(0) },
    connection: {
      id: CONNECTION.id,
      customer: CONNECTION.customer,
      box: CONNECTION.box,
      provider: CONNECTION.provider,
      method: CONNECTION.method,
      profile: CONNECTION.profile,
      fingerprint: CONNECTION.fingerprint,
      hint: CONNECTION.hint,
      connectedAt: CONNECTION.connectedAt,
    },
    outcome: 'removed',
    steps: [
      { step: 'profile', result: 'removed', at: at(9), agent: 'main', says: STEPS.profile.removed },
      { step: 'listing', result: 'clean', at: at(14), agent: 'main', says: STEPS.listing.clean },
      { step: 'default-model', result: 'platform', at: at(17), says: STEPS['default-model'].platform },
      { step: 'files', result: 'clean', at: at(18), says: STEPS.files.clean },
      { step: 'in-flight', result: 'clean', at: at(18), says: STEPS['in-flight'].clean },
      { step: 'vault', result: 'deleted', at: at(18), says: STEPS.vault.deleted },
    ],
    notes: [],
    notSeen: [
      { what: 'provider', says: UNSEEN.provider },
      { what: 'copies', says: UNSEEN.copies },
    ],
    revokeAt: 'https://claude.ai/settings/claude-code',
  },
  signature: {
    protected: 'eyJhbGciOiJFZERTQSIsImtpZCI6InIyMDI2MTEyOSIsInR5cCI6ImtleWZlcnJ5LXJlY2VpcHQrandzIn0',
    signature: 'MzIObjkzdCDTy1H_f8-iwQWd49tP5XWf2MFbBn-eYJeOcRubn6E0FTNdZRFdo5cxbNoooLr0akHfatHPbA_zDw',
  },
};

export const CASE: Case = {
  id: '7d1f6f0a-0a52-4c37-9f6e-5f3b6a1c9b11',
  customer: 'alice',
  displayName: 'Alice Example',
  kind: 'handshake',
  cause: 'handshake:box_unreachable',
  error: 'box_unreachable',
  provider: 'anthropic',
  method: 'setup-token',
  box: 'default',
  handshake: '0c1f4b9e-8d3a-4e57-a2c6-1b7d5f9e3a20',
  connectionId: null,
  state: 'open',
  snoozedUntil: null,
  assignee: 'sam',
  times: 3,
  since: '2026-11-30T09:12:00.000Z',
  lastAt: '2026-11-30T09:31:00.000Z',
  resolvedAt: null,
  resolvedBy: null,
  resolution: null,
};

export const CASE_FILE: CaseFile = {
  ...CASE,
  history: [
    {
      at: '2026-11-30T09:12:00.000Z',
      who: 'system',
      deed: 'opened',
      text: 'handshake:box_unreachable',
    },
    { at: '2026-11-30T09:20:00.000Z', who: 'operator:sam', deed: 'assigned', text: 'sam' },
  ],
};
