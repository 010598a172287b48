import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import type { Logger } from '../process/log.ts';
import { type Database, type DatabaseSettings, openDatabase } from './database.ts';
import { MIGRATIONS } from './migrations.ts';

/** What a migration run did. */
export interface Migrated {
  /** Names of the migrations that were applied now, in order. */
  applied: string[];
  /** Migrations of a newer version that are there already. */
  newer: string[];
}

/**
 * Brings the database up to this version, under a lock that only one process has at a time. One that a newer version
 * has brought further is left as it is: the version before works on it. Throws what the database answered.
 */
export async function migrate(
  database: Database,
  migrations: Readonly<Record<string, Migration>> = MIGRATIONS,
): Promise<Migrated> {
  const { newer, isComplete } = await lookAt(database, migrations);
  if (isComplete) return { applied: [], newer };
  const migrator = new Migrator({
    db: database,
    provider: { getMigrations: async () => ({ ...migrations }) },
  });
  const { error, results = [] } = await migrator.migrateToLatest();
  if (error) {
    // A newer version may have brought it further while this one waited for the lock.
    const now = await lookAt(database, migrations);
    if (now.isComplete) return { applied: [], newer: now.newer };
    throw error;
  }
  return { applied: results.map(({ migrationName }) => migrationName), newer };
}

/** What a newer version has applied, and whether everything of this one is there. */
async function lookAt(database: Database, migrations: Readonly<Record<string, Migration>>) {
  const there = await appliedNames(database);
  return {
    newer: there.filter((name) => !(name in migrations)),
    isComplete: Object.keys(migrations).every((name) => there.includes(name)),
  };
}

/** None in a database that is empty. */
async function appliedNames(database: Database): Promise<string[]> {
  const { rows } = await sql<{
    there: boolean;
  }>`select to_regclass('kysely_migration') is not null as there`.execute(database);
  if (!rows[0]?.there) return [];
  const found = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(
    database,
  );
  return found.rows.map(({ name }) => name);
}

/** The same at an address, with as much time for each statement as it takes. Throws what the database answered. */
export async function migrateAt(
  settings: DatabaseSettings,
  log: Logger,
  migrations?: Readonly<Record<string, Migration>>,
): Promise<Migrated> {
  const database = openDatabase({ ...settings, connections: 2, isPatient: true }, log);
  return migrate(database, migrations).finally(() => database.destroy());
}

/** Milliseconds between two tries. */
const AGAIN_MS = 3_000;

/** A database that is being made ready. */
export interface Preparation {
  /** Throws the reason as long as it is not ready. */
  check(): void;
  stop(): void;
}

/**
 * Brings the database up to this version in the background, again and again until it is: it may be away when a
 * process starts, and the process must not wait for it.
 */
export function prepareDatabase(settings: DatabaseSettings, log: Logger): Preparation {
  const over = new AbortController();
  let reason: string | undefined = 'the database has not been looked at yet';
  const prepare = async () => {
    while (!over.signal.aborted) {
      try {
        const { applied, newer } = await migrateAt(settings, log);
        if (applied.length > 0) log.info({ applied }, 'database: brought up to this version');
        if (newer.length > 0) log.warn({ newer }, 'database: a newer version has brought it further');
        reason = undefined;
        return;
      } catch (thrown) {
        const said = thrown instanceof Error ? thrown.message : 'unknown';
        if (said !== reason) log.warn({ reason: said }, 'database: not ready yet');
        reason = said;
        await sleep(AGAIN_MS, undefined, { signal: over.signal }).catch(() => undefined);
      }
    }
  };
  void prepare();
  return {
    check: () => {
      if (reason !== undefined) throw new Error(`the database is not ready: ${reason}`);
    },
    stop: () => over.abort(),
  };
}
