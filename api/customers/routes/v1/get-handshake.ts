import { customerStateSchema } from '../../../../core/contract/http-api.ts';
import { withoutLink } from '../../../live/shown-state.ts';
import type { CustomerRoute } from '../../../route.ts';

/** The current handshake, or the last one. */
export const getHandshake: CustomerRoute = {
  method: 'get',
  path: '/api/v1/handshake',
  who: 'customer',
  about: 'The handshake, current or last, and the connection',
  answers: { 200: { about: 'What the WebSocket pushes too', schema: customerStateSchema } },
  async handle({ services: { states }, customer, session }) {
    const state = await states.read(customer);
    return { status: 200, json: session.viewer === undefined ? state : withoutLink(state) };
  },
};
