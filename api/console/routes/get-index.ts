import { KeyferryError } from '../../../core/contract/errors.ts';
import type { ConsoleRoute } from '../../route.ts';

/** The console's page. It is the same for everybody and finds out itself who is signed in. */
export const getConsole: ConsoleRoute = {
  method: 'get',
  path: '/',
  who: 'console',
  about: 'The support console',
  answers: { 200: { about: 'HTML' } },
  async handle({ services: { console } }) {
    if (!console) throw new KeyferryError('not_here');
    return { status: 200, html: console.html, headers: { 'cache-control': 'no-cache' } };
  },
};
