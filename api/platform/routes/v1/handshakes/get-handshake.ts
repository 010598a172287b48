import { z } from 'zod';
import { CATALOGUE, type CatalogueRow, KeyferryError } from '../../../../../core/contract/errors.ts';
import type { HandshakeRecord } from '../../../../../core/contract/handshake-record.ts';
import { isFinal } from '../../../../../core/contract/phases.ts';
import {
  type PlatformHandshake,
  platformHandshakeSchema,
} from '../../../../../core/contract/platform-api.ts';
import { factsOf } from '../../../../console/row.ts';
import type { PlatformRoute } from '../../../../route.ts';
import { HANDSHAKE } from '../../../examples.ts';

const paramsSchema = z.strictObject({ handshake: platformHandshakeSchema.shape.handshake });

/** One handshake, under way or past. */
export const getHandshakeOnRecord: PlatformRoute<undefined, undefined, z.infer<typeof paramsSchema>> = {
  method: 'get',
  path: '/api/v1/handshakes/:handshake',
  who: 'platform',
  operation: 'getHandshake',
  tag: 'Handshakes',
  about: 'Read a handshake, under way or past',
  params: paramsSchema,
  answers: { 200: { about: 'The handshake', schema: platformHandshakeSchema, example: HANDSHAKE } },
  async handle({ services, params: { handshake } }) {
    const record = (await services.records.read(handshake)) ?? (await services.history.read(handshake));
    if (!record) throw new KeyferryError('not_here');
    return { status: 200, json: shownTo(record) };
  },
};

/** Without what a box or an operator said, and without an operator's name. */
function shownTo(record: HandshakeRecord): PlatformHandshake {
  const { handshake, customer, provider, method, requestedBy, startedAt, attempts } = record;
  const { phase, since, error } = factsOf(record);
  const row: CatalogueRow | undefined = error && CATALOGUE[error.code];
  return {
    handshake,
    customer,
    provider,
    method,
    requestedBy: askerOf(requestedBy),
    startedAt,
    ...(record.asked === false && { asked: false as const }),
    phase,
    phases: attempts.flatMap(({ attempt, timeline }) =>
      timeline.map((step) => ({ phase: step.phase, at: step.at, attempt })),
    ),
    endedAt: isFinal(phase) ? since : null,
    outcome: isFinal(phase) ? phase : null,
    error: error
      ? { ...error, retryable: row?.retryable ?? false, message: row?.developer ?? row?.support ?? '' }
      : null,
  };
}

function askerOf(requestedBy: string): PlatformHandshake['requestedBy'] {
  if (requestedBy.startsWith('operator:')) return 'operator';
  return requestedBy === 'platform' ? 'platform' : 'customer';
}
