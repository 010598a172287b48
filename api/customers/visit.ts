import type { IncomingHttpHeaders } from 'node:http';
import { KeyferryError } from '../../core/contract/errors.ts';
import { CSRF_HEADER } from '../../core/contract/http-api.ts';
import { type Place, placeOf } from '../http/hosts.ts';
import { isSame } from '../http/tokens.ts';
import type { Services } from '../services.ts';
import type { Session } from './sessions.ts';

/** Somebody at a customer's subdomain. */
export interface CustomerVisit {
  customer: string;
  /** What a browser that has this customer's page sends as Origin. */
  origin: string;
  /** The session of this customer; absent when the visitor has none. */
  session: Session | undefined;
}

/**
 * Who is there. Throws `not_here` when the host is no customer's, and when the session is another customer's:
 * that says nothing about whether this one exists.
 */
export async function visitOf(
  { config, sessions }: Services,
  headers: IncomingHttpHeaders,
): Promise<CustomerVisit> {
  const place = placeOf(headers.host, config);
  if (place?.kind !== 'customer') throw new KeyferryError('not_here');
  const session = await sessions.find(headers);
  if (session && session.customer !== place.customer) throw new KeyferryError('not_here');
  return { customer: place.customer, origin: place.origin, session };
}

/** The session of a visit; throws `not_signed_in`. */
export function sessionOf({ session }: CustomerVisit): Session {
  if (!session) throw new KeyferryError('not_signed_in');
  return session;
}

/** Throws `origin_refused` for a request from another origin. Browsers leave the Origin away in plain reads of their own. */
export function checkOrigin(
  { origin }: Pick<CustomerVisit, 'origin'>,
  headers: IncomingHttpHeaders,
  { required }: { required: boolean },
): void {
  if (headers.origin === undefined && !required) return;
  if (headers.origin !== origin) throw new KeyferryError('origin_refused');
}

/**
 * Throws `origin_refused` where another page makes a browser ask, though it cannot read the answer: a look would be
 * written down in somebody's name, or counted against them. Cookies do not hold off pages of the same site, and plain
 * reads carry no Origin. Browsers from before Sec-Fetch-Site (Safari < 16.4), and all where there is no TLS, say at most
 * by the Referer where they come from.
 */
export function checkSite({ origin }: Pick<CustomerVisit, 'origin'>, headers: IncomingHttpHeaders): void {
  const site = headers['sec-fetch-site'];
  // None: an address that somebody typed, or a bookmark.
  const isOwn =
    site === undefined
      ? headers.referer === undefined || headers.referer.startsWith(`${origin}/`)
      : site === 'same-origin' || site === 'none';
  if (!isOwn) throw new KeyferryError('origin_refused');
}

/**
 * Throws `origin_refused` for what a page of somebody else's has in it that is ours (a picture, a frame): it would be
 * counted against whoever looks at that page. Whoever is sent here from elsewhere comes with their whole window. A
 * browser that says nothing of this (Safari < 16.4) is let through.
 */
export function checkComes(place: Place | undefined, headers: IncomingHttpHeaders): void {
  const { 'sec-fetch-dest': dest = 'document', 'sec-fetch-mode': mode = 'navigate' } = headers;
  if (dest !== 'document' || mode !== 'navigate')
    checkSite({ origin: place && 'origin' in place ? place.origin : '' }, headers);
}

/** Throws `origin_refused` when a request does not carry the session's token against forgery. */
export function checkCsrf(session: Pick<Session, 'csrf'>, headers: IncomingHttpHeaders): void {
  const given = headers[CSRF_HEADER];
  if (typeof given !== 'string' || !isSame(given, session.csrf)) throw new KeyferryError('origin_refused');
}

/**
 * Throws `view_only` when an operator looks at the customer's page by this session, and has written that down.
 * `from`: their address; `what`: what they tried.
 */
export async function checkActs(
  { audit, limits }: Services,
  { viewer, customer }: Session,
  { from, what }: { from: string; what: string },
): Promise<void> {
  if (viewer === undefined) return;
  await limits.count('operator', viewer);
  await audit.append({ who: viewer, action: 'visit', outcome: 'refused', customer, from, detail: what });
  throw new KeyferryError('view_only');
}
