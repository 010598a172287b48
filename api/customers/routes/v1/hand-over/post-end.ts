import { z } from 'zod';
import type { CustomerRoute } from '../../../../route.ts';

const bodySchema = z.strictObject({});

/** Ends a hand-over at the first device, whatever has become of it. */
export const postEnd: CustomerRoute<z.infer<typeof bodySchema>> = {
  method: 'post',
  path: '/api/v1/hand-over/end',
  who: 'customer',
  action: 'hand-over-end',
  about: 'End the hand-over of this session, and the session of the device that continues it',
  body: bodySchema,
  answers: { 204: { about: 'Ended' } },
  async handle({ services: { handOvers }, session }) {
    await handOvers.end(session);
    return { status: 204, detail: 'At the first device.' };
  },
};
