import { manyReRunsSchema } from '../../../../../core/contract/re-runs.ts';
import type { OperatorRoute } from '../../../../route.ts';

/** What is and was tried again. */
export const getReRuns: OperatorRoute = {
  method: 'get',
  path: '/api/v1/re-runs',
  who: 'operator',
  action: 'see',
  about: 'Re-runs of many cases, the newest first',
  answers: { 200: { about: 'The last 50', schema: manyReRunsSchema } },
  async handle({ services: { reRuns } }) {
    return { status: 200, json: { runs: await reRuns.list() } };
  },
};
