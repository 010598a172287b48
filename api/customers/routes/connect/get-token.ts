import type { Request } from 'express';
import { KeyferryError } from '../../../../core/contract/errors.ts';
import { networkOf } from '../../../http/limits.ts';
import { openerHeaders } from '../../../http/security-headers.ts';
import type { GuestRoute } from '../../../route.ts';
import { comesByClick } from '../../customer-visit.ts';

/**
 * Shows the page at a connect link, which that does not use up: programs that check links, previews and frames fetch it,
 * too. The page uses it up (`post-token.ts`).
 */
export const getToken: GuestRoute = {
  method: 'get',
  path: '/connect/:token',
  who: 'guest',
  about: 'The page at a connect link, which fetching it does not use up',
  answers: {
    200: { about: 'HTML: the link is good. To HEAD nothing' },
    303: { about: 'To the page: this browser has a session, and the link is over' },
  },
  errors: ['link_used'],
  async handle({ services: { limits, links, page }, request, customer, session }) {
    if (request.method === 'HEAD') return { status: 200 };
    // Not an `ok` status: the browser discards the prefetched answer and asks again when the customer comes.
    if (isPrefetch(request)) return { status: 503 };
    const token = String(request.params.token);
    const link = await links.find(customer, token);
    // Of a browser that is signed in here already, the link costs nobody anything.
    if (link) {
      // An operator who views their page is somebody else: to come in as the customer takes a click, and is refused then.
      const isIn = session !== undefined && session.viewer === undefined;
      const html = isIn || comesByClick(request.headers) ? page.arrived : page.html;
      return { status: 200, page: { html, locale: link.locale }, headers: openerHeaders(link) };
    }
    if (session) return { status: 303, headers: { location: '/', ...openerHeaders(session) } };
    const over = await links.over(customer, token);
    if (!over) await limits.count('missedLink', networkOf(request.ip));
    // The page at it says that it is over, also to whoever opened it.
    request.res?.set(openerHeaders(over));
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
