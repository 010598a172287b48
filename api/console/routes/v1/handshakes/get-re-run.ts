import { reRunPlanSchema } from '../../../../../core/contract/re-runs.ts';
import type { OperatorRoute } from '../../../../route.ts';
import { planOfOne } from '../../../re-runner.ts';
import { recordedOf } from './recorded-of.ts';

/** What a re-run of one handshake would do. */
export const getReRunOfHandshake: OperatorRoute = {
  method: 'get',
  path: '/api/v1/handshakes/:handshake/re-run',
  who: 'operator',
  action: 'see',
  about: 'What a re-run of this handshake would do, as it is now; nothing is started',
  answers: { 200: { about: 'The plan', schema: reRunPlanSchema } },
  errors: ['history_unavailable'],
  async handle(call) {
    const { record } = await recordedOf(call);
    return { status: 200, json: await planOfOne(call.services, record) };
  },
};
