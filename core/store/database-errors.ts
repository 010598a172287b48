import pg from 'pg';

/** What `pg` (8.23) and its pool throw when the server is away, silent or going. */
const MESSAGES =
  /^(timeout exceeded when trying to connect|Connection terminated|Query read timeout|Client (was closed|has encountered a connection error)|Cannot use a pool after calling end)/;
const CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/**
 * Whether the database was away, took no writes, or was not ready, so that the same may work later. Invalid data and
 * violated constraints (SQLSTATE classes 22 and 23) are not of that kind.
 */
export function isDatabaseAway(thrown: unknown): boolean {
  if (thrown instanceof pg.DatabaseError) return !/^2[23]/.test(thrown.code ?? '');
  if (!(thrown instanceof Error)) return false;
  return MESSAGES.test(thrown.message) || ('code' in thrown && CODES.has(String(thrown.code)));
}
