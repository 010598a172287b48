import { STATUS_CODES } from 'node:http';
import { KeyferryError, toKeyferryError } from '../../core/contract/errors.ts';
import type { Problem } from '../../core/contract/http-api.ts';
import { isDatabaseAway } from '../../core/store/database-errors.ts';
import { LimitReached } from './limits.ts';

/** An error answer, ready to be sent. */
export interface ProblemAnswer {
  status: number;
  headers: Record<string, string>;
  problem: Problem;
  error: KeyferryError;
}

/** The api's answer to anything thrown. Only our own words get out. */
export function problemOf(thrown: unknown): ProblemAnswer {
  const error = toRow(thrown);
  const status = error.row.status ?? 500;
  return {
    status,
    headers: {
      'content-type': 'application/problem+json; charset=utf-8',
      'cache-control': 'no-store',
      ...(error instanceof LimitReached ? { 'retry-after': `${error.retryAfter}` } : {}),
      ...(error.code === 'api_key_refused' ? { 'www-authenticate': 'Bearer' } : {}),
    },
    problem: {
      type: `urn:keyferry:${error.code}`,
      title: error.row.customer,
      status,
      code: error.code,
      // Only `input_invalid` has a detail that is meant for the client.
      ...(error.code === 'input_invalid' && error.detail ? { detail: error.detail } : {}),
    },
    error,
  };
}

/** The same as bytes, for a connection without a response object. */
export function rawProblem({ status, headers, problem }: ProblemAnswer): string {
  const body = JSON.stringify(problem);
  const lines = Object.entries({
    ...headers,
    connection: 'close',
    'content-length': Buffer.byteLength(body),
  });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${head}\r\n${body}`;
}

function toRow(thrown: unknown): KeyferryError {
  if (thrown instanceof KeyferryError) return thrown;
  if (isFromRedis(thrown) || isDatabaseAway(thrown))
    return new KeyferryError('service_unavailable', { cause: thrown });
  const status = statusOf(thrown);
  if (status === 413) return new KeyferryError('body_too_large');
  // Refusals by Express and its body parser. Their messages may quote the body.
  if (status !== undefined && status < 500) return new KeyferryError('input_invalid');
  return toKeyferryError(thrown);
}

function statusOf(thrown: unknown): number | undefined {
  const status = thrown instanceof Error && 'status' in thrown ? thrown.status : undefined;
  return typeof status === 'number' ? status : undefined;
}

const REDIS_ERRORS = new Set([
  'MaxRetriesPerRequestError',
  'AbortError',
  'ReplyError',
  'ConnectionClosedError',
]);
/** Plain errors that ioredis and the rate limiter throw. */
const REDIS_MESSAGES =
  /^(Command timed out|Connection is closed|Stream isn't writeable|Redis connection is not ready)/;

function isFromRedis(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false;
  return REDIS_ERRORS.has(thrown.name) || REDIS_MESSAGES.test(thrown.message);
}
