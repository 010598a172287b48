import type { IncomingMessage } from 'node:http';
import { KeyferryError } from '../../../core/contract/errors.ts';
import { type Action, may } from '../../../core/contract/operators.ts';
import { checkOrigin } from '../../customers/customer-visit.ts';
import type { LoggedRequest } from '../../http/access-log.ts';
import { networkOf } from '../../http/limits.ts';
import { admit, type Doing, type Subject, writeDown } from '../../operators/audit-entries.ts';
import { consoleOf, type OperatorVisit, operatorNow, operatorOf } from '../../operators/operator-visit.ts';
import type { Services } from '../../services.ts';

/** An operator who asks for a WebSocket, and may have it. */
export interface Entrant extends OperatorVisit {
  /** Audits what they are about to see. */
  writeDown(subject: Subject): Promise<void>;
  /** Whether they are still signed in and still have permission. */
  isStillWelcome(): Promise<boolean>;
}

/** The operator behind a request. Throws the reason if they are refused: signed out, another origin, too many requests, or a role without permission. */
export async function entrantOf(
  services: Services,
  request: IncomingMessage,
  outcome: LoggedRequest,
  action: Action,
): Promise<Entrant> {
  const from = services.addressOf(request);
  // Before it is counted: any page can open a WebSocket to here.
  checkOrigin(consoleOf(services, request.headers), request.headers, { required: false });
  const visit = await operatorOf(services, request.headers);
  if (!visit) {
    await services.limits.count('other', networkOf(from));
    throw new KeyferryError('operator_not_signed_in');
  }
  const { operator, session } = visit;
  outcome.operator = operator.name;
  checkOrigin(visit, request.headers, { required: true });
  await services.limits.count('operator', operator.name);
  const doing: Doing = { operator, action, from };
  await admit(services.audit, doing);
  return {
    ...visit,
    writeDown: (subject) => writeDown(services.audit, doing, subject),
    async isStillWelcome() {
      const now = await operatorNow(services, session);
      return now !== undefined && may(now.role, action);
    },
  };
}
