import { z } from 'zod';
import { connectionRecordSchema, HEALTHS } from './connection-record.ts';
import { customerSchema } from './customer.ts';
import { timeZoneSchema } from './days.ts';
import { ERROR_CODES } from './error-rows.ts';
import { EVENT_DATA } from './jobs.ts';
import { NOTICE_GROUPS, noticeGroupSchema } from './notices.ts';
import { PHASES } from './phases.ts';
import { plainText } from './plain-text.ts';
import { holdsSecret, methodSchema, providerSchema } from './providers.ts';
import { handshakeIdSchema } from './snapshot.ts';

/**
 * What the platform's servers and the api say to each other, version 1. Requests are read strictly: anything that is not
 * declared here is refused by name. Answers may gain fields: whoever reads them passes over what they do not know.
 */

/** The entries on a page of a list: when nothing is asked for, and at most. */
export const PAGE_SIZE = { usual: 50, most: 200 } as const;

/** One page of a list. */
export const pageQuerySchema = z.strictObject({
  cursor: z
    .string()
    .min(1)
    .max(500)
    .optional()
    .meta({ description: '`nextCursor` of the page before; the first page without it' }),
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(PAGE_SIZE.most)
    .default(PAGE_SIZE.usual)
    .meta({ description: 'The most entries on this page' }),
});

const nextCursor = z
  .string()
  .nullable()
  .meta({ description: '`cursor` of the next page; null: this is the last one', examples: [null] });

/** A page of a list of these. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.strictObject({ items: z.array(item), nextCursor });
}

/** One line that people read or programs compare: no control characters, nothing that PostgreSQL refuses, no secret. */
export const line = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    .refine((text) => text.isWellFormed() && plainText(text) === text && !text.includes('\n'), {
      error: 'must be one line of text without control characters',
      params: { rule: 'format', expected: 'line' },
    })
    .refine((text) => !holdsSecret(text), {
      error: 'holds a secret of a provider, which does not belong here',
      params: { rule: 'format', expected: 'no secret' },
    });

/**
 * A name that people read, in the customer's own script: emoji may be joined (U+200D) and scripts may need U+200C; what
 * could turn the text around it is refused.
 */
export const displayLine = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    .refine((text) => text.isWellFormed() && isDisplayed(text), {
      error: 'must be one line of text without control characters',
      params: { rule: 'format', expected: 'line' },
    })
    .refine((text) => !holdsSecret(text), {
      error: 'holds a secret of a provider, which does not belong here',
      params: { rule: 'format', expected: 'no secret' },
    });

function isDisplayed(text: string): boolean {
  const bare = text.replaceAll(/[\u200c\u200d]/g, '');
  return plainText(bare) === bare && !/\n/.test(text) && text.trim() === text;
}

const METADATA = { entries: 20, value: 500 } as const;

const metadataSchema = z
  .record(
    z
      .string()
      .regex(
        /^[A-Za-z][\w.-]{0,39}$/,
        'must begin with a letter and be letters, digits, ., _ and -, 40 at most',
      ),
    line(METADATA.value),
  )
  .refine((metadata) => Object.keys(metadata).length <= METADATA.entries, {
    error: `has more than ${METADATA.entries} entries`,
    params: { rule: 'max_properties', limit: METADATA.entries },
  })
  .meta({
    description: `Up to ${METADATA.entries} short texts of your own; a name begins with a letter. No secrets`,
    maxProperties: METADATA.entries,
    examples: [{ accountId: '4711' }],
  });

export const localeSchema = z
  .string()
  .max(35)
  .refine(isLanguageTag, {
    error: 'must be a language tag (BCP 47), such as `de-CH`',
    params: { rule: 'format', expected: 'language-tag' },
  })
  .meta({ description: 'A language tag (BCP 47)', examples: ['de-CH'] });

function isLanguageTag(text: string): boolean {
  try {
    return Intl.getCanonicalLocales(text).length === 1;
  } catch {
    return false;
  }
}

const displayName = line(200).meta({ description: 'The name that people read', examples: ['Alice Example'] });
const email = z
  .email()
  .max(254)
  .meta({
    description: 'Where mails about their connections go; none are sent without it',
    examples: ['alice@example.com'],
  });
const noticesOff = z
  .array(noticeGroupSchema)
  .max(NOTICE_GROUPS.length)
  .meta({
    description:
      'What they are not mailed about: `reminders` before an end, `problems` (broken, expired, working again), `disconnected`. Customers switch these off in the mails themselves',
    examples: [['reminders']],
  });
const timeZone = timeZoneSchema.meta({
  description:
    'By whose days and months what they use is counted and limited, by its IANA name; without it UTC’s',
  examples: ['Europe/Zurich'],
});
const plan = line(64).meta({ description: 'Your name for what they pay for', examples: ['pro'] });

/** `PUT /api/v1/customers/:customer`: all of it; what is not there is removed, but for what customers choose themselves. */
export const customerUpdateSchema = z
  .strictObject({
    displayName: displayName.optional(),
    locale: localeSchema.optional(),
    timeZone: timeZone.optional(),
    plan: plan.optional(),
    email: email.optional(),
    noticesOff: noticesOff.optional(),
    metadata: metadataSchema.optional(),
  })
  .meta({
    id: 'CustomerUpdate',
    description:
      'Everything about a customer; what is left out is removed, except for `noticesOff`, which then stays as it is: customers set it, too',
  });
