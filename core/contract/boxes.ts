import { z } from 'zod';
import { customerSchema } from './customer.ts';
import { doctorReportSchema } from './doctor-report.ts';
import { ERROR_CODES } from './error-rows.ts';
import { customerParamsSchema, pageOf } from './platform-api.ts';
import { isModelOf, PROVIDERS } from './providers.ts';

/** Boxes: what can be said of one, in the inventory's file and over the API alike, and what the API answers. */

/** Ways to a box that the API takes. `docker`, `command` and `local` use what the worker's own machine may do. */
export const BOX_KINDS = ['ssh', 'docker', 'kubernetes', 'command', 'local'] as const;
export type BoxKind = (typeof BOX_KINDS)[number];

/** What is particular about a box. */
export const particulars = {
  model: z
    .string()
    .max(100)
    .refine((name) => isModelOf(PROVIDERS.anthropic, name), 'must be anthropic/claude-…')
    .optional(),
  agent: z
    .string()
    .regex(/^[\w-]{1,64}$/, 'must be 1 to 64 letters, digits, - and _')
    .optional(),
  columns: z.int().min(40).max(1_000).optional(),
};

/** The words of a command that leads onto a box. They never go through a shell. */
const word = z
  .string()
  .max(4_096)
  .regex(/^[^\0]*$/, 'must be words');
export const commandWords = z.tuple(
  [
    z
      .string()
      .max(4_096)
      .regex(/^[^-=\0][^=\0]*$/, 'must begin with a program'),
  ],
  word,
);
/** The most words of a command that the API takes. */
const MOST_WORDS = 50;
const fewWords = commandWords.refine((words) => words.length <= MOST_WORDS, `must be ${MOST_WORDS} at most`);

export const boxNameSchema = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/, 'must be lowercase letters, digits and -, 40 at most')
  .meta({ id: 'BoxName', description: "The box's name among those of its customer", example: 'default' });

const hostSchema = z.union(
  [
    z.ipv4(),
    z.ipv6(),
    z
      .string()
      .max(253)
      .regex(/^[A-Za-z0-9_](?:[\w-]{0,62})(?:\.[A-Za-z0-9_][\w-]{0,62})*\.?$/),
  ],
  'must be a host name or an address',
);
const name = (what: string) =>
  z
    .string()
    .regex(
      /^[A-Za-z0-9][\w.-]{0,252}$/,
      `must be the name of a ${what}: letters, digits, ., _ and -, 253 at most`,
    );
/** In a kubeconfig, names of contexts may be almost anything (EKS: an ARN). */
const contextName = z
  .string()
  .regex(
    /^[A-Za-z0-9][\w.:/@-]{0,252}$/,
    'must be the name of a context: letters, digits and ._:/@-, 253 at most',
  );

/** How a box is reached, by kind: all of it may be shown. */
export const REACHES = {
  ssh: z.strictObject({
    kind: z.literal('ssh'),
    host: hostSchema,
    port: z.int().min(1).max(65_535).default(22),
    user: z
      .string()
      .regex(
        /^[A-Za-z_][\w.-]{0,31}$/,
        'must be the name of a user: letters, digits, ., _ and -, 32 at most',
      ),
    ...particulars,
  }),
  docker: z.strictObject({
    kind: z.literal('docker'),
    container: name('container'),
    context: contextName.optional(),
    dockerHost: z
      .string()
      // Over tcp:// a token would go in clear; a context holds the certificates for TLS.
      .regex(/^unix:\/\/\/[\w./-]{1,200}$/, 'must be unix:///…; for another machine, name a context')
      .optional(),
    ...particulars,
  }),
  kubernetes: z.strictObject({
    kind: z.literal('kubernetes'),
    namespace: name('namespace'),
    pod: name('pod'),
    container: name('container').optional(),
    context: contextName.optional(),
    ...particulars,
  }),
  command: z.strictObject({
    kind: z.literal('command'),
    command: fewWords,
    terminal: fewWords.optional(),
    ...particulars,
  }),
  local: z.strictObject({ kind: z.literal('local'), ...particulars }),
} as const satisfies Record<BoxKind, z.ZodObject>;

/** How a box is reached, without its credentials. */
export type Reach = { [Kind in BoxKind]: z.output<(typeof REACHES)[Kind]> }[BoxKind];
export const reachSchema = z.discriminatedUnion('kind', [
  REACHES.ssh,
  REACHES.docker,
  REACHES.kubernetes,
  REACHES.command,
  REACHES.local,
]);

/** What a box's credentials are, by kind; never answered. A body has room for 16 KiB. */
export const CREDENTIALS = {
  privateKey: z
    .string()
    .min(1)
    .max(12_000)
    .meta({ description: "A private key in OpenSSH's format or PEM; never answered" }),
  passphrase: z
    .string()
    .min(1)
    .max(1_000)
    .meta({ description: 'Opens the private key; used once and not kept' }),
  kubeconfig: z
    .string()
    .min(1)
    .max(14_000)
    .meta({ description: 'A kubeconfig with a token or a client certificate in it; never answered' }),
} as const;

const fingerprintSchema = z
  .string()
  .regex(/^SHA256:[A-Za-z0-9+/]{43}$/, 'must be a fingerprint, SHA256:…')
  .meta({ description: 'As ssh-keygen prints it' });
const hostKeyLine = z
  .string()
  .max(4_000)
  .regex(/^(ssh|ecdsa)-[a-z0-9-]{1,40} [A-Za-z0-9+/]{20,}={0,2}( .{0,200})?$/);

const HOST_KEY_RULE =
  'must be "fetch", { "pin": ["ssh-ed25519 AAAA…"] } or { "confirm": "SHA256:…" }, the last once there is a box';
