import type { AuditEntry } from '../../../../../core/contract/audit-entry.ts';
import { auditQuerySchema } from '../../../../../core/contract/console-api.ts';
import { queryOf } from '../../../../http/query.ts';
import type { OperatorRoute } from '../../../../route.ts';
import { auditSearch } from '../audit-search.ts';

/** The most entries in one export; `before` continues after the last one. */
const MOST_ENTRIES = 100_000;

/** The audit log as a file, one JSON object per line. */
export const getAuditExport: OperatorRoute = {
  method: 'get',
  path: '/api/v1/audit/export',
  who: 'operator',
  action: 'audit',
  about: 'The audit log as a file, searched like `/api/v1/audit`: at most 100,000 entries',
  answers: { 200: { about: 'JSON objects, one per line (application/x-ndjson)' } },
  errors: ['input_invalid'],
  async handle({ services: { audit }, request }) {
    const wanted = queryOf(request, auditQuerySchema.omit({ limit: true }));
    const text = lines(audit.entries(auditSearch(wanted)));
    return { status: 200, file: { name: 'keyferry-audit.ndjson', type: 'application/x-ndjson', text } };
  },
};

async function* lines(entries: AsyncIterable<AuditEntry>): AsyncGenerator<string> {
  let count = 0;
  for await (const entry of entries) {
    yield `${JSON.stringify(entry)}\n`;
    count += 1;
    if (count >= MOST_ENTRIES) return;
  }
}
