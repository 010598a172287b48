import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import { pino } from 'pino';
import { appendEntry, stamped } from '../../../core/store/audit.ts';
import { daysAgo } from '../../../core/store/audit-chain.ts';
import { type Database, openDatabase } from '../../../core/store/database.ts';
import { asked } from '../../../lab/postgres.ts';
import { startTestDatabase, type TestDatabase } from '../../support/database.ts';

const DAY_MS = 24 * 60 * 60_000;
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
let own: TestDatabase;
let database: Database;

beforeAll(async () => {
  own = await startTestDatabase();
  database = openDatabase({ url: own.url, connections: 2, name: 'test' }, pino({ level: 'silent' }));
  for (let each = 0; each < 3; each += 1)
    await appendEntry(database, stamped({ actor: 'system', action: 'connected', outcome: 'done' }));
});
afterEach(() => {
  jest.restoreAllMocks();
});
afterAll(async () => {
  await database?.destroy();
  await own?.stop();
});

/** Runs `keyferry audit …`. */
function audit(words: string[], more: Record<string, string> = {}) {
  return new Promise<{ code: number; said: string; refused: string }>((resolve) => {
    const env = { ...process.env, DATABASE_URL: own.url, ...more };
    execFile(
      process.execPath,
      ['scripts/keyferry.ts', 'audit', ...words],
      { cwd: ROOT, env },
      (error, out, err) => resolve({ code: error ? Number(error.code) : 0, said: out, refused: err }),
    );
  });
}

test('`keyferry audit verify` prints the head, accepts it later, and names the first wrong entry', async () => {
  const whole = await audit(['verify']);
  expect(whole).toMatchObject({ code: 0, refused: '' });
  expect(whole.said).toMatch(/^3 entries: none is missing or changed\.\nHead 3:[0-9a-f]{64}\n$/);
  const [, head = ''] = /Head (\S+)/.exec(whole.said) ?? [];
  await appendEntry(database, stamped({ actor: 'system', action: 'connected', outcome: 'done' }));
  expect(await audit(['verify', '--expect', head])).toMatchObject({ code: 0 });
  const other = `2:${head.slice(2)}`;
  expect(await audit(['verify', '--expect', other])).toMatchObject({
    code: 1,
    refused: expect.stringMatching(/^The audit log is broken at entry 2: /),
  });
  await asked(own.url, 'update audit set entry = entry || \'{"outcome":"failed"}\' where seq = 3');
  expect(await audit(['verify'])).toMatchObject({
    code: 1,
    said: '',
    refused: expect.stringMatching(/^The audit log is broken at entry 3: /),
  });
  await asked(own.url, 'update audit set entry = entry || \'{"outcome":"done"}\' where seq = 3');
});

test('`keyferry audit prune` removes nothing before AUDIT_DAYS are over', async () => {
  expect(await audit(['prune'])).toMatchObject({
    code: 0,
    said: '0 entries removed, all older than 365 days.\n',
  });
  expect(await audit(['prune'], { AUDIT_DAYS: '0' })).toMatchObject({ code: 2 });
});

test('what is old is told by the database’s clock, not by that of this machine', async () => {
  const is = Date.now();
  jest.spyOn(Date, 'now').mockReturnValue(is + 366 * DAY_MS);
  expect(Math.abs((await daysAgo(database, 1)).getTime() - (is - DAY_MS))).toBeLessThan(DAY_MS / 24);
});

test('a head that is none is a mistake in the command, and a database that is away is said', async () => {
  expect(await audit(['verify', '--expect', '3'])).toMatchObject({ code: 2 });
  const away = { DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none' };
  expect(await audit(['verify'], away)).toMatchObject({ code: 1, refused: expect.stringContaining('ECONN') });
});
