import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { leaks } from '../../../lab/leaks.ts';
import { asked } from '../../../lab/postgres.ts';
import { databasePlaces } from '../../../lab/postgres-places.ts';
import { startTestDatabase, type TestDatabase } from '../../support/database.ts';

let there: TestDatabase;
beforeEach(async () => {
  there = await startTestDatabase();
});
afterEach(() => there.stop());

const places = () => databasePlaces(there.url);

test('a secret in any kind of column is found in its table and in the files', async () => {
  await asked(there.url, 'create table odd (words text[], bytes bytea, deep jsonb)');
  for (const value of ['array[$1]', 'null, $1::bytea', "null, null, jsonb_build_object('a', $1)"]) {
    const secret = randomBytes(24).toString('base64url');
    await asked(there.url, `insert into odd values (${value.replace('$1', `'${secret}'`)})`);
    const found = leaks([secret], await places());
    expect(found).toContain('table public.odd');
    expect(found).toEqual(expect.arrayContaining([expect.stringContaining('file base/')]));
    expect(found).toEqual(expect.arrayContaining([expect.stringContaining('pg_wal/')]));
  }
});

test('one that has been deleted since is found in the files', async () => {
  const secret = randomBytes(24).toString('base64url');
  await asked(there.url, `insert into customers (customer, metadata) values ('${secret}', '{}')`);
  await asked(there.url, 'delete from customers');
  const found = leaks([secret], await places());
  expect(found).not.toContain('table public.customers');
  expect(found).toEqual(expect.arrayContaining([expect.stringContaining('pg_wal/')]));
});

test('what is nowhere is not found', async () => {
  const secret = randomBytes(24).toString('base64url');
  expect(leaks([secret], await places())).toEqual([]);
  expect(Object.keys(await places())).toEqual(
    expect.arrayContaining(['table public.customers', 'table public.kysely_migration']),
  );
});
