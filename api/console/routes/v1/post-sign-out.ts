import type { OperatorRoute } from '../../../route.ts';

/** Ends the session, and everything that it has open. */
export const postSignOut: OperatorRoute = {
  method: 'post',
  path: '/api/v1/sign-out',
  who: 'operator',
  action: 'sign-out',
  about: 'Sign the operator out',
  answers: { 204: { about: 'Signed out' } },
  async handle({ services: { operatorSessions }, session }) {
    await operatorSessions.end(session);
    return { status: 204, headers: { 'set-cookie': operatorSessions.noCookie() } };
  },
};
