import type { RequestHandler, Response } from 'express';
import type { KeyferryError } from '../../core/contract/errors.ts';
import type { Logger } from '../../core/process/log.ts';
import type { Metrics } from '../metrics.ts';

/** nginx's status for a client that went away before it was answered. */
export const CLIENT_GONE = 499;

/** What is remembered about a request: never its address (which may be a connect link), its body or its headers. */
export interface Entry {
  /** The pattern of the route. */
  route: string;
  customer?: string;
  /** Who is signed in to the console. */
  operator?: string;
  /** The catalogue row of the answer. */
  error?: KeyferryError;
}

const entries = new WeakMap<Response, Entry>();

/** Adds to what is remembered about a request. */
export function note(response: Response, more: Partial<Entry>): void {
  const entry = entries.get(response);
  if (entry) Object.assign(entry, more);
}

/** One line in the log and one count for every request. */
export function accessLog(log: Logger, metrics: Metrics): RequestHandler {
  return (request, response, next) => {
    const begun = performance.now();
    const entry: Entry = { route: 'none' };
    entries.set(response, entry);
    response.once('close', () => {
      const ms = performance.now() - begun;
      const status = response.writableFinished ? response.statusCode : CLIENT_GONE;
      record({ log, metrics }, { ...entry, method: request.method, status, ms });
    });
    next();
  };
}

/** The outcome of a request. */
export interface LoggedRequest extends Entry {
  method: string;
  status: number;
  ms: number;
}

export function record({ log, metrics }: { log: Logger; metrics: Metrics }, outcome: LoggedRequest): void {
  const { route, method, status, ms, customer, operator, error } = outcome;
  metrics.requests.inc({ route, method, status });
  if (operator !== undefined) metrics.operatorRequests.inc({ route, status });
  metrics.seconds.observe({ route, method }, ms / 1000);
  const line = { method, route, status, ms: Math.round(ms * 10) / 10, customer, operator, code: error?.code };
  if (!error || status < 500) log.info(line, 'request');
  // A defect's message is only for us; the client has read our own words.
  else log.error({ ...line, err: error.cause ?? error }, 'request');
}
