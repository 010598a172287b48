import type { z } from 'zod';
import { resumeRunSchema, shownRunSchema } from '../../../../../../core/contract/shown-runs.ts';
import type { OperatorRoute } from '../../../../../route.ts';
import { changeRun, runSubject } from '../../../../fleet-run-change.ts';

/** Lets a run over the fleet go on. */
export const postResumeRun: OperatorRoute<z.infer<typeof resumeRunSchema>> = {
  method: 'post',
  path: '/api/v1/fleet/runs/:run/resume',
  who: 'operator',
  action: 'fleet-resume',
  about: 'Let a run go on; one that has ended, too, with `failed`',
  body: resumeRunSchema,
  answers: { 200: { about: 'How it stands now', schema: shownRunSchema } },
  errors: ['history_unavailable'],
  async subject({ services, request, body: { failed } }) {
    const { detail } = await runSubject(services, request);
    return { detail: failed ? `${detail}, with what has failed` : `${detail}` };
  },
  handle: ({ services, request, body: { failed }, operator: { name } }) =>
    changeRun(services, request, 'resume', { operator: name, failed }),
};
