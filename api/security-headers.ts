import type { RequestHandler } from 'express';
import helmet from 'helmet';
import type { Config } from '../core/config.ts';
import { placeOf } from './hosts.ts';
import type { Page } from './page.ts';

const YEAR = 365 * 24 * 60 * 60;

/** Headers that keep browsers strict: the page runs what stands in it and talks to its own host, nothing else. */
export function securityHeaders(config: Config<'api'>, page: Page): RequestHandler[] {
  const https = config.BASE_SCHEME === 'https';
  const headers = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: page.scripts,
        styleSrc: page.styles,
        imgSrc: ['data:'],
        // Safari before 15.4 does not count a WebSocket of the same host as 'self'.
        connectSrc: ["'self'", ({ headers: { host } }) => socketsOf(host, config)],
        formAction: ["'none'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    // The base domain may hold other things of the platform's, so no word on what is below it.
    strictTransportSecurity: https && { maxAge: YEAR, includeSubDomains: false },
    // `no-referrer` would take the Origin from some requests of the page's own.
    referrerPolicy: { policy: 'same-origin' },
    xFrameOptions: { action: 'deny' },
  });
  const others: RequestHandler = ({ path }, response, next) => {
    // The address of a connect link holds its token.
    if (path.startsWith('/connect/')) response.set('referrer-policy', 'no-referrer');
    response.set('permissions-policy', 'camera=(), geolocation=(), microphone=(), payment=(), usb=()');
    response.set('x-robots-tag', 'noindex');
    next();
  };
  return [headers, others];
}

function socketsOf(host: string | undefined, config: Config<'api'>): string {
  const place = placeOf(host, config);
  return place?.kind === 'customer' ? place.origin.replace(/^http/, 'ws') : "'self'";
}
