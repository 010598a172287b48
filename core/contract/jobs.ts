import { z } from 'zod';
import { caseEventDataSchema } from './cases.ts';
import { boxNameSchema } from './connection-record.ts';
import { customerSchema } from './customer.ts';
import { endpointSchema } from './endpoint.ts';
import { ERROR_CODES } from './error-rows.ts';
import { MOST_REFERENCE } from './handshake-record.ts';
import { modelChoicesSchema, modelNameSchema } from './model-choices.ts';
import { methodSchema, providerSchema } from './providers.ts';
import { releaseSchema } from './releases.ts';
import { REMOVALS } from './removal.ts';
import { agentNameSchema, agentStateSchema, MOST_AGENTS, repairNameSchema } from './repairs.ts';
import { connectionSchema, handshakeIdSchema, labelSchema, profileSchema } from './snapshot.ts';
import { USAGE_EVENT_TYPES, usageEventDataSchema } from './usage-events.ts';

/** Every queue and what its jobs hold. Nothing in a job is secret. */
export const HANDSHAKES = 'handshakes';
export const handshakeJobSchema = z.strictObject({
  customer: customerSchema,
  provider: providerSchema,
  method: methodSchema,
  /** One of the customer's boxes; the default one without it. */
  box: boxNameSchema.optional(),
  label: labelSchema.optional(),
  /** Under which the customer's sealed key waits, where there is one. */
  submission: z.uuid().optional(),
  /** An address of the customer's own, where the provider asks for one. */
  endpoint: endpointSchema.optional(),
  /** The profile on the box whose place the credential takes; without it nothing is replaced. */
  replaces: profileSchema.optional(),
  /** Beside what there is, as whoever asked for it said: `replaces` is absent for that reason. */
  another: z.literal(true).optional(),
  /** Who asked: the customer, the platform, or an operator by name. */
  requestedBy: z.string().regex(/^(customer|platform|operator:[\w.@-]{1,100})$/),
});
export type HandshakeJob = z.infer<typeof handshakeJobSchema>;

/** The doctor's runs on boxes, for support. The return value is a `DoctorReport`. */
export const DOCTOR = 'doctor';
export const doctorJobSchema = z.strictObject({
  customer: customerSchema,
  /** The methods that customers are offered, which it examines the box for. */
  methods: z.array(methodSchema.unwrap()).optional(),
});
export type DoctorJob = z.infer<typeof doctorJobSchema>;
/** Milliseconds that a run may wait for a worker; later nobody waits for it. */
export const DOCTOR_RUN_WAITS_MS = 2 * 60_000;
/** Milliseconds that a task about a connection may wait for another one on the same customer's boxes. */
export const TURN_WAITS_MS = 3 * 60_000;

/** Connections that are to be removed from their boxes. A job's id is the connection's; it returns a `Removal`. */
export const DISCONNECTS = 'disconnects';
export const disconnectJobSchema = z.strictObject({
  customer: customerSchema,
  box: boxNameSchema,
  provider: providerSchema,
  profile: z.string().max(100),
  connection: z.uuid(),
  requestedBy: handshakeJobSchema.shape.requestedBy,
  /** Its box is gone for good, as whoever asked for it said. */
  isGone: z.literal(true).optional(),
  /** What an earlier request that failed has done, as its worker kept it. */
  before: z.unknown().optional(),
});
export type DisconnectJob = z.infer<typeof disconnectJobSchema>;

/** What a removal has come to. */
export const removalSchema = z.strictObject({
  outcome: z.enum(REMOVALS),
  notes: z.array(z.string().max(400)).max(10),
});
export type Removal = z.infer<typeof removalSchema>;

/** What is asked about connections on their boxes. A job's id is the run's; it returns a `ConnectionTaskDone`. */
export const CONNECTION_TASKS = 'connection-tasks';
const ofConnections = {
  customer: customerSchema,
  box: boxNameSchema,
  /** Who asked: the customer, the platform, or an operator by name. */
  requestedBy: handshakeJobSchema.shape.requestedBy,
};
export const connectionTaskSchema = z.discriminatedUnion('task', [
  /** One real turn that only this connection's credential can answer. */
  z.strictObject({ task: z.literal('test'), connection: z.uuid(), ...ofConnections }),
  /** The order in which OpenClaw uses a provider's credentials: all of this box's connections, the first one first. */
  z.strictObject({
    task: z.literal('order'),
    provider: providerSchema,
    connections: z.array(z.uuid()).min(1).max(50),
    ...ofConnections,
  }),
  /** Which model OpenClaw uses, and which ones this connection's credential could answer. */
  z.strictObject({ task: z.literal('models'), connection: z.uuid(), ...ofConnections }),
  /** This model becomes the default one, answered by this connection's credential: once it has answered a turn with it. */
  z.strictObject({
    task: z.literal('model'),
    connection: z.uuid(),
    model: modelNameSchema,
    ...ofConnections,
  }),
]);
export type ConnectionTask = z.infer<typeof connectionTaskSchema>;

/** What a task has come to; `verdict` is a turn's, an error of the catalogue. */
export const connectionTaskDoneSchema = z.strictObject({
  verdict: z.enum(ERROR_CODES).optional(),
  models: modelChoicesSchema.optional(),
});
export type ConnectionTaskDone = z.infer<typeof connectionTaskDoneSchema>;

