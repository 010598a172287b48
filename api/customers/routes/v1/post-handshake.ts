import { z } from 'zod';
import { snapshotSchema } from '../../../../core/contract/snapshot.ts';
import type { CustomerRoute } from '../../../route.ts';

const nothing = z.strictObject({});

/** Starts a handshake. */
export const postHandshake: CustomerRoute<z.infer<typeof nothing>> = {
  method: 'post',
  path: '/api/v1/handshake',
  who: 'customer',
  action: 'start',
  limit: 'start',
  about: 'Start a handshake; if one is active, it is returned unchanged',
  body: nothing,
  answers: {
    201: { about: 'Started', schema: snapshotSchema },
    200: { about: 'One was already active', schema: snapshotSchema },
  },
  errors: ['queue_full', 'box_paused'],
  async handle({ services: { handshakes }, customer }) {
    const { started, snapshot } = await handshakes.start(customer);
    return started ? { status: 201, json: snapshot } : { status: 200, json: snapshot, isUnaudited: true };
  },
};
