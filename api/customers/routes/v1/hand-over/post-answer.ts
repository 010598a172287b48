import { KeyferryError } from '../../../../../core/contract/errors.ts';
import {
  type HandOverAnswer,
  handOverAnswerSchema,
  handOverSchema,
} from '../../../../../core/contract/hand-over.ts';
import type { CustomerRoute } from '../../../../route.ts';

/** What has ended it, for the audit log. */
const ENDS = {
  declined: 'No: the other device shows none of the words.',
  word: 'A word that the other device does not show.',
  elsewhere: 'Not on the network of the other device any more.',
  stopped: 'Ended at the other device.',
  cancelled: 'Ended at this device.',
};

/** Says at the first device which word the second one shows. */
export const postAnswer: CustomerRoute<HandOverAnswer> = {
  method: 'post',
  path: '/api/v1/hand-over/answer',
  who: 'customer',
  action: 'hand-over-answer',
  about: 'Say which word the other device shows, or that it shows none of them; there is one answer',
  body: handOverAnswerSchema,
  answers: { 200: { about: 'Its state: confirmed, or ended', schema: handOverSchema } },
  errors: ['hand_over_used'],
  async handle({ services: { handOvers, sharedNetworkOf }, request, session, body }) {
    const json = await handOvers.answer(session, body, sharedNetworkOf(request));
    if (!json) throw new KeyferryError('hand_over_used');
    if (json.state !== 'ended') return { status: 200, json };
    return { status: 200, json, isRefused: true, detail: ENDS[json.why] };
  },
};
