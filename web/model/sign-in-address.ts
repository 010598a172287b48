import { parseUrl } from '../../core/contract/url.ts';

/**
 * Where the customer's click leads: the link itself, or in a demonstration the same path and query at the
 * stand-in for Anthropic.
 */
export function signInAddress(link: string, standIn: string | undefined): string {
  if (standIn === undefined) return link;
  const { pathname, search } = new URL(link);
  return `${standIn.replace(/\/$/, '')}${pathname}${search}`;
}

/** The platform's own page to return to; only an address that a browser may be sent to. */
export function wayBack(returnUrl: string | undefined): { href: string; host: string } | undefined {
  const url = returnUrl === undefined ? undefined : parseUrl(returnUrl);
  if (!url) return undefined;
  const { protocol, href, host } = url;
  return protocol === 'https:' || protocol === 'http:' ? { href, host } : undefined;
}
