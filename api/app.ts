import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import { KeyferryError } from '../core/errors.ts';
import { accessLog, note } from './access-log.ts';
import { placeOf } from './hosts.ts';
import { problemOf } from './problems.ts';
import { ROUTES } from './routes.ts';
import { securityHeaders } from './security-headers.ts';
import { serve } from './serve.ts';
import type { Services } from './services.ts';

/** Everything that is answered over HTTP. */
export function makeApp(services: Services): Express {
  const { config, log, metrics, page } = services;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', false);
  app.set('trust proxy', config.TRUSTED_PROXIES ?? false);
  app.use(accessLog(log, metrics));
  app.use(securityHeaders(config, page));
  app.use(oursOnly(services));
  for (const route of ROUTES) app[route.method](route.path, serve(route, services));
  app.use(() => {
    throw new KeyferryError('not_here');
  });
  app.use(answerProblem);
  return app;
}

const METHODS = new Set(['GET', 'HEAD', 'POST']);

/** Our hosts, and the methods that anything of ours has: Express would answer OPTIONS by itself. */
function oursOnly({ config }: Services): RequestHandler {
  return ({ headers, method }, _response, next) => {
    if (!placeOf(headers.host, config) || !METHODS.has(method)) throw new KeyferryError('not_here');
    next();
  };
}

const answerProblem: ErrorRequestHandler = (thrown, _request, response, next) => {
  const { status, headers, problem, error } = problemOf(thrown);
  note(response, { error });
  // Too late for an answer: Express ends the connection.
  if (response.headersSent) return next(thrown);
  response.status(status).set(headers).send(JSON.stringify(problem));
};
