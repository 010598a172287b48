import { fleetUsageExportSchema } from '../../../../../../core/contract/fleet-usage.ts';
import { queryOf } from '../../../../../http/query.ts';
import type { OperatorRoute } from '../../../../../route.ts';
import { jsonLines } from '../../../../csv.ts';
import { csvOf, monthOf, pagesOf } from '../../../../fleet-usage-export.ts';

/** What matches of customers' usage, as a file. */
export const getFleetUsageExport: OperatorRoute = {
  method: 'get',
  path: '/api/v1/fleet/usage/export',
  who: 'operator',
  action: 'usage-export',
  about:
    'What customers have used in a month as a file, narrowed like `/api/v1/fleet/usage`, by name: `format` is `csv` or `jsonl`; at most 100,000 lines',
  answers: { 200: { about: 'Comma-separated values (text/csv), or JSON objects, one per line' } },
  errors: ['input_invalid', 'history_unavailable'],
  // Before it is written down that there was an export.
  async subject({ request }) {
    queryOf(request, fleetUsageExportSchema);
    return {};
  },
  async handle({ services: { fleetUsages }, request }) {
    const { format, ...filter } = queryOf(request, fleetUsageExportSchema);
    const { month } = monthOf(filter);
    // The first page before the answer begins: what goes wrong there can still be said.
    const pages = await pagesOf(fleetUsages, filter);
    const name = `keyferry-usage-${month}`;
    const file =
      format === 'csv'
        ? { name: `${name}.csv`, type: 'text/csv; charset=utf-8', text: csvOf(month, pages) }
        : { name: `${name}.jsonl`, type: 'application/x-ndjson', text: jsonLines(pages) };
    return { status: 200, file };
  },
};
