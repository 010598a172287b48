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
  /** What a browser that has the console sends as Origin. */
  origin: string;
}

/** Who is signed in to the console here; undefined for nobody. Throws `not_here` where there is no console. */
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
 * Whether a session is as good as it was, for what stays open (a WebSocket): undefined when it has ended, else the
 * operator with the role that they have now.
 */
export async function operatorNow(
  { operators, operatorSessions }: Services,
  session: OperatorSession,
): Promise<Operator | undefined> {
  return (await operatorSessions.isOpen(session)) ? operators.now(session) : undefined;
}

/** The console's origin. Throws `not_here` when the request came to another host, or nobody can sign in. */
export function consoleOf({ config, console }: Services, headers: IncomingHttpHeaders): { origin: string } {
  const place = placeOf(headers.host, config);
  if (place?.kind !== 'console' || !console) throw new KeyferryError('not_here');
  return place;
}
