import type { Request } from 'express';
import type { Row } from '../../../../../core/contract/console-api.ts';
import { KeyferryError } from '../../../../../core/contract/errors.ts';
import type { HandshakeRecord } from '../../../../../core/contract/handshake-record.ts';
import { handshakeIdSchema } from '../../../../../core/contract/snapshot.ts';
import type { Services } from '../../../../services.ts';
import { recordedAs } from '../../../recorded.ts';

interface Call {
  services: Services;
  request: Request;
}

/** The handshake that a path names. Throws `not_here` if there is none. */
export async function recordedOf({
  services,
  request,
}: Call): Promise<{ record: HandshakeRecord; row: Row }> {
  const read = handshakeIdSchema.safeParse(request.params.handshake);
  if (!read.success) throw new KeyferryError('not_here');
  return recordedAs(services, read.data);
}

/** The customer it is about, for the audit log. */
export async function subjectOf(call: Call): Promise<{ customer: string; handshake: string }> {
  const { customer, handshake } = (await recordedOf(call)).row;
  return { customer, handshake };
}
