import { KeyferryError } from '../../../../core/contract/errors.ts';
import { continuedSchema } from '../../../../core/contract/hand-over.ts';
import type { VisitorRoute } from '../../../route.ts';

/** What the second device waits for. */
export const getContinue: VisitorRoute = {
  method: 'get',
  path: '/api/v1/continue',
  who: 'visitor',
  about: 'How far the hand-over is that this browser has opened',
  answers: { 200: { about: 'Its state', schema: continuedSchema } },
  errors: ['hand_over_used'],
  async handle({ services: { handOvers }, request, customer }) {
    const json = await handOvers.continued(customer, request.headers);
    if (!json) throw new KeyferryError('hand_over_used');
    return { status: 200, json };
  },
};
