import type { RequestHandler } from 'express';
import helmet from 'helmet';
import type { Config } from '../../core/process/config.ts';
import { isBelowQueues } from '../console/queues/queues.ts';
import { placeOf } from './hosts.ts';
import type { Page } from './page.ts';

const YEAR = 365 * 24 * 60 * 60;

type Directives = Record<string, Iterable<string>>;

const NOTHING: Directives = {
  defaultSrc: ["'none'"],
  formAction: ["'none'"],
  baseUri: ["'none'"],
  frameAncestors: ["'none'"],
};

/** The customer's page runs what stands in it and talks to its own host, nothing else. */
const customersPolicy = ({ scripts, styles }: Page): Directives => ({
  ...NOTHING,
  scriptSrc: scripts,
  styleSrc: styles,
  imgSrc: ['data:'],
});

/** So does the console. Its terminal writes style sheets of its own, and its player is WebAssembly. */
const consolePolicy = ({ scripts }: Page): Directives => ({
  ...NOTHING,
  scriptSrc: [...scripts, "'wasm-unsafe-eval'"],
  styleSrc: ["'unsafe-inline'"],
  imgSrc: ['data:'],
  fontSrc: ['data:'],
});

/** Bull Board is files of ours, styles in its tags, and a `<base>`. */
const QUEUES_POLICY: Directives = {
  ...NOTHING,
  scriptSrc: ["'self'"],
  styleSrc: ["'self'", "'unsafe-inline'"],
  imgSrc: ["'self'", 'data:'],
  fontSrc: ["'self'", 'data:'],
  baseUri: ["'self'"],
};

interface Pages {
  config: Config<'api'>;
  page: Page;
  console: Page | undefined;
}

/** Headers that keep browsers strict, at each of our hosts. */
export function securityHeaders({ config, page, console }: Pages): RequestHandler[] {
  const customers = headersFor(config, customersPolicy(page));
  const operators = headersFor(config, consolePolicy(console ?? page));
  const queues = headersFor(config, QUEUES_POLICY);
  const headers: RequestHandler = (request, response, next) => {
    const isConsole = placeOf(request.headers.host, config)?.kind === 'console';
    const chosen = !isConsole ? customers : isBelowQueues(request.path) ? queues : operators;
    chosen(request, response, next);
  };
  const others: RequestHandler = ({ path }, response, next) => {
    // The address of a connect link holds its token.
    if (path.startsWith('/connect/')) response.set('referrer-policy', 'no-referrer');
    response.set('permissions-policy', 'camera=(), geolocation=(), microphone=(), payment=(), usb=()');
    response.set('x-robots-tag', 'noindex');
    next();
  };
  return [headers, others];
}

function headersFor(config: Config<'api'>, directives: Directives): RequestHandler {
  const https = config.BASE_SCHEME === 'https';
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        ...directives,
        // Safari before 15.4 does not count a WebSocket of the same host as 'self'.
        connectSrc: ["'self'", ({ headers: { host } }) => socketsOf(host, config)],
      },
    },
    // The base domain may hold other things of the platform's, so no word on what is below it.
    strictTransportSecurity: https && { maxAge: YEAR, includeSubDomains: false },
    // `no-referrer` would take the Origin from some requests of the page's own.
    referrerPolicy: { policy: 'same-origin' },
    xFrameOptions: { action: 'deny' },
  });
}

function socketsOf(host: string | undefined, config: Config<'api'>): string {
  const place = placeOf(host, config);
  return place && 'origin' in place ? place.origin.replace(/^http/, 'ws') : "'self'";
}
