import { type Fleet, fleetQuerySchema, fleetSchema } from '../../../../core/contract/fleet.ts';
import { queryOf } from '../../../http/query.ts';
import type { OperatorRoute } from '../../../route.ts';
import { fleetCursor } from '../../fleet-cursor.ts';

/** All customers, with what each has connected and how that is. */
export const getFleet: OperatorRoute = {
  method: 'get',
  path: '/api/v1/fleet',
  who: 'operator',
  action: 'see',
  about:
    'The fleet: `q`, `health`, `reason`, `provider`, `method`, `box`, `model`, `version`, `expiring`, `unchecked`, `sort`, `cursor`, `limit`',
  answers: { 200: { about: 'A page of what matches', schema: fleetSchema } },
  errors: ['input_invalid', 'history_unavailable'],
  async handle({ services: { fleet }, request }) {
    const { cursor, sort = 'customer', limit, ...filter } = queryOf(request, fleetQuerySchema);
    const cursors = fleetCursor(sort);
    const after = cursors.read(cursor);
    const [{ rows, next }, counts] = await Promise.all([
      fleet.page({ ...filter, sort, after, limit }),
      after ? undefined : fleet.counts(filter),
    ]);
    const json: Fleet = { rows, ...(next && { next: cursors.write(next) }), ...(counts && { counts }) };
    return { status: 200, json };
  },
};
