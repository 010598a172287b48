import { z } from 'zod';
import { KeyferryError } from '../../../../../core/contract/errors.ts';
import { continuedSchema } from '../../../../../core/contract/hand-over.ts';
import type { VisitorRoute } from '../../../../route.ts';

const bodySchema = z.strictObject({});

/** Lets the second device in, once the first has said yes. */
export const postEnter: VisitorRoute<z.infer<typeof bodySchema>> = {
  method: 'post',
  path: '/api/v1/continue/enter',
  who: 'visitor',
  action: 'hand-over-enter',
  about:
    'Start a session in the browser that has opened a hand-over’s link, once the first device has confirmed it',
  body: bodySchema,
  answers: { 200: { about: 'Its state; `entered`: with a session', schema: continuedSchema } },
  errors: ['hand_over_used', 'view_only'],
  async handle({ services: { handOvers, sessions, sharedNetworkOf }, request, customer }) {
    const entered = await handOvers.enter(customer, request.headers, sharedNetworkOf(request));
    if (!entered) throw new KeyferryError('hand_over_used');
    const { continued: json, session } = entered;
    if (session) {
      const headers = { 'set-cookie': sessions.cookie(session) };
      return { status: 200, json, headers, madeBy: session.madeBy };
    }
    const isElsewhere = json.state === 'ended' && json.why === 'elsewhere';
    if (!isElsewhere) return { status: 200, json, isUnaudited: true };
    return { status: 200, json, isRefused: true, detail: 'Not on the network of the first device any more.' };
  },
};
