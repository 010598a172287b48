import type { GuestRoute } from '../../../route.ts';
import { switched } from './switched.ts';

/** The page that a link in a mail leads to. Opening it changes nothing: programs that check mails open links, too. */
export const getNoticesLink: GuestRoute = {
  method: 'get',
  path: '/notices/:group/:proof',
  who: 'guest',
  about: 'A page on which a customer switches a group of mails off or on',
  answers: {
    200: { about: 'HTML' },
    404: { about: 'HTML: the link is not one of ours, or of a key that is gone' },
  },
  async handle({ services, request, customer }) {
    return switched({ services, request, customer }, 'look');
  },
};
