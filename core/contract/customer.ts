import { z } from 'zod';

/** Names below the base domain that do not belong to customers. */
const RESERVED = new Set(['admin', 'api', 'www']);

/**
 * A customer's slug: one lowercase DNS label, which is also their subdomain, the value of their box's tag,
 * and the deduplication id of their handshake.
 */
export const customerSchema = z
  .string()
  .regex(
    /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
    'must be 1 to 63 lowercase letters, digits and hyphens, and neither begin nor end with a hyphen',
  )
  .refine((slug) => !RESERVED.has(slug), 'is reserved for the platform')
  .meta({
    id: 'CustomerSlug',
    description: "The customer's slug, which is also their subdomain",
    example: 'alice',
  });
