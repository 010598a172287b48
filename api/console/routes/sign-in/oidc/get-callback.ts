import { KeyferryError } from '../../../../../core/contract/errors.ts';
import { consoleOrigin } from '../../../../http/hosts.ts';
import { networkOf } from '../../../../http/limits.ts';
import { writeDown } from '../../../../operators/audit-entries.ts';
import { CALLBACK_PATH } from '../../../../operators/provider.ts';
import type { ConsoleRoute } from '../../../../route.ts';
import { backToConsole } from '../back.ts';

/**
 * Where the identity provider sends the browser back to. The cookie that is set here is not sent when the browser is
 * redirected to the page, because the navigation comes from another site; it is sent with the page's own requests.
 */
export const getCallback: ConsoleRoute = {
  method: 'get',
  path: CALLBACK_PATH,
  who: 'console',
  about: 'Return from the identity provider',
  answers: { 303: { about: 'To the console: signed in, or with `?sign-in=<error code>`' } },
  async handle({ services, request }) {
    const { audit, config, limits, operatorSessions, provider } = services;
    if (!provider) throw new KeyferryError('not_here');
    const from = services.addressOf(request);
    const network = networkOf(request.ip);
    try {
      await limits.count('signInNetwork', network);
      const back = new URL(`${consoleOrigin(config)}${request.url}`);
      const found = await provider.finish(back, request.headers);
      if ('refused' in found) {
        const who = found.name === undefined ? {} : { who: found.name };
        const entry = { actor: 'operator', action: 'sign-in', outcome: 'refused', from } as const;
        await audit.append({ ...entry, ...who, detail: found.refused });
        throw new KeyferryError('sign_in_refused');
      }
      await writeDown(audit, { operator: found, action: 'sign-in', from }, {}, 'by the identity provider');
      const session = await operatorSessions.open(found);
      await limits.giveBack('signInNetwork', network);
      const cookies = [operatorSessions.cookie(session), provider.noCookie()];
      return { status: 303, headers: { location: '/', 'set-cookie': cookies } };
    } catch (thrown) {
      const { status, headers } = backToConsole(thrown);
      return { status, headers: { ...headers, 'set-cookie': provider.noCookie() } };
    }
  },
};
