import { fleetCustomerSchema } from '../../../../../core/contract/fleet.ts';
import { customerOf } from '../../../../platform/routes/v1/doctor/customer-of.ts';
import type { OperatorRoute } from '../../../../route.ts';

/** A customer, with what they have connected and how that is. */
export const getFleetCustomer: OperatorRoute = {
  method: 'get',
  path: '/api/v1/customers/:customer',
  who: 'operator',
  action: 'see',
  about: 'What is on record of a customer; also of one of whom nothing has been heard',
  answers: {
    200: { about: 'Their connections, and what the watch has of them', schema: fleetCustomerSchema },
  },
  errors: ['history_unavailable'],
  async handle({ services: { fleet }, request }) {
    return { status: 200, json: await fleet.customer(customerOf(request)) };
  },
};
