import { z } from 'zod';

/** Names below the base domain that are not customers'. */
const RESERVED = new Set(['admin', 'api', 'www']);

/**
 * A customer's slug: one DNS label, in small letters, which is also their subdomain, the value of the tag on
 * their box, and the deduplication id of their handshake.
 */
export const customerSchema = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, 'not a name that a subdomain can have')
  .refine((slug) => !RESERVED.has(slug), 'reserved for the platform')
  .meta({
    id: 'Customer',
    description: "The customer's slug, which is also their subdomain",
    example: 'alice',
  });
