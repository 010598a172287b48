import type { z } from 'zod';
import { doctorRunSchema } from '../../../../../core/contract/doctor-report.ts';
import { customerParamsSchema } from '../../../../../core/contract/platform-api.ts';
import type { PlatformRoute } from '../../../../route.ts';
import { DOCTOR_RUN } from '../../../examples.ts';

const paramsSchema = customerParamsSchema.extend({ run: doctorRunSchema.shape.run });

/** The doctor's report on a customer's box. */
export const getDoctorRun: PlatformRoute<undefined, undefined, z.infer<typeof paramsSchema>> = {
  method: 'get',
  path: '/api/v1/boxes/:customer/doctor/:run',
  who: 'platform',
  operation: 'getDoctorRun',
  tag: 'Boxes',
  about: 'Read a run of the doctor, until ten minutes after it has ended',
  params: paramsSchema,
  answers: {
    200: {
      about: 'Its state, with the report once it is done',
      schema: doctorRunSchema,
      example: DOCTOR_RUN,
    },
  },
  async handle({ services: { doctorRuns }, params: { customer, run } }) {
    return { status: 200, json: await doctorRuns.find(customer, run) };
  },
};
