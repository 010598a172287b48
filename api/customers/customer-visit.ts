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
  /** The Origin that this customer's page sends. */
  origin: string;
  /** This customer's session; absent if the visitor has none. */
  session: Session | undefined;
}

/**
 * The visitor. Throws `not_here` if the host is not a customer's, and if the session is another customer's:
 * that does not reveal whether this one exists.
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

/** Throws `origin_refused` for a request from another origin. Browsers omit the Origin in plain reads of their own site. */
export function checkOrigin(
  { origin }: Pick<CustomerVisit, 'origin'>,
  headers: IncomingHttpHeaders,
  { required }: { required: boolean },
): void {
  if (headers.origin === undefined && !required) return;
  if (headers.origin !== origin) throw new KeyferryError('origin_refused');
}

/**
 * Throws `origin_refused` if another page makes a browser send the request, even though that page cannot read the
 * answer: a viewing would be audited in somebody's name, or counted against them. Cookies do not keep out pages of
 * the same site, and plain reads carry no Origin. Browsers older than Sec-Fetch-Site (Safari < 16.4), and all browsers
 * without TLS, show at most in the Referer where they come from.
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
 * Throws `origin_refused` if somebody else's page embeds something of ours (a picture, a frame): it would be counted
 * against the person who views that page. Somebody who is sent here from elsewhere arrives with the whole window.
 * A browser that does not report this (Safari < 16.4) is let through.
 */
export function checkComes(place: Place | undefined, headers: IncomingHttpHeaders): void {
  const { 'sec-fetch-dest': dest = 'document', 'sec-fetch-mode': mode = 'navigate' } = headers;
  if (dest !== 'document' || mode !== 'navigate')
    checkSite({ origin: place && 'origin' in place ? place.origin : '' }, headers);
}

/**
 * Whether a browser says that somebody has come by a click on another page: only then may the page do by itself what is
 * theirs to do. A program that opens an address says `none`, or nothing; a frame and a script's own navigation are told
 * apart, too (docs/decisions/23-a-link-is-spent-by-a-click.md).
 */
export function comesByClick(headers: IncomingHttpHeaders): boolean {
  const { 'sec-fetch-site': site, 'sec-fetch-user': user } = headers;
  const { 'sec-fetch-mode': mode, 'sec-fetch-dest': dest } = headers;
  const isFromPage = site === 'cross-site' || site === 'same-site';
  return isFromPage && mode === 'navigate' && user === '?1' && dest === 'document';
}

/** Throws `origin_refused` if a request does not carry the session's token against forgery. */
export function checkCsrf(session: Pick<Session, 'csrf'>, headers: IncomingHttpHeaders): void {
  const given = headers[CSRF_HEADER];
  if (typeof given !== 'string' || !isSame(given, session.csrf)) throw new KeyferryError('origin_refused');
}

/**
 * Throws `view_only`, after auditing it, if this session is an operator's who views the customer's page.
 * `from`: their address; `what`: what they tried.
 */
export async function checkActs(
  { audit, limits }: Services,
  { viewer, customer }: Session,
  { from, what }: { from: string; what: string },
): Promise<void> {
  if (viewer === undefined) return;
  await limits.count('operator', viewer);
  const entry = { actor: 'operator', who: viewer, action: 'visit', outcome: 'refused' } as const;
  await audit.append({ ...entry, customer, from, detail: what });
  throw new KeyferryError('view_only');
}
