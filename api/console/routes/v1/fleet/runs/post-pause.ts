import { shownRunSchema } from '../../../../../../core/contract/shown-runs.ts';
import type { OperatorRoute } from '../../../../../route.ts';
import { changeRun, runSubject } from '../../../../fleet-run-change.ts';

/** Pauses a run over the fleet. */
export const postPauseRun: OperatorRoute = {
  method: 'post',
  path: '/api/v1/fleet/runs/:run/pause',
  who: 'operator',
  action: 'fleet-pause',
  about: 'Begin no more boxes of a run for now; those under way are brought to their end',
  answers: { 200: { about: 'How it stands now', schema: shownRunSchema } },
  errors: ['history_unavailable'],
  subject: ({ services, request }) => runSubject(services, request),
  handle: ({ services, request, operator: { name } }) =>
    changeRun(services, request, 'pause', { operator: name }),
};
