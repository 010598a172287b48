import { type Session, sessionSchema } from '../../../../core/contract/http-api.ts';
import type { CustomerRoute } from '../../../route.ts';

/** Who is signed in, and what the page needs to act for them. */
export const getSession: CustomerRoute = {
  method: 'get',
  path: '/api/v1/session',
  who: 'customer',
  about: 'The session of this browser',
  answers: { 200: { about: 'Signed in', schema: sessionSchema } },
  async handle({ services: { config, sessions, seal, offers, workers, customers }, session }) {
    const { customer, csrf, returnUrl, viewer, from } = session;
    const standIn = config.STAND_IN_SIGN_IN;
    // The page then says nothing of copies, rather than something that may not be so.
    const copies = await workers.keepCopies().catch(() => undefined);
    // As long as the database is away, the browser's language will do.
    const known = await customers.find(customer).catch(() => undefined);
    const json: Session = {
      customer,
      csrf,
      sealTo: seal.publicKey,
      offers: await offers.of(customer),
      ...(returnUrl === undefined ? {} : { returnUrl }),
      ...(known?.locale ? { locale: known.locale } : {}),
      ...(standIn === undefined ? {} : { standIn }),
      ...(copies === undefined ? {} : { copies }),
      ...(viewer === undefined ? {} : { viewer }),
      ...(from === undefined ? {} : { isHandedOver: true as const }),
    };
    if (viewer !== undefined) return { status: 200, json };
    // The cookie lives on with the session.
    return { status: 200, json, headers: { 'set-cookie': sessions.cookie(session) } };
  },
};
