import type { z } from 'zod';
import { shownRunsSchema } from '../../../../../core/contract/shown-runs.ts';
import type { OperatorRoute } from '../../../../route.ts';

/** What is done on one box of the fleet after another, or was. */
export const getFleetRuns: OperatorRoute = {
  method: 'get',
  path: '/api/v1/fleet/runs',
  who: 'operator',
  action: 'see',
  about: 'The newest 50 runs over the fleet, with how their boxes stand',
  answers: { 200: { about: 'The newest first', schema: shownRunsSchema } },
  errors: ['history_unavailable'],
  async handle({ services: { fleetRuns } }) {
    const json: z.infer<typeof shownRunsSchema> = { runs: await fleetRuns.list() };
    return { status: 200, json };
  },
};
