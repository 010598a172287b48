import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { pino } from 'pino';
import { checkDatabase, type Database, openDatabase } from '../../../core/store/database.ts';
import { DatabaseAway } from '../../../core/store/database-errors.ts';
import { asked, PROGRAMS, startPostgres } from '../../../lab/postgres.ts';
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

test('a connection that ends in the moment in which it is ready does not end the process', async () => {
  const message = (type: string, body: Buffer) => {
    const head = Buffer.alloc(5);
    head.write(type);
    head.writeInt32BE(4 + body.length, 1);
    return Buffer.concat([head, body]);
  };
  const [signedIn, ready] = [message('R', Buffer.alloc(4)), message('Z', Buffer.from('I'))];
  // In one packet, as they are read by a process that was busy just then.
  const ended = message('E', Buffer.from('SFATAL\0VFATAL\0C57P01\0Mterminating connection\0\0'));
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.end(Buffer.concat([signedIn, ready, ended])));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const url = `postgresql://keyferry@127.0.0.1:${port}/keyferry`;
  const asking = openDatabase({ url, connections: 2, name: 'test' }, pino({ level: 'silent' }));
  try {
    await expect(sql`select 1`.execute(asking)).rejects.toThrow(DatabaseAway);
  } finally {
    await asking.destroy();
    server.close();
  }
});

test('a ROLLBACK is not waited for on a connection that does not answer', async () => {
  const frozen = await startPostgres();
  const took: number[] = [];
  const silent = openDatabase(
    { url: await frozen.database(), connections: 2, name: 'test' },
    pino({ level: 'silent' }),
    ({ query, queryDurationMillis }) => {
      if (query.sql !== 'begin') took.push(queryDurationMillis);
    },
  );
  try {
    const waiting = silent.transaction().execute(async (transaction) => {
      frozen.freeze();
      await sql`select 1`.execute(transaction);
    });
    await expect(waiting).rejects.toThrow('Query read timeout');
    const [statement, rollback] = took as [number, number];
    expect(rollback).toBeLessThan(statement / 2);
  } finally {
    await silent.destroy();
    await frozen.stop();
  }
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
