import { z } from 'zod';
import type { VisitorRoute } from '../../../../route.ts';

const bodySchema = z.strictObject({});

/** Ends a hand-over at the second device. */
export const postStop: VisitorRoute<z.infer<typeof bodySchema>> = {
  method: 'post',
  path: '/api/v1/continue/stop',
  who: 'visitor',
  action: 'hand-over-end',
  about: 'End the hand-over that this browser has opened',
  body: bodySchema,
  answers: { 204: { about: 'It has ended, or there was none' } },
  errors: ['view_only'],
  async handle({ services: { handOvers }, request, customer }) {
    const hasEnded = await handOvers.stop(customer, request.headers);
    const headers = { 'set-cookie': handOvers.setCookie() };
    if (!hasEnded) return { status: 204, headers, isUnaudited: true };
    return { status: 204, headers, detail: 'At the second device.' };
  },
};
