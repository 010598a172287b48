import type { z } from 'zod';
import { fleetRepairRunsQuerySchema, fleetRepairRunsSchema } from '../../../../../core/contract/fleet.ts';
import { queryOf } from '../../../../http/query.ts';
import type { OperatorRoute } from '../../../../route.ts';

/** How far many repairs that were asked for have come. */
export const getFleetRepairRuns: OperatorRoute = {
  method: 'get',
  path: '/api/v1/fleet/repair-runs',
  who: 'operator',
  action: 'see',
  about: 'How far repairs that were asked for have come, until an hour after each has ended: `runs`',
  answers: { 200: { about: 'Those that are still known', schema: fleetRepairRunsSchema } },
  errors: ['input_invalid'],
  async handle({ services: { repairRuns }, request }) {
    const { runs } = queryOf(request, fleetRepairRunsQuerySchema);
    const found = await Promise.all(
      runs.map((run) => repairRuns.find(undefined, run).catch(() => undefined)),
    );
    const json: z.infer<typeof fleetRepairRunsSchema> = { runs: found.filter((run) => run !== undefined) };
    return { status: 200, json };
  },
};
