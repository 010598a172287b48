import type { z } from 'zod';
import { signInRequestSchema } from '../../../../core/contract/console-api.ts';
import { KeyferryError } from '../../../../core/contract/errors.ts';
import { Secret } from '../../../../core/secrets/secret.ts';
import { LimitReached, networkOf } from '../../../http/limits.ts';
import { digest } from '../../../http/tokens.ts';
import { writeDown } from '../../../operators/audit-entries.ts';
import type { ConsoleRoute } from '../../../route.ts';

/** Seconds within which a network's attempts with unknown names are audited only once. */
const STRANGERS_S = 15 * 60;

/** With a name and a password from the file of operators. An earlier session of the browser stays until it ends. */
export const postSignIn: ConsoleRoute<z.infer<typeof signInRequestSchema>> = {
  method: 'post',
  path: '/api/v1/sign-in',
  who: 'console',
  about: 'Sign an operator in',
  answers: { 204: { about: 'Signed in; the cookie says so' } },
  errors: ['sign_in_refused'],
  body: signInRequestSchema,
  async handle({ services, request, body: { name, password } }) {
    const { audit, limits, operators, operatorSessions } = services;
    const network = networkOf(request.ip);
    // By its hash: people paste passwords into the name field.
    const named = digest(name);
    await limits.count('signInNetwork', network);
    await limits.count('signInName', named);
    const giveBack = () =>
      Promise.all([limits.giveBack('signInNetwork', network), limits.giveBack('signInName', named)]);
    const from = services.addressOf(request);
    const signedIn = await operators.signIn(name, new Secret(password)).catch(async (thrown) => {
      // The password was not checked, so this was no guess: a crowd must not lock the name.
      if (thrown instanceof LimitReached) await giveBack();
      throw thrown;
    });
    if (!signedIn) {
      const detail = 'wrong name or password';
      const entry = { actor: 'operator', action: 'sign-in', outcome: 'refused', from, detail } as const;
      if (operators.knows(name)) await audit.append({ ...entry, who: name });
      else await audit.appendOnce(entry, { as: `stranger:${network}`, seconds: STRANGERS_S });
      throw new KeyferryError('sign_in_refused');
    }
    await writeDown(audit, { operator: signedIn, action: 'sign-in', from }, {}, 'by password');
    const session = await operatorSessions.open(signedIn);
    await giveBack();
    return { status: 204, headers: { 'set-cookie': operatorSessions.cookie(session) } };
  },
};
