import type { z } from 'zod';
import { KeyferryError } from '../../../../../core/contract/errors.ts';
import { continuedSchema, continueRequestSchema } from '../../../../../core/contract/hand-over.ts';
import { networkOf } from '../../../../http/limits.ts';
import type { VisitorRoute } from '../../../../route.ts';

/** The customer's click on the second device: the link is this browser's from now on. */
export const postOpen: VisitorRoute<z.infer<typeof continueRequestSchema>> = {
  method: 'post',
  path: '/api/v1/continue/open',
  who: 'visitor',
  action: 'hand-over-open',
  about: 'Open a hand-over’s link, which spends it for every other browser',
  body: continueRequestSchema,
  answers: {
    200: {
      about: 'Opened, with the word for the first device; or ended, where the two are not on one network',
      schema: continuedSchema,
    },
  },
  errors: ['hand_over_used', 'view_only'],
  async handle({
    services: { config, handOvers, limits, sharedNetworkOf },
    request,
    customer,
    session,
    body: { token },
  }) {
    if (config.HAND_OVER === 'off') throw new KeyferryError('not_here');
    // This device is signed in already; the link is left to another.
    if (session) return { status: 200, json: { state: 'entered' }, isUnaudited: true };
    const opened = await handOvers.open(customer, token, sharedNetworkOf(request));
    if (!opened) {
      await limits.count('missedHandOver', networkOf(request.ip));
      throw new KeyferryError('hand_over_used');
    }
    const { continued, cookie } = opened;
    return {
      status: 200,
      json: continued,
      headers: { 'set-cookie': handOvers.setCookie(cookie) },
      ...(continued.state === 'ended' && {
        isRefused: true,
        detail: 'Not on the network of the first device.',
      }),
    };
  },
};
