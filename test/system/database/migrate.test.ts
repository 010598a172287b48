import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { pino } from 'pino';
import { checkDatabase, type Database, openDatabase } from '../../../core/store/database.ts';
import {
  type Migrated,
  migrate,
  migrateAt,
  type Preparation,
  prepareDatabase,
} from '../../../core/store/migrate.ts';
import { MIGRATIONS } from '../../../core/store/migrations.ts';
import { asked } from '../../../lab/postgres.ts';
import { startTestDatabase, type TestDatabase } from '../../support/database.ts';
import { until } from '../../support/redis-system.ts';

const log = pino({ level: 'silent' });
const NAMES = Object.keys(MIGRATIONS);
let empty: TestDatabase;
const opened: Database[] = [];
const settings = () => ({ url: empty.url, connections: 2, name: 'test' });
const open = () => {
  const database = openDatabase(settings(), log);
  opened.push(database);
  return database;
};

beforeEach(async () => {
  empty = await startTestDatabase({ isEmpty: true });
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((each) => each.destroy()));
  await empty.stop();
});

const next: Migration = {
  up: (db: Kysely<unknown>) => db.schema.createTable('of_a_later_version').execute(),
};

describe('an empty database', () => {
  test('is brought up to this version, and then there is nothing to do', async () => {
    expect(await migrate(open())).toEqual({ applied: NAMES, newer: [] });
    expect(await migrate(open())).toEqual({ applied: [], newer: [] });
  });

  test('is brought up once, although several processes start at the same moment', async () => {
    const all = await Promise.all(Array.from({ length: 5 }, () => migrate(open())));
    expect(all.flatMap(({ applied }) => applied)).toEqual(NAMES);
  });

  test('is brought up in the background, and until then it is said why not', async () => {
    const database = open();
    const preparation = prepareDatabase(settings(), log);
    expect(() => preparation.check()).toThrow(/the database is not ready/);
    await until(() => isReady(preparation));
    await checkDatabase(database);
  });
});

function isReady(preparation: Preparation): boolean {
  try {
    preparation.check();
    return true;
  } catch {
    return false;
  }
}

test.each(NAMES.map((_, at) => at))('from after migration %i the rest is applied', async (at) => {
  const earlier = Object.fromEntries(Object.entries(MIGRATIONS).slice(0, at));
  await migrate(open(), earlier);
  expect((await migrate(open())).applied).toEqual(NAMES.slice(at));
});

test('a re-run that a dump of an older version brings was last led when it was started, not just now', async () => {
  const before = Object.fromEntries(Object.entries(MIGRATIONS).filter(([name]) => name < '0022'));
  await migrate(open(), before);
  const started = '2026-01-02T03:04:05.000Z';
  await asked(
    empty.url,
    `insert into re_runs (id, asked_by, about, started_at) values (gen_random_uuid(), 'sam', '1 case', '${started}')`,
  );
  await migrate(open());
  expect(await asked(empty.url, 'select led_at from re_runs')).toEqual([{ led_at: new Date(started) }]);
});

test('what a newer version has brought further is left as it is, and this version works on it', async () => {
  await migrate(open(), { ...MIGRATIONS, '9999-later': next });
  expect(await migrate(open())).toEqual({ applied: [], newer: ['9999-later'] });
});

test('this version and a newer one, started at the same moment on an empty database, are both content', async () => {
  let older: Promise<Migrated> | undefined;
  const later: Migration = {
    up: async (db: Kysely<unknown>) => {
      await next.up(db);
      // It has found the database empty, and waits for the lock.
      older = migrate(open());
      const waiting = `select 1 from pg_locks where locktype = 'advisory' and not granted`;
      await until(async () => (await asked(empty.url, waiting)).length === 1);
    },
  };
  const newer = await migrate(open(), { ...MIGRATIONS, '9999-later': later });
  expect(newer.applied).toEqual([...NAMES, '9999-later']);
  expect(await older).toEqual({ applied: [], newer: ['9999-later'] });
});

test('a migration that fails leaves nothing of itself, and says what the database said', async () => {
  const failing: Migration = {
    up: async (db: Kysely<unknown>) => {
      await db.schema.createTable('half').execute();
      await db.schema.createTable('half').execute();
    },
  };
  await expect(migrate(open(), { '0001-failing': failing })).rejects.toThrow(/already exists/);
  expect(await asked(empty.url, "select to_regclass('half') as half")).toEqual([{ half: null }]);
});

test('a migration may take longer than any other call', async () => {
  const slow: Migration = {
    up: async (db: Kysely<unknown>) => void (await sql`select pg_sleep(8)`.execute(db)),
  };
  await expect(sql`select pg_sleep(8)`.execute(open())).rejects.toThrow(/statement timeout/);
  expect(await migrateAt(settings(), log, { '0001-slow': slow })).toMatchObject({ applied: ['0001-slow'] });
});
