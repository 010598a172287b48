import express, { type ErrorRequestHandler, type Express, type RequestHandler, type Router } from 'express';
import { KeyferryError } from '../core/contract/errors.ts';
import { isBelowQueues, openQueues, QUEUES_PATH } from './console/queues/queues.ts';
import { CONSOLE_ROUTES } from './console/routes.ts';
import { accessLog, note } from './http/access-log.ts';
import { placeOf } from './http/hosts.ts';
import { problemOf } from './http/problems.ts';
import { securityHeaders } from './http/security-headers.ts';
import { checkTarget } from './http/target.ts';
import { pagesDocument } from './openapi.ts';
import { platformDocument } from './platform/openapi.ts';
import type { Route } from './route.ts';
import { ROUTES } from './routes.ts';
import { serve } from './serve.ts';
import type { Services } from './services.ts';

/** Everything that is answered over HTTP. */
export function makeApp(services: Services): Express {
  const { config, log, metrics } = services;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', false);
  app.set('trust proxy', config.TRUSTED_PROXIES ?? false);
  app.locals.documents = {
    platform: platformDocument(ROUTES, `${config.BASE_SCHEME}://${config.BASE_DOMAIN}`),
    pages: pagesDocument([...ROUTES, ...CONSOLE_ROUTES], config),
  };
  app.use(accessLog(log, metrics));
  app.use(securityHeaders(services));
  app.use((request, _response, next) => {
    checkTarget(request);
    next();
  });
  app.use(oursOnly(services));
  const customers = routerOf(ROUTES, services);
  const operators = routerOf(CONSOLE_ROUTES, services);
  operators.use(QUEUES_PATH, openQueues(services));
  app.use((request, response, next) => {
    const router = placeOf(request.headers.host, config)?.kind === 'console' ? operators : customers;
    router(request, response, next);
  });
  app.use(() => {
    throw new KeyferryError('not_here');
  });
  app.use(answerProblem(config));
  return app;
}

function routerOf(routes: readonly Route[], services: Services): Router {
  const router = express.Router();
  for (const route of routes) router[route.method](route.path, serve(route, services));
  return router;
}

const METHODS = new Set(['GET', 'HEAD', 'POST']);
/** The platform's additional methods, and Bull Board's. */
const PLATFORM_METHODS = new Set(['PUT', 'DELETE']);
const QUEUES_METHODS = new Set(['PUT', 'PATCH']);

/** Our hosts, and the methods that any of our routes has: Express would answer OPTIONS itself. */
function oursOnly({ config, console }: Services): RequestHandler {
  return ({ headers, method, path }, _response, next) => {
    const place = placeOf(headers.host, config);
    if (!place || (place.kind === 'console' && !console)) throw new KeyferryError('not_here');
    const isQueues = place.kind === 'console' && isBelowQueues(path);
    const isKnown =
      METHODS.has(method) ||
      (place.kind === 'platform' && PLATFORM_METHODS.has(method)) ||
      (isQueues && QUEUES_METHODS.has(method));
    if (!isKnown) throw new KeyferryError('not_here');
    next();
  };
}

function answerProblem(config: Services['config']): ErrorRequestHandler {
  return (thrown, { headers: { host } }, response, next) => {
    const reader = placeOf(host, config)?.kind === 'platform' ? 'platform' : 'person';
    const { status, headers, problem, error } = problemOf(thrown, reader);
    note(response, { error });
    // Too late for an answer: Express ends the connection.
    if (response.headersSent) return next(thrown);
    response.status(status).set(headers).send(JSON.stringify(problem));
  };
}
