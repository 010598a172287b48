import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import pg from 'pg';
import { pino } from 'pino';
import { type Database, openDatabase } from '../../../core/store/database.ts';
import { recordDisconnected } from '../../../core/store/disconnected.ts';
import { forgetHistory } from '../../../core/store/retention.ts';
import { Copies, type CopyOwner, type SealedCopy } from '../../../core/store/vault.ts';
import { openCopy } from '../../../worker/credentials/vault.ts';
import { KeyFile } from '../../../worker/vault/key-file.ts';
import { type Copied, Vault } from '../../../worker/vault/vault.ts';
import { startTestDatabase, type TestDatabase } from '../../support/database.ts';
import { madeUp, never, recordedWith, vaultKey, vaultKeys } from '../../support/vault.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const KEY = vaultKey('k1');
/** How openings ended. */
const outcomes: string[] = [];
const openings = { count: async (outcome: string) => void outcomes.push(outcome) };

let server: TestDatabase;
let database: Database;
let vault: Vault;

beforeAll(async () => {
  server = await startTestDatabase();
  database = openDatabase({ url: server.url, connections: 5, name: 'test' }, pino({ level: 'silent' }));
  vault = new Vault(new KeyFile([KEY]), new Copies(database));
});
afterAll(async () => {
  await database?.destroy();
  await server?.stop();
});

/** A connection with a copy of its credential. */
async function copied(more: Parameters<typeof recordedWith>[2] = {}) {
  const secret = madeUp();
  const made = await recordedWith(database, secret, more);
  expect(await vault.keep(made, secret, never)).toBe(true);
  return { made, secret, copy: (await vault.copies.find(made.connection)) as SealedCopy & CopyOwner };
}

const entriesOf = async (customer: string) =>
  (
    await database
      .selectFrom('audit')
      .select(['outcome', 'entry'])
      .where('customer', '=', customer)
      .where('action', '=', 'vault-open')
      .orderBy('seq')
      .execute()
  ).map(({ outcome, entry }) => [outcome, (entry as { detail: string }).detail]);
const recordOf = ({ connection: id, ...made }: Copied) => ({ id, ...made });
const disconnect = ({ customer, connection }: Copied) =>
  database
    .transaction()
    .execute((transaction) =>
      recordDisconnected(transaction, { customer, connection, at: new Date().toISOString() }),
    );

describe('a copy', () => {
  test('opens for its connection, and the audit log has the opening', async () => {
    const { made, secret } = await copied();
    const opened = await openCopy(
      { vault, database, openings },
      recordOf(made),
      'the box was rebuilt',
      never,
    );
    expect(opened.equals(secret)).toBe(true);
    expect(outcomes.splice(0)).toEqual(['done']);
    expect(await entriesOf(made.customer)).toEqual([
      ['done', `anthropic, connection ${made.connection}: the box was rebuilt`],
    ]);
  });

  test('has nothing of the credential in its row, and a data key of its own', async () => {
    const [one, two] = [await copied(), await copied()];
    const text = JSON.stringify([one.copy, two.copy]);
    for (const { secret } of [one, two]) expect(text).not.toContain(secret.reveal().slice(-20));
    expect(one.copy.wrapped.text).not.toBe(two.copy.wrapped.text);
    // Another data key opens nothing.
    const exchanged = { ...one.copy, wrapped: two.copy.wrapped };
    await expect(vault.open(exchanged, never)).rejects.toMatchObject({ code: 'vault_unreadable' });
  });

  test('is not opened when the audit log cannot be written', async () => {
    const { made } = await copied();
    await sql`alter function audit_append(jsonb) rename to audit_append_away`.execute(database);
    const unwraps: unknown[] = [];
    const watched = new Vault(
      Object.assign(new KeyFile([KEY]), {
        unwrap: async (wrapped: unknown) => void unwraps.push(wrapped),
      }) as never,
      vault.copies,
    );
    try {
      const opening = openCopy({ vault: watched, database, openings }, recordOf(made), 'why', never);
      await expect(opening).rejects.toMatchObject({ code: 'vault_unavailable' });
      expect(unwraps).toEqual([]);
    } finally {
      await sql`alter function audit_append_away(jsonb) rename to audit_append`.execute(database);
    }
    expect(await entriesOf(made.customer)).toEqual([]);
  });

  test('of one customer that is put into another customer’s row does not open there', async () => {
    const [alice, bob] = [await copied(), await copied()];
    const { envelope, wrapped, wrapped_by } = await database
      .selectFrom('vault')
      .selectAll()
      .where('connection', '=', alice.made.connection)
      .executeTakeFirstOrThrow();
    await database
      .updateTable('vault')
      .set({ envelope, wrapped, wrapped_by })
      .where('connection', '=', bob.made.connection)
      .execute();
    const opening = openCopy({ vault, database, openings }, recordOf(bob.made), 'why', never);
    await expect(opening).rejects.toMatchObject({ code: 'vault_unreadable' });
    const reason = `anthropic, connection ${bob.made.connection}: why`;
    expect(await entriesOf(bob.made.customer)).toEqual([
      ['done', reason],
      ['failed', `${reason} (vault_unreadable)`],
    ]);
    expect(outcomes.at(-1)).toBe('vault_unreadable');
  });

  test.each(['customer', 'box', 'provider'])(
    'does not open after its connection was given to another %s',
    async (column) => {
      const { made } = await copied();
      await sql`update connections set ${sql.ref(column)} = 'mallory' where id = ${made.connection}`.execute(
        database,
      );
      const opening = openCopy({ vault, database, openings }, recordOf(made), 'why', never);
      await expect(opening).rejects.toMatchObject({ code: 'vault_unreadable' });
    },
  );

  test('of another credential than the one on record is not given out', async () => {
    const { made } = await copied();
    const opening = openCopy(
      { vault, database, openings },
      { ...recordOf(made), fingerprint: 'ffffffffffff' },
      'why',
      never,
    );
    await expect(opening).rejects.toMatchObject({ code: 'vault_unreadable' });
  });

  test('that there is none of is said', async () => {
    const made = await recordedWith(database, madeUp());
    const opening = openCopy({ vault, database, openings }, recordOf(made), 'why', never);
    await expect(opening).rejects.toMatchObject({ code: 'vault_no_copy' });
    expect(await entriesOf(made.customer)).toEqual([]);
  });
});

