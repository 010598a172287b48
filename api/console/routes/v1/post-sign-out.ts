import type { OperatorRoute } from '../../../route.ts';

/** Ends the session, and with it what is open by it. */
export const postSignOut: OperatorRoute = {
  method: 'post',
  path: '/api/v1/sign-out',
  who: 'operator',
  action: 'sign-out',
  about: 'Signs the operator out',
  answers: { 204: { about: 'Signed out' } },
  async handle({ services: { operatorSessions }, session }) {
    await operatorSessions.end(session);
    return { status: 204, headers: { 'set-cookie': operatorSessions.noCookie() } };
  },
};
