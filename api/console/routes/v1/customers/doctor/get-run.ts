import { doctorRunSchema } from '../../../../../../core/contract/doctor-report.ts';
import { customerOf } from '../../../../../platform/routes/v1/doctor/customer-of.ts';
import type { OperatorRoute } from '../../../../../route.ts';

/** The doctor's report on a customer's box. */
export const getDoctorRunByOperator: OperatorRoute = {
  method: 'get',
  path: '/api/v1/customers/:customer/doctor/:run',
  who: 'operator',
  action: 'see',
  about: 'A run of the doctor, until ten minutes after it has ended',
  answers: { 200: { about: 'Its state, with the report once it is done', schema: doctorRunSchema } },
  async handle({ services: { doctorRuns }, request }) {
    return { status: 200, json: await doctorRuns.find(customerOf(request), String(request.params.run)) };
  },
};
