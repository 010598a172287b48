import { z } from 'zod';
import { customerSchema } from './customer.ts';

/** Handing a customer's session over to another device of theirs: what the two ends say and hear. docs/security/cross-device.md */

/** Milliseconds for which a hand-over's link, and so its QR code, is good. */
export const HAND_OVER_LINK_MS = 120_000;
/** Words to choose from at the first device; one of them is on the other's screen. */
export const HAND_OVER_CHOICES = 4;

/** In the path of a hand-over's link. */
export const CONTINUE_PATH = '/continue/';

const idSchema = z.uuid();
/** Latin capitals, the same in every language. */
const wordSchema = z.string().regex(/^[A-Z]{3,12}$/);

/**
 * Why a hand-over has ended: the first device said no, or chose another word; the two are not on one network; the
 * second device gave up; or the first did.
 */
export const handOverEndSchema = z.enum(['declined', 'word', 'elsewhere', 'stopped', 'cancelled']);
export type HandOverEnd = z.infer<typeof handOverEndSchema>;

/** `POST /api/v1/hand-over`: a link for the other device. */
export const handOverOfferSchema = z
  .strictObject({
    id: idSchema,
    url: z.url().meta({ description: 'What the QR code says, and the link to copy' }),
    expiresAt: z.iso.datetime(),
  })
  .meta({ id: 'HandOverOffer' });
export type HandOverOffer = z.infer<typeof handOverOfferSchema>;

/** `GET /api/v1/hand-over`: how far it has come, for the first device. */
export const handOverSchema = z
  .discriminatedUnion('state', [
    z.strictObject({ state: z.literal('none') }),
    z.strictObject({ state: z.literal('offered'), id: idSchema }),
    z.strictObject({
      state: z.literal('opened'),
      id: idSchema,
      choices: z.array(wordSchema).min(HAND_OVER_CHOICES).max(HAND_OVER_CHOICES).meta({
        description: 'One of them is what the other device shows',
      }),
    }),
    z.strictObject({ state: z.literal('confirmed'), id: idSchema }),
    /** Another device goes on with it. */
    z.strictObject({ state: z.literal('entered') }),
    z.strictObject({ state: z.literal('ended'), id: idSchema, why: handOverEndSchema }),
  ])
  .meta({ id: 'HandOver' });
export type HandOver = z.infer<typeof handOverSchema>;

/** `POST /api/v1/hand-over/answer`. */
export const handOverAnswerSchema = z
  .strictObject({
    id: idSchema,
    word: wordSchema
      .nullable()
      .meta({ description: 'What the other device shows; null: none of them, end it' }),
  })
  .meta({ id: 'HandOverAnswer' });
export type HandOverAnswer = z.infer<typeof handOverAnswerSchema>;

/** `POST /api/v1/hand-over/end`. */
export const handOverEndRequestSchema = z
  .strictObject({
    id: idSchema.optional().meta({
      description:
        'The hand-over that is under way, and the other device if it has come in by it meanwhile; without it, the other device that has come in is signed out',
    }),
  })
  .meta({ id: 'HandOverEndRequest' });

/** `POST /api/v1/continue/look` and `…/open`: what is in the link's path, sent in a body so that no address holds it. */
export const continueRequestSchema = z
  .strictObject({ token: z.string().regex(/^[\w-]{43}$/) })
  .meta({ id: 'ContinueRequest' });

/** `POST /api/v1/continue/look`: whose machine a link is about. Nothing is spent by it. */
export const continueLookSchema = z
  .strictObject({
    customer: customerSchema,
    displayName: z.string().optional().meta({ description: 'What the platform calls the customer' }),
  })
  .meta({ id: 'ContinueLook' });
export type ContinueLook = z.infer<typeof continueLookSchema>;

/** How far it has come, for the second device. */
export const continuedSchema = z
  .discriminatedUnion('state', [
    z.strictObject({ state: z.literal('opened'), word: wordSchema }),
    z.strictObject({ state: z.literal('confirmed') }),
    /** This browser has a session. */
    z.strictObject({ state: z.literal('entered') }),
    z.strictObject({
      state: z.literal('ended'),
      why: handOverEndSchema,
      refreshUrl: z.string().optional().meta({
        description: 'Where the platform signs the customer in and sends them back, if it has said',
      }),
    }),
  ])
  .meta({ id: 'Continued' });
export type Continued = z.infer<typeof continuedSchema>;
