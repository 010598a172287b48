import { fleetExportSchema } from '../../../../../core/contract/fleet.ts';
import { queryOf } from '../../../../http/query.ts';
import type { OperatorRoute } from '../../../../route.ts';
import { jsonLines } from '../../../csv.ts';
import { csvOf, pagesOf } from '../../../fleet-export.ts';

/** What matches of the fleet, as a file. */
export const getFleetExport: OperatorRoute = {
  method: 'get',
  path: '/api/v1/fleet/export',
  who: 'operator',
  action: 'fleet-export',
  about:
    'The fleet as a file, narrowed like `/api/v1/fleet`, by name: `format` is `csv` or `jsonl`; at most 100,000 lines',
  answers: { 200: { about: 'Comma-separated values (text/csv), or JSON objects, one per line' } },
  errors: ['input_invalid', 'history_unavailable'],
  // Before it is written down that there was an export.
  async subject({ request }) {
    queryOf(request, fleetExportSchema);
    return {};
  },
  async handle({ services: { fleet }, request }) {
    const { format, ...filter } = queryOf(request, fleetExportSchema);
    // The first page before the answer begins: what goes wrong there can still be said.
    const pages = await pagesOf(fleet, filter);
    const file =
      format === 'csv'
        ? { name: 'keyferry-fleet.csv', type: 'text/csv; charset=utf-8', text: csvOf(pages) }
        : { name: 'keyferry-fleet.jsonl', type: 'application/x-ndjson', text: jsonLines(pages) };
    return { status: 200, file };
  },
};
