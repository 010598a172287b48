import { z } from 'zod';
import { lookSchema } from '../../../../../core/contract/http-api.ts';
import type { PlatformRoute } from '../../../../route.ts';
import { customerOf } from './customer-of.ts';

const nothing = z.strictObject({});

/** Has the doctor look at a customer's box. */
export const postDoctor: PlatformRoute<z.infer<typeof nothing>> = {
  method: 'post',
  path: '/api/v1/boxes/:customer/doctor',
  who: 'platform',
  about: "Have the doctor look at a customer's box; a look that is under way is returned",
  body: nothing,
  answers: { 202: { about: 'Asked for; Location says where the report will be', schema: lookSchema } },
  async handle({ services: { looks }, request }) {
    const customer = customerOf(request);
    const json = await looks.ask(customer);
    const location = `/api/v1/boxes/${customer}/doctor/${json.look}`;
    return { status: 202, json, headers: { location, 'retry-after': '2' } };
  },
};
