import { z } from 'zod';
import { visitSchema } from '../../../../../core/contract/console-api.ts';
import { originOf } from '../../../../http/hosts.ts';
import { digest } from '../../../../http/tokens.ts';
import { customerOf } from '../../../../platform/routes/v1/doctor/customer-of.ts';
import type { OperatorRoute } from '../../../../route.ts';

const nothing = z.strictObject({});

/** Shows an operator the customer's page as the customer sees it. */
export const postVisit: OperatorRoute<z.infer<typeof nothing>> = {
  method: 'post',
  path: '/api/v1/customers/:customer/visit',
  who: 'operator',
  action: 'visit',
  about: "Make a link, valid once, to view the customer's page without being able to act there",
  body: nothing,
  answers: { 200: { about: 'The link', schema: visitSchema } },
  subject: async ({ request }) => ({ customer: customerOf(request) }),
  async handle({ services: { config, links }, request, operator, session }) {
    const customer = customerOf(request);
    const { token } = await links.make(customer, {
      viewer: operator.name,
      viewerSession: digest(session.id),
    });
    const json: z.infer<typeof visitSchema> = { url: `${originOf(customer, config)}/connect/${token}` };
    return { status: 200, json };
  },
};
