import { type Session, sessionSchema } from '../../../../core/contract/http-api.ts';
import type { CustomerRoute } from '../../../route.ts';
import { shownVisit } from '../../shown-visit.ts';

/** Who is signed in, and what the page needs to act for them. */
export const getSession: CustomerRoute = {
  method: 'get',
  path: '/api/v1/session',
  who: 'customer',
  about: 'The session of this browser',
  answers: { 200: { about: 'Signed in', schema: sessionSchema } },
  async handle({ services, session }) {
    const { config, links, sessions, seal } = services;
    const { customer, csrf, viewer, from } = session;
    const supportCode = viewer === undefined ? await links.quote(customer, session) : undefined;
    const json: Session = {
      ...(await shownVisit(services, customer, session)),
      csrf,
      ...(supportCode === undefined ? {} : { supportCode }),
      sealTo: seal.publicKey,
      ...(config.SIGN_IN_BEGINS === 'click' && { begins: 'click' as const }),
      ...(viewer === undefined ? {} : { viewer }),
      ...(config.HAND_OVER === 'on' && from === undefined && viewer === undefined
        ? { canHandOver: true as const }
        : {}),
    };
    if (viewer !== undefined) return { status: 200, json };
    // The cookie lives on with the session.
    return { status: 200, json, headers: { 'set-cookie': sessions.cookie(session) } };
  },
};
