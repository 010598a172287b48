import type { GuestRoute } from '../../route.ts';

/** The customer's page. It is the same for everybody and requests itself what it shows. */
export const getIndex: GuestRoute = {
  method: 'get',
  path: '/',
  who: 'guest',
  about: "The customer's page",
  answers: { 200: { about: 'HTML' } },
  async handle({ services: { page } }) {
    return { status: 200, html: page.html };
  },
};
