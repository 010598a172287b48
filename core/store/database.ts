import {
  Kysely,
  type LogEvent,
  PostgresDialect,
  type PostgresPool,
  type PostgresPoolClient,
  sql,
} from 'kysely';
import pg from 'pg';
import type { Config } from '../process/config.ts';
import type { Logger } from '../process/log.ts';
import { databaseError } from './database-errors.ts';
import type { Tables } from './tables.ts';

/** The record: PostgreSQL, by a typed query builder. */
export type Database = Kysely<Tables>;
/** Where the database is. */
export interface DatabaseSettings {
  url: string;
  /** PEM of the CA that issued its certificate, if it is not a public one. */
  ca?: string | undefined;
  /** The most connections of this process. */
  connections: number;
  /** What the server shows of this process (`application_name`). */
  name: string;
  /** For migrations: an index on a large table takes its time. Nobody else may wait so long. */
  isPatient?: boolean;
}

/**
 * Milliseconds: for a connection, for a statement by the server's clock, and by ours, which also ends it if the server
 * has fallen silent. Nobody waits for the database longer than for these together.
 */
const CONNECT_MS = 3_000;
const STATEMENT_MS = 5_000;
const ANSWER_MS = 6_000;
/** What a migration's statement may take. */
const PATIENCE_MS = 2 * 60 * 60_000;
/** A transaction that we left open (a process that stands still) holds its locks no longer. */
const IDLE_IN_TRANSACTION_MS = 10_000;
const IDLE_MS = 60_000;
/** Milliseconds in which connections that end are told once. */
const TOLD_MS = 10_000;

/** PostgreSQL 15 is the oldest that the tests run on. */
const OLDEST = 150_000;

type FromConfig = Pick<
  Config<'api' | 'worker'>,
  'DATABASE_URL' | 'DATABASE_CA_FILE' | 'DATABASE_CONNECTIONS'
>;

/** How a process reaches the database. `name`: `api`, `worker`, … */
export function databaseSettings(config: FromConfig, name: string): DatabaseSettings {
  return {
    url: config.DATABASE_URL,
    ca: config.DATABASE_CA_FILE,
    connections: config.DATABASE_CONNECTIONS,
    name: `keyferry-${name}`,
  };
}

/**
 * Opens the database; it connects when it is asked something, and again after every failure. Every call on it ends
 * within seconds: with an answer, or with an error. Close it with `destroy()`. `onQuery` hears of every statement, and how
 * long it took.
 */
export function openDatabase(
  { url, ca, connections, name, isPatient = false }: DatabaseSettings,
  log: Logger,
  onQuery?: (event: LogEvent) => void,
): Database {
  const pool = new pg.Pool({
    ...place(url, ca),
    application_name: name,
    max: connections,
    idleTimeoutMillis: IDLE_MS,
    connectionTimeoutMillis: CONNECT_MS,
    statement_timeout: isPatient ? PATIENCE_MS : STATEMENT_MS,
    lock_timeout: STATEMENT_MS,
    query_timeout: isPatient ? PATIENCE_MS : ANSWER_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    allowExitOnIdle: true,
  });
  // An error event nobody listens to would end the process; the next call connects again. All connections end together
  // where the server does: that is one thing to tell.
  let toldAt = Number.NEGATIVE_INFINITY;
  pool.on('error', (error) => {
    if (performance.now() - toldAt < TOLD_MS) return;
    toldAt = performance.now();
    log.warn({ reason: error.message }, 'database: connection error');
  });
  // Nor does anybody else listen between the moment that a connection is ready and the one that its taker gets it.
  pool.on('connect', (client) => client.on('error', () => {}));
  return new Kysely<Tables>({
    dialect: new PostgresDialect({ pool: droppingBroken(pool) }),
    ...(onQuery && { log: onQuery }),
  });
}

/**
 * Where the database is, and how it must prove who it is. What the address says of TLS would go before a CA that is
 * given (pg 8.23), and each of its words for "encrypted" means here that the certificate is checked.
 */
function place(url: string, ca: string | undefined): Pick<pg.PoolConfig, 'connectionString' | 'ssl'> {
  const address = new URL(url);
  const { searchParams: words } = address;
  if (ca === undefined) {
    if (/^(?:prefer|require|verify-ca)$/.test(words.get('sslmode') ?? ''))
      words.set('sslmode', 'verify-full');
    return { connectionString: address.href };
  }
  for (const word of ['ssl', 'sslmode', 'sslrootcert']) words.delete(word);
  return { connectionString: address.href, ssl: { ca } };
}

/**
 * A pool that takes no connection back on which a call ran into its deadline or lost its server: the answer to it
 * would be waited for by the next one. pg-pool does so for its own `query` only (8.23). It also stops listening to a
 * connection that it gives out, and Kysely does not begin: one that ends between two statements would end the process.
 */
function droppingBroken(pool: pg.Pool): PostgresPool {
  return {
    async connect() {
      const client = await pool.connect().catch((thrown: unknown) => {
        throw databaseError(thrown);
      });
      let broken: Error | undefined;
      const onError = (error: Error) => {
        broken = error;
      };
      client.on('error', onError);
      const asked = ((...call: Parameters<typeof client.query>) => {
        // A ROLLBACK would wait behind what is not answered.
        if (broken) return Promise.reject(databaseError(broken));
        const answer: unknown = client.query(...call);
        if (!(answer instanceof Promise)) return answer;
        return answer.catch((thrown: unknown) => {
          if (!isFromServer(thrown)) broken = thrown instanceof Error ? thrown : new Error(String(thrown));
          throw databaseError(thrown);
        });
      }) as PostgresPoolClient['query'];
      const release: PostgresPoolClient['release'] = (destroy) => {
        client.release(broken ?? destroy);
        client.off('error', onError);
      };
      return { query: asked, release };
    },
    end: () => pool.end(),
    options: pool.options,
  };
}

/**
 * An error that the server itself has answered, after which the connection is as good as before: all but those with
 * which it ends one (SQLSTATE classes 08 and 57P). What it calls an error's severity is in its own language.
 */
function isFromServer(thrown: unknown): boolean {
  return thrown instanceof pg.DatabaseError && !/^(08|57P|25P03)/.test(thrown.code ?? '08');
}

/** Resolves if the database takes writes and has what this version needs; otherwise rejects with the reason. */
export async function checkDatabase(database: Database): Promise<void> {
  const { rows } = await sql<{
    version: string;
    standby: boolean;
    readOnly: string;
    dates: string;
  }>`select current_setting('server_version_num') as version, pg_is_in_recovery() as standby,
    current_setting('default_transaction_read_only') as "readOnly", current_setting('DateStyle') as dates`.execute(
    database,
  );
  const [found] = rows;
  if (!found || Number(found.version) < OLDEST)
    throw new Error(`PostgreSQL 15 or newer is needed, and this one is ${found?.version ?? 'unknown'}`);
  if (!found.dates.startsWith('ISO'))
    throw new Error(`DateStyle must be ISO for Keyferry's role, and is ${found.dates}`);
  if (found.standby || found.readOnly === 'on') throw new Error('the database takes no writes');
}
