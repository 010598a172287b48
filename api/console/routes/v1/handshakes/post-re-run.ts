import { z } from 'zod';
import { reRunSchema } from '../../../../../core/contract/console-api.ts';
import { KeyferryError } from '../../../../../core/contract/errors.ts';
import type { OperatorRoute } from '../../../../route.ts';
import { recordedOf, subjectOf } from './recorded-of.ts';

const nothing = z.strictObject({});

/** Starts another handshake for a customer, whose open page follows automatically. */
export const postReRun: OperatorRoute<z.infer<typeof nothing>> = {
  method: 'post',
  path: '/api/v1/handshakes/:handshake/re-run',
  who: 'operator',
  action: 're-run',
  about: "Start another handshake for this one's customer; if one is active, it is returned",
  body: nothing,
  answers: { 200: { about: 'The handshake that is running now', schema: reRunSchema } },
  errors: ['history_unavailable', 'queue_full', 'key_needed_again'],
  subject: subjectOf,
  async handle(call) {
    const { handshake: again, customer, provider, method } = (await recordedOf(call)).record;
    if (method === 'api-key') throw new KeyferryError('key_needed_again');
    const { started, snapshot } = await call.services.handshakes.start(
      customer,
      `operator:${call.operator.name}`,
      { provider, method, again },
    );
    const json: z.infer<typeof reRunSchema> = { handshake: snapshot.handshake, started };
    return { status: 200, json };
  },
};
