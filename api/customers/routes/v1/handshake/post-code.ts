import type { z } from 'zod';
import { codeRequestSchema } from '../../../../../core/contract/http-api.ts';
import type { CustomerRoute } from '../../../../route.ts';

/** Takes the code that the customer pasted. */
export const postCode: CustomerRoute<z.infer<typeof codeRequestSchema>> = {
  method: 'post',
  path: '/api/v1/handshake/code',
  who: 'customer',
  action: 'code',
  limit: 'code',
  about: 'Leave the code from the sign-in page for the customer’s box',
  body: codeRequestSchema,
  answers: { 202: { about: 'Accepted; the outcome is pushed' } },
  errors: [
    'not_waiting',
    'sealed_unreadable',
    'code_incomplete',
    'code_malformed',
    'code_from_other_link',
    'code_is_mailed',
    'code_is_key',
    'code_is_token',
    'code_is_link',
  ],
  async handle({ services: { handshakes }, customer, body: { handshake, code } }) {
    await handshakes.leaveCode(customer, handshake, code);
    return { status: 202 };
  },
};
