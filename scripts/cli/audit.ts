import { pino } from 'pino';
import { ConfigError, readSettings } from '../../core/process/config.ts';
import { daysAgo, type Link, pruneChain, verifyChain } from '../../core/store/audit-chain.ts';
import { type Database, databaseSettings, openDatabase } from '../../core/store/database.ts';

export interface VerifyOptions {
  expect?: Link;
}

const written = ({ seq, hash }: Link) => `${seq}:${hash}`;

/**
 * Proves that no entry of the audit log is missing or changed. Answers the exit code: 1 if one is, or if it could not
 * be told, 2 for wrong settings.
 */
export function verifyAudit({ expect }: VerifyOptions): Promise<number> {
  return onDatabase(async (database) => {
    const verdict = await verifyChain(database, expect);
    if (!verdict.isWhole) {
      process.stderr.write(`The audit log is broken at entry ${verdict.seq}: ${verdict.why}.\n`);
      return 1;
    }
    const { entries, head, pruned } = verdict;
    process.stdout.write(`${entries} entries: none is missing or changed.\n`);
    if (pruned) process.stdout.write(`Pruned up to ${written(pruned)}\n`);
    process.stdout.write(`Head ${written(head)}\n`);
    return 0;
  });
}

/** Removes the entries that are older than AUDIT_DAYS. Answers the exit code. */
export function pruneAudit(): Promise<number> {
  return onDatabase(async (database) => {
    const { AUDIT_DAYS } = readSettings(['AUDIT_DAYS'], process.env);
    const { removed, pruned } = await pruneChain(database, await daysAgo(database, AUDIT_DAYS));
    process.stdout.write(`${removed} entries removed, all older than ${AUDIT_DAYS} days.\n`);
    if (pruned) process.stdout.write(`Pruned up to ${written(pruned)}\n`);
    return 0;
  });
}

async function onDatabase(work: (database: Database) => Promise<number>): Promise<number> {
  try {
    const settings = readSettings(['DATABASE_URL', 'DATABASE_CA_FILE', 'DATABASE_CONNECTIONS'], process.env);
    const database = openDatabase(databaseSettings(settings, 'cli'), pino({ level: 'silent' }));
    return await work(database).finally(() => database.destroy());
  } catch (thrown) {
    process.stderr.write(`${thrown instanceof Error ? thrown.message : 'It failed.'}\n`);
    return thrown instanceof ConfigError ? 2 : 1;
  }
}
