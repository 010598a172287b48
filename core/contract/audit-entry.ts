import { z } from 'zod';
import { customerSchema } from './customer.ts';
import { actionSchema, operatorNameSchema, roleSchema } from './operators.ts';
import { handshakeIdSchema } from './snapshot.ts';

/** Something that somebody did, or was refused. It holds no secrets. */
export const newAuditEntrySchema = z.strictObject({
  /** Who did it; undefined if a sign-in failed before that was known. */
  who: operatorNameSchema.optional(),
  role: roleSchema.optional(),
  action: actionSchema,
  outcome: z.enum(['done', 'refused']),
  /** The customer that it was about. */
  customer: customerSchema.optional(),
  handshake: handshakeIdSchema.optional(),
  /** The address that it came from, as far as `TRUSTED_PROXIES` reveals it. */
  from: z.string().max(64),
  /** One more line, in our own words. */
  detail: z.string().max(200).optional(),
});
export type NewAuditEntry = z.infer<typeof newAuditEntrySchema>;

/** A stream's id; Redis accepts no number of more than 64 bits. */
export const auditIdSchema = z.string().regex(/^\d{1,15}-\d{1,15}$/);

export const auditEntrySchema = newAuditEntrySchema
  .extend({ id: auditIdSchema, at: z.iso.datetime() })
  .meta({ id: 'AuditEntry' });
export type AuditEntry = z.infer<typeof auditEntrySchema>;
