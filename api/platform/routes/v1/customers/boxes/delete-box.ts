import type { z } from 'zod';
import { boxParamsSchema } from '../../../../../../core/contract/boxes.ts';
import type { PlatformRoute } from '../../../../../route.ts';

/** Removes a box. */
export const deleteBox: PlatformRoute<undefined, undefined, z.infer<typeof boxParamsSchema>> = {
  method: 'delete',
  path: '/api/v1/customers/:customer/boxes/:name',
  who: 'platform',
  action: 'box-remove',
  operation: 'deleteBox',
  tag: 'Boxes',
  about: 'Remove a box and its credentials',
  details:
    'Nothing is done on the box itself: a sign-in that is stored there stays. The default can be removed only while it is the only one.',
  params: boxParamsSchema,
  answers: { 204: { about: 'Removed' } },
  errors: ['box_is_default'],
  fields: () => ({ box_is_default: { in: 'path', field: 'name', rule: 'unfit' } }),
  async handle({ services: { boxes }, params: { customer, name } }) {
    await boxes.remove(customer, name);
    return { status: 204 };
  },
};
