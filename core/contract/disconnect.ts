import { z } from 'zod';
import { customerSchema } from './customer.ts';
import { toldCodeSchema } from './error-code.ts';
import { removalSchema } from './jobs.ts';

const { outcome, notes } = removalSchema.shape;

/** `/api/v1/customers/:customer/connections/:connection…`. */
export const connectionParamsSchema = z.strictObject({ customer: customerSchema, connection: z.uuid() });

/** `?box=gone`, and the same as a page's body. */
export const askedDisconnectSchema = z.strictObject({
  box: z.literal('gone').optional().meta({
    description:
      'Its box is gone for good. Where it cannot be reached, or has no OpenClaw any more, the connection ends all the same, and what Keyferry has of the credential is deleted; whether it is still on the box nobody has seen. A box that answers has it removed as ever',
  }),
});
export type AskedDisconnect = z.infer<typeof askedDisconnectSchema>;

/** How far a connection's removal from its box has come. */
export const disconnectSchema = z
  .strictObject({
    connection: z.uuid(),
    state: z.enum(['waiting', 'running', 'done', 'failed']),
    outcome: outcome.optional().meta({
      description:
        'Once it is done. `removed`: OpenClaw has removed the profile, and says that it is gone; `absent`: it was gone already; `replaced`: another credential stands under its name by now, and was left there; `forgotten`: its box is gone, as it was said to be, and Keyferry has nothing of it any more',
    }),
    notes: notes.optional().meta({ description: 'Once it is done: what else was seen on the box' }),
    error: toldCodeSchema.optional().meta({ description: 'Once it has failed: why. The connection stays' }),
    receipt: z
      .uuid()
      .optional()
      .meta({ description: 'Once it is done: the id of the receipt that says what was done' }),
    revokeAt: z.url().optional().meta({
      description:
        'Where the customer revokes the credential at its provider: removing it from the box does not',
    }),
  })
  .meta({ id: 'Disconnect' });
export type Disconnect = z.infer<typeof disconnectSchema>;
