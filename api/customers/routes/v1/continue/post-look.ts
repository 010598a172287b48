import type { z } from 'zod';
import { KeyferryError } from '../../../../../core/contract/errors.ts';
import { continueLookSchema, continueRequestSchema } from '../../../../../core/contract/hand-over.ts';
import { networkOf } from '../../../../http/limits.ts';
import type { VisitorRoute } from '../../../../route.ts';

/** Says whose machine a hand-over's link is about. */
export const postLook: VisitorRoute<z.infer<typeof continueRequestSchema>> = {
  method: 'post',
  path: '/api/v1/continue/look',
  who: 'visitor',
  action: 'hand-over-open',
  about: 'What a hand-over’s link is about, before somebody decides; nothing is spent',
  body: continueRequestSchema,
  answers: { 200: { about: 'It can be opened', schema: continueLookSchema } },
  errors: ['hand_over_used'],
  async handle({ services: { handOvers, limits }, request, customer, body: { token } }) {
    const json = await handOvers.look(customer, token);
    // Nobody has opened anything yet.
    if (json) return { status: 200, json, isUnaudited: true };
    await limits.count('missedHandOver', networkOf(request.ip));
    throw new KeyferryError('hand_over_used');
  },
};
