import { KeyferryError } from '../../../../core/contract/errors.ts';
import { type Session, sessionSchema } from '../../../../core/contract/http-api.ts';
import { networkOf } from '../../../http/limits.ts';
import { digest } from '../../../http/tokens.ts';
import type { GuestRoute } from '../../../route.ts';
import { shownOver, shownVisit } from '../../shown-visit.ts';

/** What the page shows at a connect link before anybody has used it up, or when it is over. */
export const getLinkSession: GuestRoute = {
  method: 'get',
  path: '/connect/:token/session',
  who: 'guest',
  isForScript: true,
  about: 'What a connect link is about, without using it up',
  answers: {
    200: { about: 'Nobody is signed in: `link` says what has become of it', schema: sessionSchema },
  },
  errors: ['link_used'],
  async handle({ services, request, customer }) {
    const { limits, links } = services;
    const token = String(request.params.token);
    const link = await links.find(customer, token);
    if (link) {
      await limits.count('other', digest(token));
      const { viewer } = link;
      const supportCode = viewer === undefined ? await links.quote(customer, link) : undefined;
      const json: Session = {
        ...(await shownVisit(services, customer, link)),
        csrf: '',
        link: 'unopened',
        ...(supportCode === undefined ? {} : { supportCode }),
        ...(viewer === undefined ? {} : { viewer }),
      };
      return { status: 200, json };
    }
    const over = await links.over(customer, token);
    if (!over) {
      await limits.count('missedLink', networkOf(request.ip));
      throw new KeyferryError('link_used');
    }
    // By the link, as many customers may share an address.
    await limits.count('other', digest(token));
    const supportCode = await links.quote(customer, over);
    const json: Session = {
      ...shownOver(services.config, customer, over),
      csrf: '',
      link: 'over',
      ...(supportCode === undefined ? {} : { supportCode }),
    };
    return { status: 200, json };
  },
};
