import { type ShownLooks, shownLooksSchema } from '../../../../../core/contract/fleet.ts';
import { customerOf } from '../../../../platform/routes/v1/doctor/customer-of.ts';
import type { OperatorRoute } from '../../../../route.ts';

/** What looks have seen of a customer's connections, one by one. */
export const getLooks: OperatorRoute = {
  method: 'get',
  path: '/api/v1/customers/:customer/looks',
  who: 'operator',
  action: 'see',
  about: "The last looks at a customer's connections, 50 of each and 200 in all",
  answers: { 200: { about: 'Newest first', schema: shownLooksSchema } },
  errors: ['history_unavailable'],
  async handle({ services: { looks }, request }) {
    const json: ShownLooks = { looks: await looks.of(customerOf(request)) };
    return { status: 200, json };
  },
};
