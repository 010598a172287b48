import { type SignInWays, signInWaysSchema } from '../../../../core/contract/console-api.ts';
import type { ConsoleRoute } from '../../../route.ts';

/** What the console offers to somebody who is not signed in. */
export const getSignIn: ConsoleRoute = {
  method: 'get',
  path: '/api/v1/sign-in',
  who: 'console',
  about: 'How operators may sign in',
  answers: { 200: { about: 'The ways', schema: signInWaysSchema } },
  async handle({ services: { operators, provider } }) {
    const json: SignInWays = {
      password: operators.hasPasswords,
      ...(provider ? { provider: provider.name } : {}),
    };
    return { status: 200, json };
  },
};
