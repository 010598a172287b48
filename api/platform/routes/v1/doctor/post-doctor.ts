import { z } from 'zod';
import { doctorRunSchema } from '../../../../../core/contract/doctor-report.ts';
import { customerParamsSchema } from '../../../../../core/contract/platform-api.ts';
import type { PlatformRoute } from '../../../../route.ts';
import { DOCTOR_RUN } from '../../../examples.ts';

const nothing = z.strictObject({});

/** Runs the doctor on a customer's box. */
export const postDoctor: PlatformRoute<
  z.infer<typeof nothing>,
  undefined,
  z.infer<typeof customerParamsSchema>
> = {
  method: 'post',
  path: '/api/v1/boxes/:customer/doctor',
  who: 'platform',
  operation: 'runDoctor',
  tag: 'Boxes',
  action: 'doctor',
  about: "Run the doctor on a customer's box; if a run is under way, it is returned",
  params: customerParamsSchema,
  body: nothing,
  bodyExample: {},
  answers: {
    202: {
      about: 'Accepted; Location says where the report will be',
      schema: doctorRunSchema,
      example: { run: DOCTOR_RUN.run, state: 'waiting' },
      headers: {
        Location: 'Where the report will be',
        'Retry-After': 'Seconds until it makes sense to look',
      },
    },
  },
  async handle({ services: { doctorRuns }, params: { customer } }) {
    const json = await doctorRuns.ask(customer);
    const location = `/api/v1/boxes/${customer}/doctor/${json.run}`;
    return { status: 202, json, headers: { location, 'retry-after': '2' } };
  },
};
