import { pino } from 'pino';
import { type Config, ConfigError, readSettings } from '../../core/process/config.ts';
import { type Database, databaseSettings, openDatabase } from '../../core/store/database.ts';
import { RECORD_SETTINGS } from './record-settings.ts';

/** What tells where the record is. */
export type RecordConfig = Pick<Config<'worker'>, (typeof RECORD_SETTINGS)[number]>;
type Usage = (message: string) => never;

/** Does something with the record, and ends with its exit code; what it throws is said in a line. */
export async function onRecord(
  usage: Usage,
  work: (database: Database, config: RecordConfig) => Promise<number>,
): Promise<number> {
  try {
    const config = readSettings(RECORD_SETTINGS, process.env);
    const database = openDatabase(databaseSettings(config, 'cli'), pino({ level: 'silent' }));
    try {
      return await work(database, config);
    } finally {
      await database.destroy();
    }
  } catch (thrown) {
    if (thrown instanceof ConfigError) return usage(`error: ${thrown.message}`);
    process.stderr.write(`${thrown instanceof Error ? thrown.message : 'It failed.'}\n`);
    return 1;
  }
}
