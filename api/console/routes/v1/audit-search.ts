import type { z } from 'zod';
import type { auditQuerySchema } from '../../../../core/contract/console-api.ts';
import type { AuditSearch } from '../../../../core/store/audit.ts';

type Asked = Omit<z.infer<typeof auditQuerySchema>, 'limit'>;

/** The search of the audit log that a query describes. */
export function auditSearch({ since, until, ...same }: Asked): AuditSearch {
  return { ...same, since: since ? new Date(since) : undefined, until: until ? new Date(until) : undefined };
}
