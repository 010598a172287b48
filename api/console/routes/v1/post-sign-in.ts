import type { z } from 'zod';
import { signInRequestSchema } from '../../../../core/console-api.ts';
import { KeyferryError } from '../../../../core/errors.ts';
import { Secret } from '../../../../core/secret.ts';
import { networkOf } from '../../../limits.ts';
import { writeDown } from '../../../operators/deeds.ts';
import type { ConsoleRoute } from '../../../route.ts';
import { digest } from '../../../tokens.ts';

/** With a name and a password of the file of operators. A session that the browser had stays until its end. */
export const postSignIn: ConsoleRoute<z.infer<typeof signInRequestSchema>> = {
  method: 'post',
  path: '/api/v1/sign-in',
  who: 'console',
  about: 'Signs an operator in',
  answers: { 204: { about: 'Signed in; the cookie says so' } },
  errors: ['sign_in_refused'],
  body: signInRequestSchema,
  async handle({ services, request, body: { name, password } }) {
    const { audit, limits, operators, operatorSessions } = services;
    const network = networkOf(request.ip);
    // By its hash: people paste passwords where the name belongs.
    const named = digest(name);
    await limits.count('signInNetwork', network);
    await limits.count('signInName', named);
    const from = services.addressOf(request);
    const signedIn = await operators.signIn(name, new Secret(password));
    if (!signedIn) {
      const who = operators.knows(name) ? { who: name } : {};
      const detail = 'name and password do not go together';
      await audit.append({ ...who, action: 'sign-in', outcome: 'refused', from, detail });
      throw new KeyferryError('sign_in_refused');
    }
    await writeDown(audit, { operator: signedIn, action: 'sign-in', from }, {}, 'by password');
    const session = await operatorSessions.open(signedIn);
    await Promise.all([limits.giveBack('signInNetwork', network), limits.giveBack('signInName', named)]);
    return { status: 204, headers: { 'set-cookie': operatorSessions.cookie(session) } };
  },
};
