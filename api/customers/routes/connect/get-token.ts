import type { Request } from 'express';
import { KeyferryError } from '../../../../core/contract/errors.ts';
import { ENTERED } from '../../../../core/contract/http-api.ts';
import { networkOf } from '../../../http/limits.ts';
import type { GuestRoute } from '../../../route.ts';

/** Lets a customer in with a connect link. */
export const getToken: GuestRoute = {
  method: 'get',
  path: '/connect/:token',
  who: 'guest',
  action: 'enter',
  about: 'Open a connect link, which starts a session in this browser',
  answers: {
    200: { about: 'To HEAD only, which does not use up the link' },
    303: { about: 'To the page, signed in' },
  },
  errors: ['link_used'],
  async handle({ services: { limits, links, sessions }, request, customer, session }) {
    if (request.method === 'HEAD') return { status: 200, isUnaudited: true };
    // Not an `ok` status: the browser discards the prefetched answer and asks again when the customer comes.
    if (isPrefetch(request)) return { status: 503, isUnaudited: true };
    const token = request.params.token;
    const link = typeof token === 'string' ? await links.find(customer, token) : undefined;
    // Only a customer's link continues a customer's session.
    const own = session?.viewer === undefined && link?.viewer === undefined ? session : undefined;
    const open = link && (await (own ? sessions.renew(own, link) : sessions.open(customer, link)));
    // A browser that had no session shows there whether it keeps one.
    const location = session ? '/' : `/?${ENTERED}`;
    if (open) {
      const headers = { location, 'set-cookie': sessions.cookie(open) };
      // That an operator views the page is in the log since their link was made.
      return { status: 303, headers, ...(link?.viewer === undefined ? {} : { isUnaudited: true }) };
    }
    if (session) return { status: 303, headers: { location: '/' }, isUnaudited: true };
    await limits.count('missedLink', networkOf(request.ip));
    throw new KeyferryError('link_used');
  },
};

/** Whether this is a prefetch by the browser. */
function isPrefetch({ headers }: Request): boolean {
  const purposes = [headers['sec-purpose'], headers.purpose, headers['x-moz']];
  return purposes.some(
    (purpose) => typeof purpose === 'string' && /prefetch|prerender|preview/i.test(purpose),
  );
}
