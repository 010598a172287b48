import { z } from 'zod';
import { KeyferryError } from '../../../../core/contract/errors.ts';
import { handOverOfferSchema } from '../../../../core/contract/hand-over.ts';
import { digest } from '../../../http/tokens.ts';
import type { CustomerRoute } from '../../../route.ts';

const bodySchema = z.strictObject({});

/** Makes a link with which another device continues this session. */
export const postHandOver: CustomerRoute<z.infer<typeof bodySchema>> = {
  method: 'post',
  path: '/api/v1/hand-over',
  who: 'customer',
  action: 'hand-over',
  limit: 'handOver',
  about: 'Offer this session to another device; while it is offered, another link for it',
  body: bodySchema,
  answers: { 201: { about: 'A link, for two minutes', schema: handOverOfferSchema } },
  errors: ['hand_over_handed'],
  async handle({ services: { config, handOvers, limits, sharedNetworkOf }, request, session }) {
    if (config.HAND_OVER === 'off') throw new KeyferryError('not_here');
    if (session.from !== undefined) throw new KeyferryError('hand_over_handed');
    await limits.count('handOverSession', digest(session.id));
    const before = await handOvers.stateOf(session);
    const offer = await handOvers.offer(session, sharedNetworkOf(request));
    if (!offer) throw new KeyferryError('not_signed_in');
    // A link that replaces one that is about to end is no other hand-over.
    const isRenewed = before.state === 'offered' && before.id === offer.id;
    return { status: 201, json: offer, ...(isRenewed && { isUnaudited: true }) };
  },
};
