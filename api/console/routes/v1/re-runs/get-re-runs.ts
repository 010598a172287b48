import { manyReRunsSchema } from '../../../../../core/contract/re-runs.ts';
import type { OperatorRoute } from '../../../../route.ts';

/** What is being tried again, or was a few minutes ago. */
export const getReRuns: OperatorRoute = {
  method: 'get',
  path: '/api/v1/re-runs',
  who: 'operator',
  action: 'see',
  about: 'Re-runs of many cases that are under way, or have ended within ten minutes, the newest first',
  answers: { 200: { about: '50 at most', schema: manyReRunsSchema } },
  async handle({ services: { reRuns } }) {
    return { status: 200, json: { runs: await reRuns.list() } };
  },
};
