import {
  type FleetUsage,
  fleetUsageQuerySchema,
  fleetUsageSchema,
} from '../../../../../core/contract/fleet-usage.ts';
import { queryOf } from '../../../../http/query.ts';
import type { OperatorRoute } from '../../../../route.ts';
import { fleetUsageCursor } from '../../../fleet-usage-cursor.ts';
import { monthOf } from '../../../fleet-usage-export.ts';

/** What customers have used in a month, and on whose credential they lean. */
export const getFleetUsage: OperatorRoute = {
  method: 'get',
  path: '/api/v1/fleet/usage',
  who: 'operator',
  action: 'see',
  about: 'What customers have used in a month: `month`, `q`, `leans`, `sort`, `cursor`, `limit`',
  answers: { 200: { about: 'A page of what matches', schema: fleetUsageSchema } },
  errors: ['input_invalid', 'history_unavailable'],
  async handle({ services: { fleetUsages }, request }) {
    const { cursor, sort = 'customer', limit, ...filter } = queryOf(request, fleetUsageQuerySchema);
    const cursors = fleetUsageCursor(sort);
    const after = cursors.read(cursor);
    const { month, first } = monthOf(filter);
    const [{ rows, next }, totals] = await Promise.all([
      fleetUsages.page({ ...filter, month: first, sort, after, limit }),
      after ? undefined : fleetUsages.totals({ ...filter, month: first }),
    ]);
    const json: FleetUsage = {
      month,
      rows,
      ...(next && { next: cursors.write(next) }),
      ...(totals && { totals }),
    };
    return { status: 200, json };
  },
};
