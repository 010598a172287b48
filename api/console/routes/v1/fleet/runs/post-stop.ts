import { shownRunSchema } from '../../../../../../core/contract/shown-runs.ts';
import type { OperatorRoute } from '../../../../../route.ts';
import { changeRun, runSubject } from '../../../../fleet-run-change.ts';

/** Ends a run over the fleet for good. */
export const postStopRun: OperatorRoute = {
  method: 'post',
  path: '/api/v1/fleet/runs/:run/stop',
  who: 'operator',
  action: 'fleet-stop',
  about: 'Begin no more boxes of a run, for good; those under way are brought to their end',
  answers: { 200: { about: 'How it stands now', schema: shownRunSchema } },
  errors: ['history_unavailable'],
  subject: ({ services, request }) => runSubject(services, request),
  handle: ({ services, request, operator: { name } }) =>
    changeRun(services, request, 'stop', { operator: name }),
};
