import { KeyferryError } from '../../../../core/contract/errors.ts';
import { type StartRequest, startRequestSchema } from '../../../../core/contract/http-api.ts';
import { snapshotSchema } from '../../../../core/contract/snapshot.ts';
import type { CustomerRoute } from '../../../route.ts';

/** Starts a handshake. */
export const postHandshake: CustomerRoute<StartRequest> = {
  method: 'post',
  path: '/api/v1/handshake',
  who: 'customer',
  action: 'start',
  limit: 'start',
  about: 'Start a handshake; if one is active, it is returned unchanged',
  body: startRequestSchema,
  answers: {
    201: { about: 'Started', schema: snapshotSchema },
    200: { about: 'One was already active', schema: snapshotSchema },
  },
  errors: [
    'queue_full',
    'box_paused',
    'method_not_offered',
    'not_in_plan',
    'endpoint_unfit',
    'sealed_unreadable',
  ],
  async handle({ services: { handshakes, offers, seal }, customer, session, body }) {
    const { provider, method, label, another, endpoint, unasked, submission, key: envelope } = body;
    await offers.check(customer, provider, method, { endpoint, hasKey: envelope !== undefined });
    if (envelope !== undefined && !seal.accepts(envelope)) throw new KeyferryError('sealed_unreadable');
    const key = submission !== undefined && envelope !== undefined ? { submission, envelope } : undefined;
    const { reference } = session;
    const wanted = { provider, method, label, another, endpoint, unasked, key, reference };
    const { started, snapshot } = await handshakes.start(customer, 'customer', wanted);
    return started ? { status: 201, json: snapshot } : { status: 200, json: snapshot, isUnaudited: true };
  },
};
