import { doctorRunSchema } from '../../../../../../core/contract/http-api.ts';
import { customerOf } from '../../../../../platform/routes/v1/doctor/customer-of.ts';
import type { OperatorRoute } from '../../../../../route.ts';

/** What the doctor says of a customer's box. */
export const getDoctorRunByOperator: OperatorRoute = {
  method: 'get',
  path: '/api/v1/customers/:customer/doctor/:run',
  who: 'operator',
  action: 'see',
  about: 'A run of the doctor, for ten minutes after it has ended',
  answers: { 200: { about: 'How it stands; with the report when it is done', schema: doctorRunSchema } },
  async handle({ services: { doctorRuns }, request }) {
    return { status: 200, json: await doctorRuns.find(customerOf(request), String(request.params.run)) };
  },
};