export type CustomerUpdate = z.infer<typeof customerUpdateSchema>;

/** A customer as the platform knows them. */
export const platformCustomerSchema = z
  .strictObject({
    customer: customerSchema,
    displayName: z
      .string()
      .nullable()
      .meta({ examples: ['Alice Example'] }),
    locale: z
      .string()
      .nullable()
      .meta({ description: 'In its canonical form', examples: ['de-CH'] }),
    timeZone: z
      .string()
      .nullable()
      .meta({ description: 'By its IANA name', examples: ['Europe/Zurich'] }),
    plan: z
      .string()
      .nullable()
      .meta({ examples: ['pro'] }),
    email: z
      .string()
      .nullable()
      .meta({ examples: ['alice@example.com'] }),
    emailRefusedAt: z.iso
      .datetime()
      .nullable()
      .meta({
        description:
          'When a mail server last refused this address for good; null: not since it last took a mail',
        examples: [null],
      }),
    noticesOff: noticesOff.meta({ examples: [[]] }),
    metadata: z.record(z.string(), z.string()).meta({ examples: [{ accountId: '4711' }] }),
    createdAt: z.iso.datetime().meta({ description: 'When Keyferry first heard of them' }),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'Customer' });
export type PlatformCustomer = z.infer<typeof platformCustomerSchema>;

export const customersPageSchema = pageOf(platformCustomerSchema).meta({ id: 'CustomersPage' });

/** `/api/v1/customers/:customer…`. */
export const customerParamsSchema = z.strictObject({ customer: customerSchema });

/** `GET /api/v1/connections`: all that are given must match. */
export const connectionsQuerySchema = pageQuerySchema.extend({
  health: z.enum(HEALTHS).optional().meta({ description: 'Those with this health' }),
  provider: providerSchema
    .unwrap()
    .optional()
    .meta({ description: 'Those of this provider', examples: ['anthropic'] }),
  expiringBefore: z.iso.datetime().optional().meta({
    description: 'Those that expire before it, the earliest first; without it, in no particular order',
  }),
});

/** `GET /api/v1/customers/:customer/connections`. */
export const customerConnectionsQuerySchema = pageQuerySchema.extend({
  history: z
    .enum(['true', 'false'])
    .optional()
    .meta({ description: '`true`: those that were replaced or removed, too' }),
});

export const connectionsPageSchema = pageOf(connectionRecordSchema).meta({ id: 'ConnectionsPage' });

/** `GET /api/v1/events`. */
export const eventsQuerySchema = z.strictObject({
  after: z.uuid().optional().meta({
    description: 'The `id` of the last event that you have; from the first one that is kept without it',
  }),
  limit: pageQuerySchema.shape.limit,
});

/** An event, as its webhook told it. */
export const platformEventSchema = z
  .strictObject({
    id: z.uuid().meta({ description: 'The same as `webhook-id` of its webhook' }),
    type: z.string().meta({ description: 'There will be others', examples: ['handshake.connected'] }),
    timestamp: z.iso.datetime(),
    data: z
      .union([
        z.looseObject(EVENT_DATA.customer.shape),
        z.looseObject(EVENT_DATA.case.shape),
        z.looseObject(EVENT_DATA.release.shape),
        z.looseObject(EVENT_DATA.usage.shape),
      ])
      .meta({ description: 'The second in `case.…`, the third in `release.tried`, the last in `usage.…`' }),
  })
  .meta({ id: 'Event' });
export type PlatformEvent = z.infer<typeof platformEventSchema>;

export const eventsPageSchema = z
  .strictObject({
    items: z.array(platformEventSchema),
    hasMore: z.boolean().meta({ description: 'There are more: ask again, `after` the last of these' }),
  })
  .meta({ id: 'EventsPage' });

const phaseSchema = z.enum(PHASES);

/** `GET /api/v1/handshakes/:handshake`: no screens, nothing that a box said. */
export const platformHandshakeSchema = z
  .strictObject({
    handshake: handshakeIdSchema,
    customer: customerSchema,
    provider: providerSchema,
    method: methodSchema,
    requestedBy: z.enum(['customer', 'platform', 'operator']).meta({ description: 'Who started it' }),
    startedAt: z.iso.datetime(),
    asked: z.literal(false).optional().meta({
      description: 'The customer’s page has begun it by itself, and they have not clicked there so far',
    }),
    phase: phaseSchema,
    phases: z
      .array(
        z.strictObject({
          phase: phaseSchema,
          at: z.iso.datetime(),
          attempt: z.int().nonnegative().meta({ description: '0: before a worker took it' }),
        }),
      )
      .meta({ description: 'When it entered each phase, in order, over all attempts' }),
    endedAt: z.iso.datetime().nullable(),
    outcome: z
      .enum(['connected', 'failed', 'expired', 'cancelled'])
      .nullable()
      .meta({ description: 'Null: it is under way' }),
    error: z
      .strictObject({
        code: z.enum(ERROR_CODES),
        phase: phaseSchema.meta({ description: 'Where it happened' }),
        retryable: z.boolean().meta({ description: 'Trying again may help although nothing was changed' }),
        message: z.string().meta({ description: 'In words for developers' }),
      })
      .nullable()
      .meta({ description: 'If it has failed or expired: why' }),
  })
  .meta({ id: 'Handshake' });
export type PlatformHandshake = z.infer<typeof platformHandshakeSchema>;
