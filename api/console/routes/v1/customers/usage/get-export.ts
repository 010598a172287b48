import { dayOf, firstOfMonth } from '../../../../../../core/contract/days.ts';
import { customerUsageExportSchema } from '../../../../../../core/contract/fleet-usage.ts';
import { now } from '../../../../../../core/store/redis-clock.ts';
import { queryOf } from '../../../../../http/query.ts';
import { customerOf } from '../../../../../platform/routes/v1/doctor/customer-of.ts';
import type { OperatorRoute } from '../../../../../route.ts';
import { usageCsv, usageJsonLines } from '../../../../usage-export.ts';

/** Months, this one among them. */
const MONTHS = 13;

/** What a customer's boxes have used, as a file. */
export const getCustomerUsageExport: OperatorRoute = {
  method: 'get',
  path: '/api/v1/customers/:customer/usage/export',
  who: 'operator',
  action: 'usage-export',
  about:
    "What a customer's boxes have used in the last 13 months, by day, box, provider, model and kind: `format` is `csv` (without it) or `jsonl`; at most 100,000 lines",
  answers: { 200: { about: 'Comma-separated values (text/csv), or JSON objects, one per line' } },
  errors: ['input_invalid', 'history_unavailable'],
  // Before it is written down that there was an export.
  async subject({ request }) {
    queryOf(request, customerUsageExportSchema);
    return { customer: customerOf(request) };
  },
  async handle({ services: { usage }, request }) {
    const { format } = queryOf(request, customerUsageExportSchema);
    const customer = customerOf(request);
    const to = dayOf(now(), await usage.zoneOf(customer));
    const by = ['day', 'box', 'provider', 'model', 'kind'] as const;
    const wanted = { customer, from: firstOfMonth(to, MONTHS - 1), to, by };
    const name = `keyferry-usage-${customer}`;
    const file =
      format === 'csv'
        ? { name: `${name}.csv`, type: 'text/csv; charset=utf-8', text: await usageCsv(usage, wanted) }
        : { name: `${name}.jsonl`, type: 'application/x-ndjson', text: await usageJsonLines(usage, wanted) };
    return { status: 200, file };
  },
};