describe('a copy goes with its connection', () => {
  const isThere = async ({ connection }: Copied) => (await vault.copies.find(connection)) !== undefined;

  test('when it is disconnected, in the same transaction', async () => {
    const { made } = await copied();
    const { customer, connection } = made;
    const half = database.transaction().execute(async (transaction) => {
      await recordDisconnected(transaction, { customer, connection, at: new Date().toISOString() });
      const inside = await transaction
        .selectFrom('vault')
        .selectAll()
        .where('connection', '=', connection)
        .execute();
      expect(inside).toEqual([]);
      throw new Error('undone');
    });
    await expect(half).rejects.toThrow('undone');
    expect(await isThere(made)).toBe(true);
    await disconnect(made);
    expect(await isThere(made)).toBe(false);
  });

  test('when a newer handshake takes its place', async () => {
    const { made } = await copied();
    const next = await copied({ customer: made.customer });
    expect([await isThere(made), await isThere(next.made)]).toEqual([false, true]);
  });

  test('when another attempt at the same handshake has brought another credential', async () => {
    const { made, secret } = await copied();
    await recordedWith(database, madeUp(), {
      customer: made.customer,
      handshake: made.handshake,
      attempt: 2,
    });
    expect(await isThere(made)).toBe(false);
    // Nor is the earlier one copied again.
    expect(await vault.keep(made, secret, never)).toBe(false);
  });

  test('when its row is deleted', async () => {
    const { made } = await copied();
    await database.deleteFrom('connections').where('id', '=', made.connection).execute();
    expect(
      await database
        .selectFrom('vault')
        .select('connection')
        .where('connection', '=', made.connection)
        .execute(),
    ).toEqual([]);
    expect(await forgetHistory(database, 1)).toBeGreaterThanOrEqual(0);
  });

  test('and none is written after its end, however the two meet', async () => {
    for (let round = 0; round < 20; round += 1) {
      const secret = madeUp();
      const made = await recordedWith(database, secret);
      await Promise.all([vault.keep(made, secret, never), disconnect(made)]);
      expect(await isThere(made)).toBe(false);
    }
    const { made, secret } = await copied();
    await disconnect(made);
    expect(await vault.keep(made, secret, never)).toBe(false);
  });
});

/** Runs `keyferry vault …`; killed as soon as it has said that it has done a part. */
async function command(words: string[], more: Record<string, string>, { killed = false } = {}) {
  const { PATH = '', HOME = '' } = process.env;
  const env = { PATH, HOME, DATABASE_URL: server.url, ...more };
  const child = spawn(process.execPath, ['scripts/keyferry.ts', 'vault', ...words], { cwd: ROOT, env });
  let [said, wrong] = ['', ''];
  child.stdout.on('data', (text) => {
    said += text;
    if (killed) child.kill('SIGKILL');
  });
  child.stderr.on('data', (text) => {
    wrong += text;
  });
  const [code] = await once(child, 'close');
  return { code, said, wrong };
}

