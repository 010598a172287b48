import { z } from 'zod';
import type { OperatorRoute } from '../../../../route.ts';
import { recordedOf, subjectOf } from './recorded-of.ts';

const nothing = z.strictObject({});

/** Cancels a customer's current handshake. */
export const postCancelByOperator: OperatorRoute<z.infer<typeof nothing>> = {
  method: 'post',
  path: '/api/v1/handshakes/:handshake/cancel',
  who: 'operator',
  action: 'cancel',
  about: "Cancel the handshake if it is the customer's current one; one that has ended is not changed",
  body: nothing,
  answers: { 202: { about: 'Accepted; the end is pushed' } },
  errors: ['history_unavailable'],
  subject: subjectOf,
  async handle(call) {
    const { customer, handshake } = (await recordedOf(call)).row;
    await call.services.handshakes.cancel(customer, handshake);
    return { status: 202 };
  },
};
