import { z } from 'zod';
import { doctorRunSchema } from '../../../../../core/contract/http-api.ts';
import type { PlatformRoute } from '../../../../route.ts';
import { customerOf } from './customer-of.ts';

const nothing = z.strictObject({});

/** Runs the doctor on a customer's box. */
export const postDoctor: PlatformRoute<z.infer<typeof nothing>> = {
  method: 'post',
  path: '/api/v1/boxes/:customer/doctor',
  who: 'platform',
  about: "Run the doctor on a customer's box; if a run is under way, it is returned",
  body: nothing,
  answers: { 202: { about: 'Accepted; Location says where the report will be', schema: doctorRunSchema } },
  async handle({ services: { doctorRuns }, request }) {
    const customer = customerOf(request);
    const json = await doctorRuns.ask(customer);
    const location = `/api/v1/boxes/${customer}/doctor/${json.run}`;
    return { status: 202, json, headers: { location, 'retry-after': '2' } };
  },
};