describe('the command', () => {
  /** Several pages. */
  const MANY = 250;
  const [old, fresh] = [vaultKey('old'), vaultKey('fresh')];

  test('`rotate` wraps every data key again and opens nothing; killed in the middle, it does the rest when it is run again', async () => {
    await database.deleteFrom('vault').execute();
    const before = new Vault(new KeyFile([old]), vault.copies);
    const all = await Promise.all(
      Array.from({ length: MANY }, async () => {
        const secret = madeUp();
        const made = await recordedWith(database, secret);
        await before.keep(made, secret, never);
        return { made, secret };
      }),
    );
    const envelopes = await database.selectFrom('vault').select('envelope').orderBy('connection').execute();
    const both = new Vault(new KeyFile([fresh, old]), vault.copies);
    const allOpen = async () => {
      for (const { made, secret } of all) {
        const copy = (await vault.copies.find(made.connection)) as SealedCopy & CopyOwner;
        expect((await both.open(copy, never)).equals(secret)).toBe(true);
      }
    };
    const settings = { VAULT: 'file', VAULT_KEYS: vaultKeys(fresh, old) };
    // Somebody has the last one: it cannot be done before the command is killed.
    const held = new pg.Client({ connectionString: server.url });
    await held.connect();
    await held.query('begin');
    await held.query('select * from vault order by connection desc limit 1 for update');
    expect((await command(['rotate'], settings, { killed: true })).code).not.toBe(0);
    await held.end();
    const { byKey } = await vault.copies.counts();
    expect(byKey.get('file:fresh')).toBeGreaterThan(0);
    expect(byKey.get('file:old')).toBeGreaterThan(0);
    await allOpen();

    const [{ code, said }] = await Promise.all([command(['rotate'], settings), allOpen()]);
    expect([code, said]).toEqual([0, expect.stringContaining('wrapped with file:fresh so far, 0 left')]);
    expect(await vault.copies.counts()).toMatchObject({ byKey: new Map([['file:fresh', MANY]]) });
    await allOpen();
    // The credentials themselves were not sealed again.
    expect(await database.selectFrom('vault').select('envelope').orderBy('connection').execute()).toEqual(
      envelopes,
    );
    const actions = await database
      .selectFrom('audit')
      .select('action')
      .where('action', 'like', 'vault-r%')
      .execute();
    expect(actions).toHaveLength(2);
  });

  test('`rotate` leaves what is wrapped with a key that is not there, and `status` says so', async () => {
    const settings = { VAULT: 'file', VAULT_KEYS: vaultKeys(vaultKey('newer')) };
    const rotated = await command(['rotate', '--json'], settings);
    expect(rotated.code).toBe(1);
    expect(JSON.parse(rotated.said.trim().split('\n').at(-1) ?? '')).toEqual({
      rewrapped: 0,
      left: [{ by: 'file:fresh', count: MANY }],
    });
    const { code, said } = await command(['status'], settings);
    expect(code).toBe(1);
    expect(said).toContain('The vault is on, and wraps with file:newer.\nThat key works.\n');
    expect(said).toContain(`${MANY} copies, wrapped with file:fresh, which is not configured\n`);
  });

  test('`status` counts copies by key, and names current connections without one', async () => {
    const without = await recordedWith(database, madeUp());
    const onBox = await recordedWith(database, madeUp(), { method: 'claude-login', fingerprint: null });
    const { code, said } = await command(['status', '--json'], {
      VAULT: 'file',
      VAULT_KEYS: vaultKeys(fresh),
    });
    expect(code).toBe(0);
    const status = JSON.parse(said);
    expect(status).toMatchObject({
      mode: 'file',
      wraps: { by: 'file:fresh' },
      keys: [{ by: 'file:fresh', count: MANY, isConfigured: true }],
    });
    const { customer, connection } = without;
    expect(status.without[0]).toMatchObject({ customer, connection, box: 'default', provider: 'anthropic' });
    expect(status.without.length).toBeLessThanOrEqual(status.missing);
    expect(said).not.toContain(onBox.connection);
  });

  test('says what is wrong with its settings, and that the vault is off', async () => {
    expect(await command(['rotate'], { VAULT: 'file' })).toMatchObject({
      code: 2,
      wrong: 'VAULT is `file`, so VAULT_KEYS must be set.\n',
    });
    expect(await command(['rotate'], {})).toMatchObject({ code: 2, wrong: 'VAULT is `off`.\n' });
    expect((await command(['status'], {})).said).toContain('The vault is off: nothing is copied.\n');
  });

  test('`prune --all` removes every copy, also while the vault is off', async () => {
    const { code, said } = await command(['prune', '--all'], {});
    expect([code, said]).toEqual([
      0,
      expect.stringMatching(/^2\d\d copies removed\.\nThe table was written again/),
    ]);
    expect((await vault.copies.counts()).byKey).toEqual(new Map());
  });
});
