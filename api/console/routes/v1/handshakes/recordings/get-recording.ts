import { KeyferryError } from '../../../../../../core/contract/errors.ts';
import type { OperatorRoute } from '../../../../../route.ts';
import { recordedOf } from '../recorded-of.ts';

type Call = Parameters<NonNullable<OperatorRoute['subject']>>[0];

/** The recording of one attempt. */
export const getRecording: OperatorRoute = {
  method: 'get',
  path: '/api/v1/handshakes/:handshake/recordings/:attempt',
  who: 'operator',
  action: 'replay',
  about: "The recording of an attempt's terminal, redacted when it was made",
  answers: { 200: { about: 'An asciicast' } },
  errors: ['history_unavailable'],
  async subject(call) {
    const { customer, handshake, attempt } = await attemptOf(call);
    const there = await call.services.recordings.of(handshake, [attempt]);
    if (there.length === 0) throw new KeyferryError('not_here');
    return { customer, handshake };
  },
  async handle(call) {
    const { customer, ...which } = await attemptOf(call);
    const cast = await call.services.recordings.read(which);
    if (cast === undefined) throw new KeyferryError('not_here');
    const name = `keyferry-${customer}-${which.handshake}-${which.attempt}.cast`;
    return { status: 200, file: { name, type: 'application/x-asciicast', text: [cast] } };
  },
};

/** The attempt that the path names. Throws `not_here` for one that never existed. */
async function attemptOf(call: Call): Promise<{ customer: string; handshake: string; attempt: number }> {
  const { customer, handshake, attempts } = (await recordedOf(call)).record;
  const found = attempts.find(({ attempt }) => `${attempt}` === call.request.params.attempt);
  if (!found) throw new KeyferryError('not_here');
  return { customer, handshake, attempt: found.attempt };
}
