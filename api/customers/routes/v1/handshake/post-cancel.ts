import type { z } from 'zod';
import { cancelRequestSchema } from '../../../../../core/contract/http-api.ts';
import type { CustomerRoute } from '../../../../route.ts';

/** Cancels the current handshake. */
export const postCancel: CustomerRoute<z.infer<typeof cancelRequestSchema>> = {
  method: 'post',
  path: '/api/v1/handshake/cancel',
  who: 'customer',
  action: 'cancel',
  about: 'Cancel the handshake; one that has ended is not changed',
  body: cancelRequestSchema,
  answers: { 202: { about: 'Accepted; the end is pushed' } },
  async handle({ services: { handshakes }, customer, body: { handshake } }) {
    await handshakes.cancel(customer, handshake);
    return { status: 202 };
  },
};
