import type { z } from 'zod';
import { KeyferryError } from '../../../../../core/contract/errors.ts';
import { fleetRepairRunsQuerySchema, fleetRepairRunsSchema } from '../../../../../core/contract/fleet.ts';
import { queryOf } from '../../../../http/query.ts';
import type { OperatorRoute } from '../../../../route.ts';

/** One that is no longer known is left out. Throws everything else. */
function ifThere(thrown: unknown): undefined {
  if (thrown instanceof KeyferryError && thrown.code === 'not_here') return undefined;
  throw thrown;
}

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
    const found = await Promise.all(runs.map((run) => repairRuns.find(undefined, run).catch(ifThere)));
    const json: z.infer<typeof fleetRepairRunsSchema> = { runs: found.filter((run) => run !== undefined) };
    return { status: 200, json };
  },
};
