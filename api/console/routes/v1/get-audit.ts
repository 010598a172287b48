import { type AuditPage, auditPageSchema, auditQuerySchema } from '../../../../core/contract/console-api.ts';
import { queryOf } from '../../../http/query.ts';
import type { OperatorRoute } from '../../../route.ts';
import { auditSearch } from './audit-search.ts';

/** Who did what: newest first, a page at a time. */
export const getAudit: OperatorRoute = {
  method: 'get',
  path: '/api/v1/audit',
  who: 'operator',
  action: 'audit',
  about:
    'The audit log: `actor`, `who`, `action`, `outcome`, `customer`, `handshake`, `since`, `until`, `before`, `limit`',
  answers: { 200: { about: 'Newest first', schema: auditPageSchema } },
  errors: ['input_invalid'],
  async handle({ services: { audit }, request }) {
    const { limit, ...wanted } = queryOf(request, auditQuerySchema);
    const json: AuditPage = { entries: await audit.search(auditSearch(wanted), limit) };
    return { status: 200, json };
  },
};
