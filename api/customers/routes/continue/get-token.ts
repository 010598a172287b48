import { KeyferryError } from '../../../../core/contract/errors.ts';
import type { GuestRoute } from '../../../route.ts';

/** The page that a hand-over's link leads to. It spends nothing: previews and scanners fetch links, too. */
export const getContinueToken: GuestRoute = {
  method: 'get',
  path: '/continue/:token',
  who: 'guest',
  about: 'The page that asks whether to continue on this device; the link is spent by a click there',
  answers: {
    200: { about: 'HTML, the same for every link, good or not' },
    303: { about: 'To the page, where this browser is signed in already' },
  },
  async handle({ services: { config, page }, session }) {
    if (config.HAND_OVER === 'off') throw new KeyferryError('not_here');
    if (session && session.viewer === undefined) return { status: 303, headers: { location: '/' } };
    return { status: 200, page: { html: page.html } };
  },
};
