import type { IncomingHttpHeaders } from 'node:http';
import { KeyferryError } from '../../core/contract/errors.ts';
import type { Operator } from '../../core/contract/operators.ts';
import { placeOf } from '../http/hosts.ts';
import type { Services } from '../services.ts';
import type { OperatorSession } from './sessions.ts';

/** An operator at the console. */
export interface OperatorVisit {
  /** With the role that they have now. */
  operator: Operator;
  session: OperatorSession;
  /** The Origin that the console's page sends. */
  origin: string;
}

/** Who is signed in to the console here; undefined for nobody. Throws `not_here` if there is no console. */
export async function operatorOf(
  services: Services,
  headers: IncomingHttpHeaders,
): Promise<OperatorVisit | undefined> {
  const { origin } = consoleOf(services, headers);
  const session = await services.operatorSessions.find(headers);
  const operator = session && services.operators.now(session);
  return operator && { operator, session, origin };
}

/**
 * Whether a session is still valid, for what stays open (a WebSocket): undefined if it has ended, otherwise the
 * operator with their current role.
 */
export async function operatorNow(
  { operators, operatorSessions }: Services,
  session: OperatorSession,
): Promise<Operator | undefined> {
  return (await operatorSessions.isOpen(session)) ? operators.now(session) : undefined;
}

/** The console's origin. Throws `not_here` if the request came to another host, or if nobody can sign in. */
export function consoleOf({ config, console }: Services, headers: IncomingHttpHeaders): { origin: string } {
  const place = placeOf(headers.host, config);
  if (place?.kind !== 'console' || !console) throw new KeyferryError('not_here');
  return place;
}
