import type { z } from 'zod';
import { KeyferryError } from '../../../../../core/contract/errors.ts';
import { fleetLookedSchema, fleetLookSchema } from '../../../../../core/contract/fleet.ts';
import type { OperatorRoute } from '../../../../route.ts';

/** Has the boxes of these connections looked at now, by whoever watches. */
export const postLooks: OperatorRoute<z.infer<typeof fleetLookSchema>> = {
  method: 'post',
  path: '/api/v1/fleet/look',
  who: 'operator',
  action: 'look',
  about: 'Make the next look at these connections due at once; the audit log has an entry for each customer',
  body: fleetLookSchema,
  answers: { 202: { about: 'Due; a worker that watches takes them in seconds', schema: fleetLookedSchema } },
  async subject({ services: { fleet }, body }) {
    const customers = await fleet.customersOf(body.connections);
    if (customers.length === 0) throw new KeyferryError('not_here');
    return customers.map((customer) => ({ customer }));
  },
  async handle({ services: { fleet }, body }) {
    const json: z.infer<typeof fleetLookedSchema> = { due: await fleet.lookNow(body.connections) };
    return { status: 202, json };
  },
};
