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
  answers: { 204: { about: 'Ended' } },
  async handle({ services: { handOvers }, session, body: { id } }) {
    await handOvers.end(session, id);
    const detail = id === undefined ? 'The second device is signed out.' : 'At the first device.';
    return { status: 204, detail };
  },
};
