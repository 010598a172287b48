import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { readSettings } from '../../core/process/config.ts';
import { SealedBox } from '../../core/secrets/sealed.ts';
import { appendEntry, stamped } from '../../core/store/audit.ts';
import { verifyChain } from '../../core/store/audit-chain.ts';
import { Connections } from '../../core/store/connections.ts';
import { type Database, openDatabase } from '../../core/store/database.ts';
import { History } from '../../core/store/history.ts';
import { migrate } from '../../core/store/migrate.ts';
import { type LabPostgres, startPostgres } from '../../lab/postgres.ts';
import { databaseRows } from '../../lab/postgres-places.ts';
import { type LabRedis, startRedis } from '../../lab/redis.ts';
import { type PracticeLab, startPracticeLab } from '../support/practice-lab.ts';
import { startRedisSystem, until } from '../support/redis-system.ts';
import { programsOfTheSystem } from '../support/system-postgres.ts';

const execute = promisify(execFile);
const log = pino({ level: 'silent' });
/** Something for the audit log. */
const ENTRY = {
  actor: 'platform',
  who: 'dashboard',
  action: 'connect-link',
  outcome: 'done',
  from: '127.0.0.1',
} as const;
const keysOf = (text: string) => readSettings(['SEALING_KEYS'], { SEALING_KEYS: text }).SEALING_KEYS;
const sealingKeys = `one:${randomBytes(32).toString('base64')}`;

const keys = keysOf(sealingKeys);

let directory: string;
let postgres: LabPostgres;
let redis: LabRedis;
let lab: PracticeLab;
let before: Record<string, string[]>;
let customer: string;
let connections: Awaited<ReturnType<Connections['current']>>;
let restored: string;
let database: Database;

/** Somebody connects Claude, and somebody else's handshake fails: what there is to keep. */
async function live(url: string): Promise<string> {
  const system = await startRedisSystem({
    lab,
    redis: { REDIS_URL: redis.url, DATABASE_URL: url, SEALING_KEYS: sealingKeys },
  });
  try {
    const { line, begin, signIn } = await system.arrive();
    await signIn(await begin());
    await line.phase('connected');
    const second = await begin();
    lab.anthropic.tokenEndpoint.next(403);
    await signIn(second);
    await line.phase('failed');
    await until(async () => ((await databaseRows(url))['public.attempts'] ?? []).length >= 2);
    return system.customer;
  } finally {
    await system.stop();
  }
}

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'keyferry-backup-'));
  [postgres, redis, lab] = await Promise.all([
    startPostgres({ programs: programsOfTheSystem() }),
    startRedis(),
    startPracticeLab(),
  ]);
  const url = await postgres.database();
  const own = openDatabase({ url, connections: 1, name: 'test' }, log);
  // Before the api: until it has what it needs, it lets no page in, and the test's page does not come again.
  await migrate(own);
  customer = await live(url);
  await appendEntry(own, stamped({ ...ENTRY, customer }));
  connections = await new Connections(own).current(customer);
  await own.destroy();
  before = await databaseRows(url);
  // As docs/operators.md says.
  const file = join(directory, 'keyferry.dump');
  await execute(join(postgres.programs, 'pg_dump'), ['--format=custom', `--file=${file}`, url]);
  restored = await postgres.database();
  const words = ['--exit-on-error', '--no-owner', '--single-transaction', `--dbname=${restored}`, file];
  await execute(join(postgres.programs, 'pg_restore'), words);
  database = openDatabase({ url: restored, connections: 2, name: 'test' }, log);
});
afterAll(async () => {
  await database?.destroy();
  await Promise.all([lab?.stop(), redis?.stop(), postgres?.stop()]);
  rmSync(directory, { recursive: true, force: true });
});

describe('a dump that is restored into an empty database', () => {
  test('has every row of every table', async () => {
    const after = await databaseRows(restored);
    expect(Object.keys(after)).toEqual(Object.keys(before));
    expect(after).toEqual(before);
    for (const table of ['customers', 'handshakes', 'attempts', 'audit', 'kysely_migration'])
      expect([table, before[`public.${table}`]?.length]).toEqual([table, expect.any(Number)]);
    expect(before['public.attempts']?.length).toBeGreaterThan(1);
  });

  test('needs no migration', async () => {
    expect(await migrate(database)).toEqual({ applied: [], newer: [] });
  });

  test('is read by the stores, and what is sealed opens with the keys that were kept, and with no others', async () => {
    const [failed] = await new History(database, new SealedBox(keys)).newest(1);
    const screenBy = async (with_: typeof keys) => {
      const read = await new History(database, new SealedBox(with_)).read(failed?.handshake ?? '');
      return read?.attempts.at(-1)?.error?.screen;
    };
    expect(failed).toMatchObject({ customer });
    expect(await screenBy(keys)).not.toMatch(/no longer in SEALING_KEYS|^$/);
    expect((await screenBy(keys))?.length).toBeGreaterThan(20);
    expect(await screenBy(keysOf(`one:${randomBytes(32).toString('base64')}`))).toMatch(
      /no longer in SEALING_KEYS/,
    );
    expect(await new Connections(database).current(customer)).toEqual(connections);
  });

  test('has an audit log of which nothing is missing, and which goes on', async () => {
    expect(await verifyChain(database)).toMatchObject({
      isWhole: true,
      entries: before['public.audit']?.length,
    });
    await appendEntry(database, stamped(ENTRY));
    const verdict = await verifyChain(database);
    expect(verdict).toMatchObject({ isWhole: true, entries: (before['public.audit']?.length ?? 0) + 1 });
  });
});
