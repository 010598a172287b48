import type { z } from 'zod';
import { askedRequestSchema } from '../../../../../core/contract/http-api.ts';
import type { CustomerRoute } from '../../../../route.ts';

/** The customer has clicked, and so asks for what their page had begun by itself. */
export const postAsked: CustomerRoute<z.infer<typeof askedRequestSchema>> = {
  method: 'post',
  path: '/api/v1/handshake/asked',
  who: 'customer',
  action: 'ask',
  about: 'Say that the customer asks, by a click, for the handshake that the page has begun by itself',
  body: askedRequestSchema,
  answers: { 204: { about: 'Known; also of one that was asked for before' } },
  async handle({ services: { handshakes }, customer, body: { handshake } }) {
    const isNew = await handshakes.ask(customer, handshake);
    return { status: 204, ...(!isNew && { isUnaudited: true }) };
  },
};
