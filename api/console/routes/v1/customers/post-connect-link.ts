import { z } from 'zod';
import { linkToSendSchema } from '../../../../../core/contract/re-runs.ts';
import { originOf } from '../../../../http/hosts.ts';
import { customerOf } from '../../../../platform/routes/v1/doctor/customer-of.ts';
import type { OperatorRoute } from '../../../../route.ts';

const nothing = z.strictObject({});

/** Makes a link that lets a customer in, for support to send. */
export const postConnectLinkByOperator: OperatorRoute<z.infer<typeof nothing>> = {
  method: 'post',
  path: '/api/v1/customers/:customer/connect-link',
  who: 'operator',
  action: 'connect-link',
  about: 'Make a link that lets this customer in, once, within minutes: whoever has it is let in',
  body: nothing,
  answers: { 201: { about: 'The link', schema: linkToSendSchema } },
  async subject({ request }) {
    return { customer: customerOf(request) };
  },
  async handle({ services: { config, links, recorder }, request, operator }) {
    const customer = customerOf(request);
    await recorder.record('customer', { customer });
    const { token, expiresAt } = await links.make(customer, { madeBy: operator.name });
    const url = `${originOf(customer, config)}/connect/${token}`;
    const json: z.infer<typeof linkToSendSchema> = { url, expiresAt: expiresAt.toISOString() };
    return { status: 201, json };
  },
};
