import type { GuestRoute } from '../../route.ts';

/** The customer's page. It is the same for everybody and requests itself what it shows. */
export const getIndex: GuestRoute = {
  method: 'get',
  path: '/',
  who: 'guest',
  about: "The customer's page",
  answers: { 200: { about: 'HTML' } },
  async handle({ services: { page } }) {
    // Kept, and asked for each time whether it is still the same: nothing in it is anybody's.
    return { status: 200, html: page.html, headers: { 'cache-control': 'no-cache' } };
  },
};
