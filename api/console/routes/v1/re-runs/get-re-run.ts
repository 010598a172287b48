import { KeyferryError } from '../../../../../core/contract/errors.ts';
import { reRunCasesSchema } from '../../../../../core/contract/re-runs.ts';
import { idOf } from '../../../../customers/routes/v1/connections/id-of.ts';
import type { OperatorRoute } from '../../../../route.ts';

/** How far a re-run is, and what became of each case. */
export const getReRun: OperatorRoute = {
  method: 'get',
  path: '/api/v1/re-runs/:run',
  who: 'operator',
  action: 'see',
  about: 'How far a re-run is, and what became of each case',
  answers: { 200: { about: 'The re-run', schema: reRunCasesSchema } },
  async handle({ services: { reRuns }, request }) {
    const id = idOf(request, 'run');
    const [run] = await reRuns.list(id);
    if (!run) throw new KeyferryError('not_here');
    return { status: 200, json: { ...run, cases: await reRuns.cases(id) } };
  },
};
