import { consoleMessageSchema, watchMessageSchema } from '../core/contract/console-api.ts';
import { CATALOGUE, type CatalogueRow, type ErrorCode } from '../core/contract/errors.ts';
import { CSRF_HEADER, problemSchema } from '../core/contract/http-api.ts';
import { messageSchema } from '../core/contract/live-messages.ts';
import type { Config } from '../core/process/config.ts';
import { consoleOrigin } from './http/hosts.ts';
import { content, reachable } from './openapi-schemas.ts';
import type { DocumentedAnswer, Route } from './route.ts';

type Json = Record<string, unknown>;

/** Errors that every route of a kind may return. */
const ERRORS: Readonly<Record<Route['who'], readonly ErrorCode[]>> = {
  platform: [],
  customer: ['not_signed_in', 'origin_refused'],
  guest: [],
  visitor: ['origin_refused'],
  console: ['origin_refused'],
  operator: ['operator_not_signed_in', 'origin_refused', 'role_refused'],
  anyone: [],
};
const EVERYWHERE: readonly ErrorCode[] = [
  'not_here',
  'too_many_requests',
  'internal_error',
  'service_unavailable',
];
const WITH_BODY: readonly ErrorCode[] = ['input_invalid', 'body_too_large'];

/**
 * The API of the customer's page and the console as an OpenAPI 3.1 document, made from the routes and the schemas that
 * they check with. The platform has a document of its own.
 */
export function pagesDocument(routes: readonly Route[], config: Config<'api'>): Json {
  const { BASE_DOMAIN: domain, BASE_SCHEME: scheme } = config;
  const customer = [
    { url: `${scheme}://{customer}.${domain}`, variables: { customer: { default: 'alice' } } },
  ];
  const console = [{ url: consoleOrigin(config) }];
  const servers = {
    anyone: customer,
    customer,
    guest: customer,
    visitor: customer,
    console,
    operator: console,
  };
  const paths: Record<string, Json> = {
    '/api/v1/live': { servers: customer, get: LIVE },
    '/api/v1/console/live': { servers: console, get: CONSOLE_LIVE },
    '/api/v1/console/watch/{handshake}': { servers: console, get: WATCH },
  };
  for (const route of routes) {
    if (route.who === 'platform') continue;
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    // Each host has a page at this path, but the document can have the path only once: the customers' page comes first.
    if (paths[path]?.[route.method]) continue;
    paths[path] = { servers: servers[route.who], ...paths[path], [route.method]: operationOf(route) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Keyferry: its own pages',
      version: '1',
      description:
        "What Keyferry's own pages use, and nobody else should: the customer's page, on a customer's own subdomain, and the console for operators, on `admin.` below the base domain. The platform's API has a document of its own, on the base domain.",
    },
    servers: customer,
    paths,
    components: { schemas: reachable(paths), securitySchemes: securitySchemes(scheme) },
  };
}

function operationOf(route: Route): Json {
  const parameters = [...route.path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  const errors = [
    ...(route.errors ?? []),
    ...ERRORS[route.who],
    ...(route.body ? WITH_BODY : []),
    ...EVERYWHERE,
  ];
  const answers = Object.entries(route.answers).map(([status, answer]) => [status, answerOf(answer)]);
  return {
    summary: route.about,
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(route.body ? { requestBody: { required: true, content: content(route.body) } } : {}),
    responses: {
      ...Object.fromEntries(answers),
      // A guest is a browser: it gets the page, which says what went wrong.
      ...problems(errors, route.who === 'guest' ? { 'text/html': {} } : undefined),
    },
    security: securityOf(route),
  };
}

function answerOf({ about, schema }: DocumentedAnswer): Json {
  return { description: about, ...(schema ? { content: content(schema) } : {}) };
}

/** Problems by status, each with its rows of the catalogue. */
function problems(errors: readonly ErrorCode[], written?: Json): Record<string, Json> {
  const found: Record<string, { description: string; content: Json }> = {};
  for (const code of errors) {
    const { status = 500, support }: CatalogueRow = CATALOGUE[code];
    const said = `\`${code}\`: ${support}`;
    const before = found[status]?.description;
    found[status] = {
      description: before === undefined ? said : `${before}\n\n${said}`,
      content: written ?? content(problemSchema, 'application/problem+json'),
    };
  }
  return found;
}

function securityOf({ who, method }: Route): Json[] {
  if (who === 'operator') return [method !== 'get' ? { operator: [], csrf: [] } : { operator: [] }];
  if (who !== 'customer') return [];
  return [method !== 'get' ? { session: [], csrf: [] } : { session: [] }];
}

function securitySchemes(scheme: Config<'api'>['BASE_SCHEME']): Json {
  const cookie = scheme === 'https' ? '__Host-keyferry' : 'keyferry';
  const operators = `${cookie}-operator`;
  return {
    session: { type: 'apiKey', in: 'cookie', name: cookie, description: 'Set by opening a connect link' },
    operator: {
      type: 'apiKey',
      in: 'cookie',
      name: operators,
      description: 'Set by signing in to the console',
    },
    csrf: {
      type: 'apiKey',
      in: 'header',
      name: CSRF_HEADER,
      description: "`csrf` of the session; the Origin must also be the page's own",
    },
  };
}

const LIVE: Json = {
  summary: 'WebSocket: the state at once and on every change, and a beat every 30 s',
  description: "Each message is a `Message`. The client sends none. The Origin must be the page's own.",
  responses: {
    101: { description: 'The content of each message', content: content(messageSchema) },
    ...problems([...ERRORS.customer, ...EVERYWHERE]),
  },
  security: [{ session: [] }],
};

const CONSOLE_LIVE: Json = {
  summary: 'WebSocket of the console: the handshakes at once and on every change, and a beat every 30 s',
  description: "Each message is a `ConsoleMessage`. The client sends none. The Origin must be the console's.",
  responses: {
    101: { description: 'The content of each message', content: content(consoleMessageSchema) },
    ...problems([...ERRORS.operator, ...EVERYWHERE]),
  },
  security: [{ operator: [] }],
};

const WATCH: Json = {
  summary:
    "WebSocket of the console: a handshake's terminal, read-only and redacted; the audit log says who watches",
  description: "Each message is a `WatchMessage`. The client sends none. The Origin must be the console's.",
  parameters: [{ name: 'handshake', in: 'path', required: true, schema: { type: 'string' } }],
  responses: {
    101: { description: 'The content of each message', content: content(watchMessageSchema) },
    ...problems([...ERRORS.operator, ...EVERYWHERE]),
  },
  security: [{ operator: [] }],
};
