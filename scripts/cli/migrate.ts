import { pino } from 'pino';
import { ConfigError, readSettings } from '../../core/process/config.ts';
import { databaseSettings } from '../../core/store/database.ts';
import { migrateAt } from '../../core/store/migrate.ts';

/** Migrates the database at DATABASE_URL and says what was done. Answers the exit code: 1 if it failed, 2 for wrong settings. */
export async function migrateDatabase(): Promise<number> {
  try {
    const settings = readSettings(['DATABASE_URL', 'DATABASE_CA_FILE', 'DATABASE_CONNECTIONS'], process.env);
    const at = databaseSettings(settings, 'cli');
    const { applied, newer } = await migrateAt(at, pino({ level: 'silent' }));
    for (const name of applied) process.stdout.write(`applied ${name}\n`);
    if (newer.length > 0) process.stdout.write(`A newer version has been here: ${newer.join(', ')}.\n`);
    if (applied.length === 0) process.stdout.write('Nothing to do.\n');
    return 0;
  } catch (thrown) {
    process.stderr.write(`${thrown instanceof Error ? thrown.message : 'It failed.'}\n`);
    return thrown instanceof ConfigError ? 2 : 1;
  }
}
