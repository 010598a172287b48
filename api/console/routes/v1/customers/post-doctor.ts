import { z } from 'zod';
import { doctorRunSchema } from '../../../../../core/contract/doctor-report.ts';
import { customerOf } from '../../../../platform/routes/v1/doctor/customer-of.ts';
import type { OperatorRoute } from '../../../../route.ts';

const nothing = z.strictObject({});

/** Runs the doctor on a customer's box. */
export const postDoctorByOperator: OperatorRoute<z.infer<typeof nothing>> = {
  method: 'post',
  path: '/api/v1/customers/:customer/doctor',
  who: 'operator',
  action: 'doctor',
  about: "Run the doctor on a customer's box; if a run is under way, it is returned",
  body: nothing,
  answers: { 202: { about: 'Accepted', schema: doctorRunSchema } },
  subject: async ({ request }) => ({ customer: customerOf(request) }),
  async handle({ services: { doctorRuns }, request }) {
    return { status: 202, json: await doctorRuns.ask(customerOf(request)) };
  },
};
