import { z } from 'zod';
import { customerSchema } from './customer.ts';
import { endpointSchema } from './endpoint.ts';
import { toldCodeSchema } from './error-code.ts';
import { methodSchema, providerSchema } from './provider-names.ts';
import { envelopeSchema, MOST_ENVELOPE, workerPublicKeySchema } from './sealed.ts';
import { connectionSchema, handshakeIdSchema, labelSchema, snapshotSchema } from './snapshot.ts';

/** Bodies of the HTTP API, version 1. Anything not declared here is refused. */

/** Header that carries `session.csrf` with every request that changes something. */
export const CSRF_HEADER = 'x-keyferry-csrf';

/** What a customer says, or brings, for a credential that is not signed in for. */
export const asksSchema = z.array(z.enum(['endpoint', 'key'])).meta({
  description: 'What `api-key` wants: an address of their own with its models, a key, or both; absent: a key',
});

/** A provider that a customer can connect, and how. */
export const offerSchema = z
  .strictObject({
    provider: providerSchema.unwrap(),
    asks: asksSchema.optional(),
    methods: z.array(
      z.strictObject({
        method: methodSchema.unwrap(),
        lacks: z
          .enum(['plan', 'version'])
          .optional()
          .meta({ description: 'What is missing for it: it is not in their plan, or not in their machine' }),
      }),
    ),
  })
  .meta({ id: 'Offer' });
export type Offer = z.infer<typeof offerSchema>;

/** `GET /api/v1/session`. */
export const sessionSchema = z
  .strictObject({
    customer: customerSchema,
    csrf: z
      .string()
      .meta({ description: `Goes into the header ${CSRF_HEADER}; empty where \`link\` is there` }),
    link: z.enum(['unopened', 'over']).optional().meta({
      description:
        'Nobody is signed in: this is what a connect link says that has not been used up, or that is over',
    }),
    sealTo: workerPublicKeySchema.optional().meta({
      description: 'What the customer pastes is sealed to this key, whose private half only workers have',
    }),
    returnUrl: z.url().optional(),
    refreshUrl: z.url().optional().meta({ description: 'Where the platform makes a fresh link' }),
    displayName: z.string().optional().meta({ description: 'Shown before the slug' }),
    origin: z.string().optional().meta({
      description: 'Of the page that opened this one in a popup: this one speaks to it, and to nobody else',
    }),
    locale: z.string().max(35).optional().meta({
      description: 'The language that the page speaks (BCP 47); absent: as the browser wants it',
      example: 'de-CH',
    }),
    theme: z.enum(['light', 'dark', 'auto']).optional(),
    brand: z
      .strictObject({
        name: z.string().optional(),
        supportUrl: z.url().optional(),
        supportEmail: z.string().optional(),
        termsUrl: z.url().optional(),
        styles: z.array(z.string()).optional().meta({ description: 'CSS rules with its colours' }),
      })
      .optional()
      .meta({ description: 'What the link says of the platform, where that differs from the configuration' }),
    way: z
      .strictObject({ provider: providerSchema.unwrap(), method: methodSchema.unwrap() })
      .optional()
      .meta({ description: 'What the page opens with' }),
    supportCode: z
      .string()
      .optional()
      .meta({ description: 'Of this visit: what to quote to support where there is no handshake' }),
    standIn: z.url().optional().meta({
      description: 'In demonstrations only: the address of a simulated Anthropic; the page says so',
    }),
    offers: z.array(offerSchema).optional().meta({
      description: 'What they can connect, in the order of the page; absent: Claude by its sign-in',
    }),
    copies: z.boolean().optional().meta({
      description:
        'Whether workers keep a sealed copy of what is connected (the vault); absent: not known at the moment',
    }),
    begins: z.literal('click').optional().meta({
      description: 'No sign-in is begun before the customer clicks; absent: it is when they look',
    }),
    canHandOver: z.literal(true).optional().meta({
      description: 'It can be continued on another device; not where it continues one itself, and in no look',
    }),
    viewer: z
      .string()
      .optional()
      .meta({ description: 'The operator who is viewing the page: this session can change nothing' }),
  })
  .meta({ id: 'Session' });
export type Session = z.infer<typeof sessionSchema>;

/** `GET /api/v1/handshake`: what the WebSocket pushes too. */
export const customerStateSchema = z
  .strictObject({
    snapshot: snapshotSchema.nullable().meta({ description: 'Null: there has been no handshake yet' }),
    connection: connectionSchema.nullable().meta({ description: 'The newest one; null: not connected' }),
    connections: z
      .array(connectionSchema)
      .max(100)
      .optional()
      .meta({ description: 'All that there are, where there are several: the newest first' }),
  })
  .meta({ id: 'CustomerState' });
export type CustomerState = z.infer<typeof customerStateSchema>;

/** `POST /api/v1/handshake`. */
export const startRequestSchema = z
  .strictObject({
    provider: providerSchema,
    method: methodSchema,
    label: labelSchema.optional(),
    another: z
      .boolean()
      .optional()
      .meta({ description: 'Beside what there is of this provider and method, not in its place' }),
    endpoint: endpointSchema.optional(),
    unasked: z
      .literal(true)
      .optional()
      .meta({ description: 'The page begins it by itself: the customer has not clicked' }),
    submission: z.uuid().optional().meta({ description: "With `key`: the sender's own id for it" }),
    key: envelopeSchema.optional().meta({ description: 'For `api-key`: the key, sealed to the workers' }),
  })
  .refine(({ method, submission, key, endpoint }) => {
    if ((submission === undefined) !== (key === undefined)) return false;
    return (method === 'api-key') === (key !== undefined || endpoint !== undefined);
  }, '`submission` and `key`, or `endpoint`, belong to the method `api-key`')
  .meta({ id: 'StartRequest' });
export type StartRequest = z.infer<typeof startRequestSchema>;

/** `POST /api/v1/handshake/code`. */
export const codeRequestSchema = z
  .strictObject({
    handshake: handshakeIdSchema,
    code: z.string().min(1).max(MOST_ENVELOPE).meta({
      description:
        '`CODE#STATE`, as the sign-in page shows it, sealed to `sealTo` of the session for `code:<customer>:<handshake>`: `kf1.…`. A code in clear is taken as well, for pages of the version before this one',
    }),
  })
  .meta({ id: 'CodeRequest' });

/** `POST /api/v1/handshake/asked`. */
export const askedRequestSchema = z
  .strictObject({ handshake: handshakeIdSchema })
  .meta({ id: 'AskedRequest' });

/** `POST /api/v1/handshake/cancel`. */
export const cancelRequestSchema = z
  .strictObject({ handshake: handshakeIdSchema })
  .meta({ id: 'CancelRequest' });

/** Every answer that is not a success (RFC 9457, application/problem+json). */
export const problemSchema = z
  .strictObject({
    type: z.string().meta({ description: 'urn:keyferry:<code>' }),
    title: z.string().meta({ description: 'In words for the customer' }),
    status: z.int(),
    code: toldCodeSchema,
    detail: z.string().optional().meta({ description: 'For developers' }),
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof problemSchema>;
