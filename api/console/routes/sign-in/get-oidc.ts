import { KeyferryError } from '../../../../core/contract/errors.ts';
import { consoleOrigin } from '../../../http/hosts.ts';
import { CALLBACK_PATH } from '../../../operators/provider.ts';
import type { ConsoleRoute } from '../../../route.ts';
import { backToConsole } from './back.ts';

/** Sends the browser to the identity provider. */
export const getOidc: ConsoleRoute = {
  method: 'get',
  path: '/sign-in/oidc',
  who: 'console',
  about: 'Go to the identity provider',
  answers: {
    303: { about: 'To the identity provider, or back to the console with `?sign-in=<error code>`' },
  },
  async handle({ services: { config, provider } }) {
    if (!provider) throw new KeyferryError('not_here');
    try {
      const { url, cookie } = await provider.begin(`${consoleOrigin(config)}${CALLBACK_PATH}`);
      return { status: 303, headers: { location: url, 'set-cookie': cookie } };
    } catch (thrown) {
      return backToConsole(thrown);
    }
  },
};
