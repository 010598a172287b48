import type { z } from 'zod';
import { KeyferryError } from '../../../../../core/contract/errors.ts';
import { customerParamsSchema, platformCustomerSchema } from '../../../../../core/contract/platform-api.ts';
import type { PlatformRoute } from '../../../../route.ts';
import { CUSTOMER } from '../../../examples.ts';

/** A customer as the platform has told about them. */
export const getCustomer: PlatformRoute<undefined, undefined, z.infer<typeof customerParamsSchema>> = {
  method: 'get',
  path: '/api/v1/customers/:customer',
  who: 'platform',
  operation: 'getCustomer',
  tag: 'Customers',
  about: 'Read a customer',
  details: 'There is one after `PUT`, and after a connect link was made for them. Until then: 404.',
  params: customerParamsSchema,
  answers: { 200: { about: 'The customer', schema: platformCustomerSchema, example: CUSTOMER } },
  async handle({ services: { customers }, params: { customer } }) {
    const json = await customers.find(customer);
    if (!json) throw new KeyferryError('not_here');
    return { status: 200, json };
  },
};
