import { KeyferryError } from '../../../../core/contract/errors.ts';
import { networkOf } from '../../../http/limits.ts';
import { digest } from '../../../http/tokens.ts';
import type { GuestRoute } from '../../../route.ts';
import { checkActs } from '../../customer-visit.ts';

/** Uses a connect link up, which lets a customer in: the page at it does so. */
export const postToken: GuestRoute = {
  method: 'post',
  path: '/connect/:token',
  who: 'guest',
  isForScript: true,
  action: 'enter',
  about: 'Use up a connect link, which starts a session in this browser; the body is not read',
  answers: { 204: { about: 'The cookie says so' } },
  errors: ['link_used', 'view_only'],
  async handle({ services, request, customer, session }) {
    const { limits, links, sessions } = services;
    const token = String(request.params.token);
    const link = await links.find(customer, token);
    // Who views a page does not become the customer there, whoever's link it is: the log would say that they had come in.
    if (session && link && link.viewer === undefined)
      await checkActs(services, session, { from: services.addressOf(request), what: postToken.path });
    // Only a customer's link continues a customer's session.
    const own = session?.viewer === undefined && link?.viewer === undefined ? session : undefined;
    const open = link && (await (own ? sessions.renew(own, link) : sessions.open(customer, link)));
    if (open) {
      const headers = { 'set-cookie': sessions.cookie(open) };
      // That an operator views the page is in the log since their link was made.
      return {
        ...{ status: 204, headers, madeBy: open.madeBy },
        ...(link?.viewer === undefined ? {} : { isUnaudited: true }),
      };
    }
    if (session) return { status: 204, isUnaudited: true };
    const isKnown = (await links.over(customer, token)) !== undefined;
    await (isKnown
      ? limits.count('other', digest(token))
      : limits.count('missedLink', networkOf(request.ip)));
    throw new KeyferryError('link_used');
  },
};
