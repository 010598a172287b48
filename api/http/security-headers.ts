import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';
import helmet from 'helmet';
import { CONTINUE_PATH } from '../../core/contract/hand-over.ts';
import type { Config } from '../../core/process/config.ts';
import { isBelowQueues } from '../console/queues/queues.ts';
import { NOTICES_PATH } from '../notices/unsubscribe-links.ts';
import { UNSUBSCRIBE_STYLES } from '../notices/unsubscribe-page.ts';
import { placeOf } from './hosts.ts';
import type { Page } from './page.ts';

const YEAR = 365 * 24 * 60 * 60;

type Source = string | ((request: IncomingMessage) => string);
type Directives = Record<string, Iterable<Source>>;

const NOTHING: Directives = {
  defaultSrc: ["'none'"],
  formAction: ["'none'"],
  baseUri: ["'none'"],
  frameAncestors: ["'none'"],
};

/** The customer's page runs only what it contains and its own chunks, and talks only to its own host. */
const customersPolicy = ({ scripts, styles, chunks, logo }: Page, config: Config<'api'>): Directives => ({
  ...NOTHING,
  scriptSrc: [...scripts, ...[...chunks.keys()].map((path) => sourceOf(path, config))],
  styleSrc: styles,
  imgSrc: ['data:', ...(logo ? [sourceOf(logo.path, config)] : [])],
});

/** A file at the host that is asked. */
const sourceOf =
  (path: string, config: Config<'api'>): Source =>
  ({ headers: { host } }) =>
    addressOf(path, host, config);

/** So does the console. Its terminal creates its own style sheets, and its player is WebAssembly. */
const consolePolicy = ({ scripts }: Page): Directives => ({
  ...NOTHING,
  scriptSrc: [...scripts, "'wasm-unsafe-eval'"],
  styleSrc: ["'unsafe-inline'"],
  imgSrc: ['data:'],
  fontSrc: ['data:'],
});

/** Bull Board consists of files that we serve, inline styles, and a `<base>`. */
const QUEUES_POLICY: Directives = {
  ...NOTHING,
  scriptSrc: ["'self'"],
  styleSrc: ["'self'", "'unsafe-inline'"],
  imgSrc: ["'self'", 'data:'],
  fontSrc: ["'self'", 'data:'],
  baseUri: ["'self'"],
};

/** The page that links in mails lead to has no script, and one form, which it sends to its own host. */
const NOTICES_POLICY: Directives = { ...NOTHING, styleSrc: UNSUBSCRIBE_STYLES, formAction: ["'self'"] };

interface Pages {
  config: Config<'api'>;
  page: Page;
  console: Page | undefined;
}

/** Headers that keep browsers strict, at each of our hosts. */
export function securityHeaders({ config, page, console }: Pages): RequestHandler[] {
  const customers = headersFor(config, customersPolicy(page, config));
  const operators = headersFor(config, consolePolicy(console ?? page));
  const queues = headersFor(config, QUEUES_POLICY);
  const notices = headersFor(config, NOTICES_POLICY);
  const headers: RequestHandler = (request, response, next) => {
    const isConsole = placeOf(request.headers.host, config)?.kind === 'console';
    const guests = request.path.startsWith(NOTICES_PATH) ? notices : customers;
    const chosen = !isConsole ? guests : isBelowQueues(request.path) ? queues : operators;
    chosen(request, response, next);
  };
  const others: RequestHandler = ({ path }, response, next) => {
    // The address of a connect link or a hand-over holds its token, that of a link in a mail its proof.
    if (['/connect/', CONTINUE_PATH, NOTICES_PATH].some((start) => path.startsWith(start)))
      response.set('referrer-policy', 'no-referrer');
    response.set('permissions-policy', 'camera=(), geolocation=(), microphone=(), payment=(), usb=()');
    response.set('x-robots-tag', 'noindex');
    next();
  };
  return [headers, others];
}

/**
 * What leaves a page its opener: a visit by a link that names the origin of the page that opens it in a popup. All others
 * are cut off from whoever opened them. A redirect has to say so, too.
 */
export function openerHeaders(visit: { origin?: string | undefined } | undefined): Record<string, string> {
  return visit?.origin === undefined ? {} : { 'cross-origin-opener-policy': 'unsafe-none' };
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
    // The platform may use the base domain for other things, so this does not include its subdomains.
    strictTransportSecurity: https && { maxAge: YEAR, includeSubDomains: false },
    // `no-referrer` would remove the Origin from some of the page's own requests.
    referrerPolicy: { policy: 'same-origin' },
    xFrameOptions: { action: 'deny' },
  });
}

/** Whole: a source of a policy that has a path has a host, too. */
function addressOf(path: string, host: string | undefined, config: Config<'api'>): string {
  const place = placeOf(host, config);
  return place && 'origin' in place ? `${place.origin}${path}` : "'self'";
}

function socketsOf(host: string | undefined, config: Config<'api'>): string {
  const place = placeOf(host, config);
  return place && 'origin' in place ? place.origin.replace(/^http/, 'ws') : "'self'";
}
