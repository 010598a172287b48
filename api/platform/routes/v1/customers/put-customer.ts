import type { z } from 'zod';
import { timeZoneOf } from '../../../../../core/contract/days.ts';
import {
  type CustomerUpdate,
  customerParamsSchema,
  customerUpdateSchema,
  platformCustomerSchema,
} from '../../../../../core/contract/platform-api.ts';
import type { PlatformRoute } from '../../../../route.ts';
import { CUSTOMER, CUSTOMER_UPDATE } from '../../../examples.ts';

/** Tells Keyferry about a customer. */
export const putCustomer: PlatformRoute<CustomerUpdate, undefined, z.infer<typeof customerParamsSchema>> = {
  method: 'put',
  path: '/api/v1/customers/:customer',
  who: 'platform',
  action: 'customer-change',
  operation: 'putCustomer',
  tag: 'Customers',
  about: 'Create a customer, or replace everything about them',
  details:
    'What the body leaves out is removed, except for `noticesOff`, which customers set, too. The same request twice has the same result.',
  params: customerParamsSchema,
  body: customerUpdateSchema,
  bodyExample: CUSTOMER_UPDATE,
  answers: {
    200: { about: 'Replaced', schema: platformCustomerSchema, example: CUSTOMER },
    201: { about: 'Created', schema: platformCustomerSchema, example: CUSTOMER },
  },
  async handle({ services: { customers }, params: { customer }, body }) {
    const [locale] = body.locale === undefined ? [] : Intl.getCanonicalLocales(body.locale);
    const timeZone = body.timeZone === undefined ? undefined : timeZoneOf(body.timeZone);
    const { customer: json, isNew } = await customers.put(customer, { ...body, locale, timeZone });
    return { status: isNew ? 201 : 200, json };
  },
};
