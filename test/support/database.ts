import { randomBytes } from 'node:crypto';
import { asked, dropDatabase } from '../../lab/postgres.ts';

/** Variable with the address of the server that the test files share. */
export const DATABASES = 'KEYFERRY_TEST_DATABASES';
/** The migrated database that is copied. */
export const TEMPLATE = 'keyferry_template';

/** A database of one's own. */
export interface TestDatabase {
  url: string;
  stop(): Promise<void>;
}

/** Makes a database that is brought up to this version; `isEmpty`: one that is not. */
export async function startTestDatabase({ isEmpty = false } = {}): Promise<TestDatabase> {
  const server = process.env[DATABASES];
  if (server === undefined) throw new Error('This project of tests has no PostgreSQL: see jest.config.js.');
  const name = `kf_${randomBytes(6).toString('hex')}`;
  await asked(server, `create database ${name} template ${isEmpty ? 'template1' : TEMPLATE}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, stop: () => dropDatabase(url.href) };
}
