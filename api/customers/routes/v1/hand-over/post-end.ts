import type { z } from 'zod';
import { handOverEndRequestSchema } from '../../../../../core/contract/hand-over.ts';
import type { CustomerRoute } from '../../../../route.ts';

/** Ends a hand-over at the first device, or what it has led to. */
export const postEnd: CustomerRoute<z.infer<typeof handOverEndRequestSchema>> = {
  method: 'post',
  path: '/api/v1/hand-over/end',
  who: 'customer',
  action: 'hand-over-end',
  about: 'End the hand-over of this session that is under way, or sign the device out that continues it',
  body: handOverEndRequestSchema,
  answers: { 204: { about: 'It has ended, or there was none' } },
  async handle({ services: { handOvers }, session, body: { id } }) {
    const ended = await handOvers.end(session, id);
    if (!ended) return { status: 204, isUnaudited: true };
    return {
      status: 204,
      detail: ended === 'left' ? 'The second device is signed out.' : 'At the first device.',
    };
  },
};
