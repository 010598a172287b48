import { pino } from 'pino';
import { openDatabase } from '../../core/store/database.ts';
import { migrate } from '../../core/store/migrate.ts';
import { asked, type LabPostgres, startPostgres } from '../../lab/postgres.ts';
import { DATABASES, TEMPLATE } from './database.ts';

/** The one server that all test files of a project share. Jest's teardown, in the same process, ends it. */
let server: LabPostgres | undefined;

/** Jest's `globalSetup`: a PostgreSQL with a migrated database that every test file gets a copy of. */
export default async function setUp(): Promise<void> {
  if (server) return;
  server = await startPostgres();
  await asked(server.url('postgres'), `create database ${TEMPLATE}`);
  const settings = { url: server.url(TEMPLATE), connections: 2, name: 'test' };
  const database = openDatabase(settings, pino({ level: 'silent' }));
  await migrate(database).finally(() => database.destroy());
  process.env[DATABASES] = server.url('postgres');
  (globalThis as { keyferryPostgres?: LabPostgres }).keyferryPostgres = server;
}
