import { handOverSchema } from '../../../../core/contract/hand-over.ts';
import type { CustomerRoute } from '../../../route.ts';

/** What the first device waits for. */
export const getHandOver: CustomerRoute = {
  method: 'get',
  path: '/api/v1/hand-over',
  who: 'customer',
  about: 'How far the hand-over of this session is',
  answers: { 200: { about: 'Its state', schema: handOverSchema } },
  async handle({ services: { handOvers }, session }) {
    const hasOne = session.viewer === undefined && session.from === undefined;
    return { status: 200, json: hasOne ? await handOvers.stateOf(session) : { state: 'none' } };
  },
};