const hostKeyRequest = z.union(
  [
    z.literal('fetch'),
    z.strictObject({ pin: z.array(hostKeyLine).min(1).max(8) }),
    z.strictObject({ confirm: fingerprintSchema }),
  ],
  HOST_KEY_RULE,
);
export type HostKeyRequest = z.infer<typeof hostKeyRequest>;

const isDefault = z.boolean().meta({ description: 'Handshakes of this customer go to the default box' });

/** `POST /api/v1/customers/:customer/boxes`. */
const created = { name: boxNameSchema.default('default'), default: isDefault.optional() };
export const createBoxSchema = z
  .discriminatedUnion(
    'kind',
    [
      REACHES.ssh.extend({
        ...created,
        privateKey: CREDENTIALS.privateKey,
        passphrase: CREDENTIALS.passphrase.optional(),
        hostKey: hostKeyRequest,
      }),
      REACHES.docker.extend(created),
      REACHES.kubernetes.extend({ ...created, kubeconfig: CREDENTIALS.kubeconfig }),
      REACHES.command.extend(created),
      REACHES.local.extend(created),
    ],
    `must be one of ${BOX_KINDS.join(', ')}`,
  )
  .meta({ id: 'CreateBox' });
export type CreateBox = z.output<typeof createBoxSchema>;

/** `PUT /api/v1/customers/:customer/boxes/:name`: what is not given stays as it is, and `null` removes what is optional. */
export const updateBoxSchema = z
  .strictObject({
    default: z.literal(true, 'must be true: to change it, make another box the default').optional(),
    host: hostSchema.optional(),
    port: z.int().min(1).max(65_535).optional(),
    user: REACHES.ssh.shape.user.optional(),
    container: REACHES.docker.shape.container.nullish(),
    context: contextName.nullish(),
    dockerHost: REACHES.docker.shape.dockerHost.nullish(),
    namespace: REACHES.kubernetes.shape.namespace.optional(),
    pod: REACHES.kubernetes.shape.pod.optional(),
    command: fewWords.optional(),
    terminal: fewWords.nullish(),
    model: particulars.model.nullish(),
    agent: particulars.agent.nullish(),
    columns: particulars.columns.nullish(),
    privateKey: CREDENTIALS.privateKey.optional(),
    passphrase: CREDENTIALS.passphrase.optional(),
    kubeconfig: CREDENTIALS.kubeconfig.optional(),
    hostKey: hostKeyRequest.optional(),
  })
  .meta({ id: 'UpdateBox' });
export type UpdateBox = z.output<typeof updateBoxSchema>;

const errorCodeSchema = z.enum(ERROR_CODES);
const keySchema = z.strictObject({ type: z.string(), fingerprint: z.string() });
export type ShownKey = z.infer<typeof keySchema>;

/** What may be seen of a box's credentials. */
export const shownCredentialsSchema = z.strictObject({
  privateKey: keySchema.optional().meta({ description: 'Its type, and the fingerprint of its public half' }),
  kubeconfig: z
    .strictObject({ servers: z.array(z.string()) })
    .optional()
    .meta({ description: 'The addresses that it leads to' }),
});
export type ShownCredentials = z.infer<typeof shownCredentialsSchema>;

/** The outcome of a test, as it is stored. */
export const boxTestSchema = z.strictObject({
  run: z.uuid(),
  at: z.iso.datetime(),
  report: doctorReportSchema.optional().meta({ description: 'What the doctor found' }),
  error: errorCodeSchema.optional().meta({ description: 'Why there is no report' }),
});
export type BoxTest = z.infer<typeof boxTestSchema>;

/** A box, as the API answers it. */
export const boxSchema = z
  .strictObject({
    customer: customerSchema,
    name: boxNameSchema,
    default: isDefault,
    reach: reachSchema.meta({ description: 'How it is reached, without credentials' }),
    credentials: shownCredentialsSchema.meta({ description: 'Which are set; their text is never answered' }),
    hostKey: z
      .strictObject({
        state: z.enum(['pinned', 'fetching', 'to_confirm', 'failed']).meta({
          description:
            'pinned: it is connected to; fetching and to_confirm: only with the keys in `pinned`, if there are any; failed: the last fetch found none',
        }),
        pinned: z
          .array(keySchema)
          .meta({ description: 'The keys that it must show; empty: never connected to' }),
        fetched: z
          .array(keySchema)
          .optional()
          .meta({ description: 'What it showed: compare with a trusted place, then confirm one' }),
        error: errorCodeSchema.optional(),
      })
      .optional()
      .meta({ description: 'Of an ssh box' }),
    test: z
      .strictObject({
        pending: z.strictObject({ run: z.uuid(), since: z.iso.datetime() }).optional(),
        last: boxTestSchema.optional(),
      })
      .meta({ description: 'The last test, and the one under way' }),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'Box' });
export type ShownBox = z.infer<typeof boxSchema>;

/** `GET /api/v1/customers/:customer/boxes`: the default first, then by name. */
export const customerBoxesSchema = z
  .strictObject({ items: z.array(boxSchema) })
  .meta({ id: 'CustomerBoxes' });

/** `GET /api/v1/boxes`. */
export const boxesPageSchema = pageOf(boxSchema).meta({ id: 'BoxesPage' });

/** `/api/v1/customers/:customer/boxes/:name…`. */
export const boxParamsSchema = customerParamsSchema.extend({ name: boxNameSchema });

/** Milliseconds after which something that was asked of a worker will not come any more. */
export const BOX_TASK_LATE_MS = 3 * 60_000;
/** The most boxes of one customer. */
export const MOST_BOXES = 20;
