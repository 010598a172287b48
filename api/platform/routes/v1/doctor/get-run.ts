import { doctorRunSchema } from '../../../../../core/contract/http-api.ts';
import type { PlatformRoute } from '../../../../route.ts';
import { customerOf } from './customer-of.ts';

/** The doctor's report on a customer's box. */
export const getDoctorRun: PlatformRoute = {
  method: 'get',
  path: '/api/v1/boxes/:customer/doctor/:run',
  who: 'platform',
  about: 'A run of the doctor, until ten minutes after it has ended',
  answers: { 200: { about: 'Its state, with the report once it is done', schema: doctorRunSchema } },
  async handle({ services: { doctorRuns }, request }) {
    return { status: 200, json: await doctorRuns.find(customerOf(request), String(request.params.run)) };
  },
};
