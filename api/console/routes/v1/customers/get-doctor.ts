import { type DoctorReports, doctorReportsSchema } from '../../../../../core/contract/console-api.ts';
import { customerOf } from '../../../../platform/routes/v1/doctor/customer-of.ts';
import type { OperatorRoute } from '../../../../route.ts';

/** What the doctor has found on a customer's boxes. */
export const getDoctorReports: OperatorRoute = {
  method: 'get',
  path: '/api/v1/customers/:customer/doctor',
  who: 'operator',
  action: 'see',
  about: "The last 20 reports of the doctor on a customer's boxes",
  answers: { 200: { about: 'Newest first', schema: doctorReportsSchema } },
  errors: ['history_unavailable'],
  async handle({ services: { doctorReports }, request }) {
    const json: DoctorReports = { reports: await doctorReports.of(customerOf(request)) };
    return { status: 200, json };
  },
};
