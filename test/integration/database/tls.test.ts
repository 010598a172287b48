import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { pino } from 'pino';
import { generate } from 'selfsigned';
import { openDatabase } from '../../../core/store/database.ts';
import { type LabPostgres, NOBODY, startPostgres } from '../../../lab/postgres.ts';

let directory: string;
let postgres: LabPostgres;
let ca: string;
let another: string;

/** A certificate of nobody's but our own, for an address. */
async function certificate(ip: string) {
  return generate([{ name: 'commonName', value: 'PostgreSQL of the lab' }], {
    keySize: 2048,
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: [{ type: 7, ip }] },
    ],
  });
}

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'keyferry-postgres-tls-'));
  const [own, other] = await Promise.all([certificate('127.0.0.1'), certificate('127.0.0.1')]);
  ca = own.cert;
  another = other.cert;
  const [key, cert] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
  writeFileSync(key, own.private, { mode: 0o600 });
  writeFileSync(cert, own.cert);
  if (process.getuid?.() === 0)
    for (const path of [directory, key, cert]) chownSync(path, NOBODY.uid, NOBODY.gid);
  postgres = await startPostgres({
    settings: ['ssl=on', `ssl_key_file=${key}`, `ssl_cert_file=${cert}`],
  });
});
afterAll(async () => {
  await postgres?.stop();
  rmSync(directory, { recursive: true, force: true });
});

async function isEncrypted(authority: string | undefined, parameters: string): Promise<boolean> {
  const url = postgres.url('postgres') + parameters;
  const settings = { url, ca: authority, connections: 1, name: 'test' };
  const database = openDatabase(settings, pino({ level: 'silent' }));
  try {
    const { rows } = await sql<{
      ssl: boolean;
    }>`select ssl from pg_stat_ssl where pid = pg_backend_pid()`.execute(database);
    return rows[0]?.ssl ?? false;
  } finally {
    await database.destroy();
  }
}

describe('the database is reached by TLS', () => {
  test.each(['', '?sslmode=verify-full', '?sslmode=require', '?sslmode=verify-ca'])(
    'with the CA that is given, whatever the address says of it: "%s"',
    async (parameters) => {
      expect(await isEncrypted(ca, parameters)).toBe(true);
    },
  );

  test.each(['?sslmode=verify-full', '?sslmode=require'])(
    'and one whose certificate nobody vouches for is refused: "%s"',
    async (parameters) => {
      await expect(isEncrypted(undefined, parameters)).rejects.toThrow(/self-signed certificate/);
      await expect(isEncrypted(another, parameters)).rejects.toThrow(/certificate/);
    },
  );

  test('and an address that wants none is not believed where a CA is given', async () => {
    expect(await isEncrypted(ca, '?sslmode=disable')).toBe(true);
  });
});