/** Looks of the watch at customers' boxes, and every few seconds the question which ones are due. */
export const LOOKS = 'looks';
export const lookJobSchema = z.strictObject({
  customer: customerSchema,
  box: boxNameSchema,
  /** The connection for which a turn is due. */
  turn: z.uuid().optional(),
  /** When it was last seen to work, a gateway answered there. */
  hadGateway: z.literal(true).optional(),
  /** OpenClaw's agents beside its default one. */
  agents: z
    .strictObject({
      /** The one that something is wrong with. */
      wanted: agentNameSchema.optional(),
      /** By connection, what was so when it worked. */
      known: z.record(z.uuid(), z.array(agentStateSchema).max(MOST_AGENTS)).optional(),
    })
    .optional(),
});
export type LookJob = z.infer<typeof lookJobSchema>;

/** What the platform is told of a customer's. */
const CUSTOMER_EVENT_TYPES = [
  'handshake.connected',
  'handshake.failed',
  'handshake.expired',
  'connection.expiring',
  'connection.expired',
  'connection.attention',
  'connection.recovered',
  'connection.repairable',
  'connection.repaired',
  'connection.disconnected',
] as const;

/** What it is told of cases. */
const CASE_EVENT_TYPES = ['case.opened', 'case.resolved'] as const;

/** Everything that it is told of. */
export const EVENT_TYPES = [
  ...CUSTOMER_EVENT_TYPES,
  ...CASE_EVENT_TYPES,
  ...USAGE_EVENT_TYPES,
  'release.tried',
] as const;

/** What is asked of workers about a box that the platform has added; they write the outcome into the record. */
export const BOX_TASKS = 'box-tasks';
export const boxTaskSchema = z.strictObject({
  /** `test`: the doctor examines it; `host-key`: somebody wants to see its host keys. */
  task: z.enum(['test', 'host-key']),
  customer: customerSchema,
  box: z.uuid(),
});
export type BoxTask = z.infer<typeof boxTaskSchema>;

/** Copies of credentials that are owed to the vault. A job's id is the handshake's; the credential is not in it. */
export const VAULT_COPIES = 'vault-copies';
export const vaultCopySchema = z.strictObject({
  customer: customerSchema,
  handshake: handshakeIdSchema,
  provider: providerSchema,
  /** Of a key that the customer has brought: under which it waits, and for which box. */
  submission: z.uuid().optional(),
  box: boxNameSchema.optional(),
  /** The address for which that key is sealed, where it is for one of the customer's own. */
  baseUrl: endpointSchema.shape.baseUrl.optional(),
});
export type VaultCopyJob = z.infer<typeof vaultCopySchema>;

const customerEventDataSchema = z.strictObject({
  customer: customerSchema,
  handshake: handshakeIdSchema,
  provider: providerSchema,
  method: methodSchema,
  connection: connectionSchema.optional(),
  connectionId: z.uuid().optional().meta({ description: 'In `connection.…`' }),
  receipt: z.uuid().optional().meta({
    description: 'In `connection.disconnected`: the id of the receipt that says what was done',
  }),
  outcome: z.enum(REMOVALS).optional().meta({
    description: 'In `connection.disconnected`: what it came to, as the receipt has it',
  }),
  days: z
    .int()
    .optional()
    .meta({ description: 'In `connection.expiring`: 30, 7 or 1; at most so many days are left' }),
  error: z.enum(ERROR_CODES).optional().meta({
    description: 'In `handshake.failed` and `.expired`, `connection.attention` and `.expired`: why',
  }),
  repair: repairNameSchema.optional().meta({
    description: 'In `connection.repairable` and `.repaired`: what would be done, or was',
  }),
  reference: z
    .string()
    .max(MOST_REFERENCE)
    .optional()
    .meta({ description: 'In `handshake.…`: the `reference` of the connect link, if it had one' }),
  asked: z.literal(false).optional().meta({
    description:
      'In `handshake.failed` and `.expired`: the customer’s page had begun it by itself, and they had not clicked there',
  }),
  repairId: z.uuid().optional().meta({ description: 'In the same: the id of the repair' }),
});

/** What an event says, by what it is about: a customer's handshake or connection, a case, usage, or a release, which is nobody's. */
export const EVENT_DATA = {
  customer: customerEventDataSchema,
  case: caseEventDataSchema,
  usage: usageEventDataSchema,
  release: releaseSchema,
} as const;

/** What is sent to the platform, as the body of a signed request. */
export const WEBHOOKS = 'webhooks';
const timestamp = z.iso.datetime();
/** Those about a customer. */
export const customerWebhookSchema = z.strictObject({
  type: z.enum(CUSTOMER_EVENT_TYPES),
  timestamp,
  data: EVENT_DATA.customer,
});
export type CustomerWebhook = z.infer<typeof customerWebhookSchema>;
export const webhookSchema = z
  .discriminatedUnion('type', [
    customerWebhookSchema,
    z.strictObject({ type: z.enum(CASE_EVENT_TYPES), timestamp, data: EVENT_DATA.case }),
    z.strictObject({ type: z.enum(USAGE_EVENT_TYPES), timestamp, data: EVENT_DATA.usage }),
    z.strictObject({ type: z.literal('release.tried'), timestamp, data: EVENT_DATA.release }),
  ])
  .meta({ id: 'Webhook' });
export type Webhook = z.infer<typeof webhookSchema>;
