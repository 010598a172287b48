import type { GuestRoute } from '../../../route.ts';
import { switched } from './switched.ts';

/** Switches a group of mails off: by that page's button, or in one step by the mail's program (RFC 8058). */
export const postNoticesLink: GuestRoute = {
  method: 'post',
  path: '/notices/:group/:proof',
  who: 'guest',
  action: 'notices',
  about: 'Switch a group of mails off; no session is needed, and the body is not read',
  answers: { 200: { about: 'HTML: it is off' }, 404: { about: 'HTML: the link is not one of ours' } },
  async handle({ services, request, customer }) {
    return switched({ services, request, customer }, 'off');
  },
};
