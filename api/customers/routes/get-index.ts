import { openerHeaders } from '../../http/security-headers.ts';
import type { GuestRoute } from '../../route.ts';

/** The customer's page. It is the same for all who read one language, and requests itself what it shows. */
export const getIndex: GuestRoute = {
  method: 'get',
  path: '/',
  who: 'guest',
  about: "The customer's page",
  answers: { 200: { about: 'HTML' } },
  async handle({ services: { page }, session }) {
    // Kept, and asked for each time whether it is still the same: nothing in it is anybody's, but the language.
    const headers = { 'cache-control': 'no-cache', ...openerHeaders(session) };
    return { status: 200, page: { html: page.html, locale: session?.locale }, headers };
  },
};
