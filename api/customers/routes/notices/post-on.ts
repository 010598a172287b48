import type { GuestRoute } from '../../../route.ts';
import { switched } from './switched.ts';

/** Switches a group of mails on again, by that page's button. */
export const postNoticesOn: GuestRoute = {
  method: 'post',
  path: '/notices/:group/:proof/on',
  who: 'guest',
  action: 'notices',
  about: 'Switch a group of mails on again',
  answers: { 200: { about: 'HTML: it is on' }, 404: { about: 'HTML: the link is not one of ours' } },
  async handle({ services, request, customer }) {
    return switched({ services, request, customer }, 'on');
  },
};
