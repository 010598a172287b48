import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { pino } from 'pino';
import type { Secret } from '../../core/secrets/secret.ts';
import { type Database, openDatabase } from '../../core/store/database.ts';
import { recordDisconnected } from '../../core/store/disconnected.ts';
import { migrate } from '../../core/store/migrate.ts';
import { Copies, type SealedCopy } from '../../core/store/vault.ts';
import { leaks } from '../../lab/leaks.ts';
import { asked, type LabPostgres, startPostgres } from '../../lab/postgres.ts';
import { databasePlaces } from '../../lab/postgres-places.ts';
import { KeyFile } from '../../worker/vault/key-file.ts';
import { type Copied, Vault } from '../../worker/vault/vault.ts';
import { programsOfTheSystem } from '../support/system-postgres.ts';
import { madeUp, never, recordedWith, vaultKey } from '../support/vault.ts';

const execute = promisify(execFile);
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

let postgres: LabPostgres;
let url: string;
let database: Database;
let vault: Vault;

beforeAll(async () => {
  // As servers have it, but that a segment of the log is removed when nothing needs it, not written over some day.
  const settings = ['full_page_writes=on', 'wal_recycle=off', 'min_wal_size=32MB'];
  postgres = await startPostgres({ programs: programsOfTheSystem(), settings });
  url = await postgres.database();
  database = openDatabase({ url, connections: 3, name: 'test' }, pino({ level: 'silent' }));
  await migrate(database);
  vault = new Vault(new KeyFile([vaultKey('k1')]), new Copies(database));
});
afterAll(async () => {
  await database?.destroy();
  await postgres?.stop();
});

/** Tables, a real dump, files and write-ahead log. */
async function everywhere(): Promise<Record<string, string>> {
  const words = ['--format=plain', '--username=keyferry', url];
  const { stdout } = await execute(join(postgres.programs, 'pg_dump'), words, { maxBuffer: 64_000_000 });
  return { ...(await databasePlaces(url)), dump: stdout };
}

/** What is particular to a copy: the ciphertexts, their nonces and tags, and the end of what they are sealed for. */
function partsOf({ envelope, wrapped }: SealedCopy): string[] {
  return [envelope, wrapped.text].flatMap((jwe) => {
    const [header = '', , nonce = '', ciphertext = '', tag = ''] = jwe.split('.');
    return [header.slice(-24), nonce, ciphertext, tag];
  });
}

/** Everything that could be found of a copy, kept apart from where it is looked for. */
async function made(): Promise<{ secret: Secret; connection: Copied; parts: string[] }> {
  const secret = madeUp();
  const connection = await recordedWith(database, secret);
  await vault.keep(connection, secret, never);
  const copy = await vault.copies.find(connection.connection);
  if (!copy) throw new Error('there is no copy');
  return { secret, connection, parts: partsOf(copy) };
}

test('after a disconnect, and once the table was written again and a checkpoint has passed, nothing of a copy is in tables, dumps, files or the write-ahead log', async () => {
  const [gone, stays] = [await made(), await made()];
  // What is there is found: each part of it in each place.
  const before = await everywhere();
  for (const part of gone.parts.filter(({ length }) => length >= 24)) {
    const found = leaks([part], before);
    expect(found).toEqual(expect.arrayContaining(['table public.vault', 'dump']));
    expect(found).toEqual(expect.arrayContaining([expect.stringContaining('file base/')]));
    expect(found).toEqual(expect.arrayContaining([expect.stringContaining('pg_wal/')]));
  }
  // The credential itself never was.
  const credentials = [gone, stays].map(({ secret }) => secret.reveal());
  expect(leaks(credentials, before)).toEqual([]);

  const { customer, connection } = gone.connection;
  await database
    .transaction()
    .execute((transaction) =>
      recordDisconnected(transaction, { customer, connection, at: new Date().toISOString() }),
    );
  const ended = leaks(gone.parts, await everywhere());
  expect(ended.filter((place) => !place.startsWith('database file'))).toEqual([]);

  const { PATH = '', HOME = '' } = process.env;
  const env = { PATH, HOME, DATABASE_URL: url };
  const words = ['scripts/keyferry.ts', 'vault', 'prune', '--json'];
  const { stdout } = await execute(process.execPath, words, { cwd: ROOT, env });
  expect(JSON.parse(stdout)).toEqual({ removed: 0, isRewritten: true });
  await asked(url, 'select pg_switch_wal()');
  await asked(url, 'checkpoint');
  const after = await everywhere();
  expect(leaks(gone.parts, after)).toEqual([]);
  expect(leaks(credentials, after)).toEqual([]);
  // The other customer's is there, and opens.
  expect(leaks(stays.parts, after)).toEqual(expect.arrayContaining(['table public.vault', 'dump']));
  const copy = await vault.copies.find(stays.connection.connection);
  expect(copy && (await vault.open(copy, never)).equals(stays.secret)).toBe(true);
});
