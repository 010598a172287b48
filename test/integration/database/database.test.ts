import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { pino } from 'pino';
import { checkDatabase, type Database, openDatabase } from '../../../core/store/database.ts';
import { asked, PROGRAMS } from '../../../lab/postgres.ts';
import { startTestDatabase, type TestDatabase } from '../../support/database.ts';
import { until } from '../../support/redis-system.ts';

let there: TestDatabase;
let database: Database;

beforeEach(async () => {
  there = await startTestDatabase();
  database = openDatabase({ url: there.url, connections: 2, name: 'test' }, pino({ level: 'silent' }));
});
afterEach(async () => {
  await database.destroy();
  await there.stop();
});

const others = async () => {
  const name = new URL(there.url).pathname.slice(1);
  const server = new URL(there.url);
  server.pathname = '/postgres';
  const end = `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`;
  await asked(server.href, end);
};

describe('a connection that the server ends', () => {
  test('between two statements ends its transaction with an error, and not the process', async () => {
    const insert = (customer: string) =>
      sql`insert into customers (customer, metadata) values (${customer}, '{}')`;
    const ended = database.transaction().execute(async (transaction) => {
      await insert('alice').execute(transaction);
      await others();
      // Its end comes by the network, and nobody asks anything meanwhile.
      await new Promise((resolve) => setTimeout(resolve, 200));
      await insert('bob').execute(transaction);
    });
    await expect(ended).rejects.toThrow();
    expect(await database.selectFrom('customers').selectAll().execute()).toEqual([]);
  });

  test('while nobody uses it is replaced by another', async () => {
    await checkDatabase(database);
    await others();
    await until(() =>
      checkDatabase(database).then(
        () => true,
        () => false,
      ),
    );
  });
});

test('the folder of programs that CI names is what the server runs', async () => {
  const [{ server_version_num: version } = {}] = await asked<{ server_version_num: string }>(
    there.url,
    'show server_version_num',
  );
  const named = process.env[PROGRAMS];
  // Debian keeps each version in a folder of its number; npm's is 18.
  expect(Math.floor(Number(version) / 10_000)).toBe(named ? Number(/\/(\d+)\/bin$/.exec(named)?.[1]) : 18);
});
