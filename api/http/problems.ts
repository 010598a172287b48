import { STATUS_CODES } from 'node:http';
import { KeyferryError, toKeyferryError } from '../../core/contract/errors.ts';
import type { Problem } from '../../core/contract/http-api.ts';
import type { PlatformProblem } from '../../core/contract/platform-problem.ts';
import { isDatabaseAway } from '../../core/store/database-errors.ts';
import { FieldsAtFault, fieldError, InputInvalid } from './input.ts';
import { LimitReached } from './limits.ts';

/** An error answer, ready to be sent. */
export interface ProblemAnswer {
  status: number;
  headers: Record<string, string>;
  problem: Problem | PlatformProblem;
  error: KeyferryError;
}

/** Seconds after which a client may ask again when a store is away: a restart takes about as long. */
const AWAY_S = 5;

/** The api's answer to anything thrown. Only our own words get out; `reader`: whom it is for. */
export function problemOf(thrown: unknown, reader: 'person' | 'platform' = 'person'): ProblemAnswer {
  const error = toldTo(reader, rowOf(thrown));
  const status = error.row.status ?? 500;
  const retryAfter =
    error instanceof LimitReached
      ? error.retryAfter
      : error.code === 'service_unavailable'
        ? AWAY_S
        : undefined;
  return {
    status,
    headers: {
      'content-type': 'application/problem+json; charset=utf-8',
      'cache-control': 'no-store',
      ...(retryAfter === undefined ? {} : { 'retry-after': `${retryAfter}` }),
      ...(error.code === 'api_key_refused' ? { 'www-authenticate': 'Bearer' } : {}),
    },
    problem: reader === 'platform' ? forPlatform(error, status) : forPerson(error, status),
    error,
  };
}

/** To a platform the record is a store like any other: it may ask again. */
function toldTo(reader: 'person' | 'platform', error: KeyferryError): KeyferryError {
  if (reader !== 'platform' || error.code !== 'history_unavailable') return error;
  return new KeyferryError('service_unavailable', { cause: error });
}

function forPerson({ code, row, detail }: KeyferryError, status: number): Problem {
  return {
    type: `urn:keyferry:${code}`,
    title: row.customer,
    status,
    code,
    // Only `input_invalid` has a detail that is meant for the client.
    ...(code === 'input_invalid' && detail ? { detail } : {}),
  };
}

function forPlatform(error: KeyferryError, status: number): PlatformProblem {
  const { code, row, detail } = error;
  const title = row.developer ?? row.support;
  const errors = error instanceof FieldsAtFault ? error.errors : undefined;
  const said = errors?.map(({ message }) => message).join(' ') ?? detail;
  return {
    type: `urn:keyferry:${code}`,
    title,
    status,
    code,
    message: code === 'input_invalid' && said ? said : title,
    ...(errors ? { errors: [...errors] } : {}),
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

/** The error of ours that anything thrown is: a store that is away is `service_unavailable`. */
export function rowOf(thrown: unknown): KeyferryError {
  if (thrown instanceof KeyferryError) return thrown;
  if (isFromRedis(thrown) || isDatabaseAway(thrown))
    return new KeyferryError('service_unavailable', { cause: thrown });
  if (thrown instanceof URIError)
    return new InputInvalid([fieldError('path', [], { rule: 'format', words: 'is not percent-encoded' })]);
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
