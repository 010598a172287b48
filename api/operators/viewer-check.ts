import { may } from '../../core/contract/operators.ts';
import type { ViewerCheck } from '../customers/sessions.ts';
import type { Operators } from './operators.ts';
import type { OperatorSessions } from './sessions.ts';

/** Whether somebody may still view a customer's page: their session still exists, and their role allows it. */
export function viewerCheck(operators: Operators, sessions: OperatorSessions): ViewerCheck {
  return async (idDigest) => {
    const signedIn = await sessions.findBy(idDigest);
    const operator = signedIn && operators.now(signedIn);
    return operator !== undefined && may(operator.role, 'visit');
  };
}
