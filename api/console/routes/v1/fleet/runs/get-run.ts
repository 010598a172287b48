import { shownRunReportSchema } from '../../../../../../core/contract/shown-runs.ts';
import { idOf } from '../../../../../customers/routes/v1/connections/id-of.ts';
import type { OperatorRoute } from '../../../../../route.ts';

/** One run over the fleet, and what its boxes have in common. */
export const getFleetRun: OperatorRoute = {
  method: 'get',
  path: '/api/v1/fleet/runs/:run',
  who: 'operator',
  action: 'see',
  about: 'A run over the fleet: how its boxes stand, its canaries, and what boxes have in common',
  answers: { 200: { about: 'Its report so far', schema: shownRunReportSchema } },
  errors: ['history_unavailable'],
  async handle({ services: { fleetRuns }, request }) {
    return { status: 200, json: await fleetRuns.of(idOf(request, 'run')) };
  },
};
