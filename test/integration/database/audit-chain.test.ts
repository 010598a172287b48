import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import type { AuditEntry } from '../../../core/contract/audit-entry.ts';
import { appendEntry, stamped } from '../../../core/store/audit.ts';
import { type Link, pruneChain, verifyChain } from '../../../core/store/audit-chain.ts';
import { type Database, openDatabase } from '../../../core/store/database.ts';
import { migrate } from '../../../core/store/migrate.ts';
import { asked, type LabPostgres, startPostgres } from '../../../lab/postgres.ts';
import { startTestDatabase, type TestDatabase } from '../../support/database.ts';

const log = pino({ level: 'silent' });
const opened: Database[] = [];
const open = (url: string, connections = 4) => {
  const database = openDatabase({ url, connections, name: 'test' }, log);
  opened.push(database);
  return database;
};
const entry = (customer = 'alice', id = randomUUID()) =>
  stamped({ actor: 'customer', action: 'start', outcome: 'done', customer, from: '192.0.2.1' }, id);

let own: TestDatabase;
let database: Database;

beforeEach(async () => {
  own = await startTestDatabase();
  database = open(own.url);
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((each) => each.destroy()));
  await own.stop();
});

async function append(count: number): Promise<void> {
  for (let each = 0; each < count; each += 1) await appendEntry(database, entry(`customer-${each}`));
}
/** As somebody does who has the rights of the database's owner. */
const byHand = (sql: string) => asked(own.url, sql);
const seqs = async () =>
  (await database.selectFrom('audit').select('seq').orderBy('seq').execute()).map(({ seq }) => Number(seq));
async function linkOf(seq: number): Promise<Link> {
  const query = database.selectFrom('audit').select('hash').where('seq', '=', `${seq}`);
  return { seq: BigInt(seq), hash: (await query.executeTakeFirstOrThrow()).hash.toString('hex') };
}

test('a log that nobody has touched verifies, an empty one, too', async () => {
  expect(await verifyChain(database)).toMatchObject({ isWhole: true, entries: 0, head: { seq: 0n } });
  await append(10);
  expect(await verifyChain(database)).toEqual({ isWhole: true, entries: 10, head: await linkOf(10) });
});

/** The hash that an entry would have, by hand. */
const CHAINED = (seq: string) => `
  update audit a set hash = sha256((select hash from audit b where b.seq = a.seq - 1) || convert_to(concat_ws(E'\\n', a.seq,
  to_char(a.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), a.entry::text), 'UTF8')) where a.seq = ${seq};`;
const insert = (seq: number) =>
  `insert into audit (seq, at, entry, hash) values (${seq}, now(), '${JSON.stringify(entry())}', sha256('x'));`;
const changed = `update audit set entry = jsonb_set(entry, '{customer}', '"mallory"') where seq = 5;`;

test.each([
  ['changed', changed, 5],
  ['changed with the hash that it would have', changed + CHAINED('5'), 6],
  [
    'changed with the hashes of it and of those after it',
    `${changed}${[5, 6, 7, 8, 9, 10].map((seq) => CHAINED(`${seq}`)).join('')}`,
    10,
  ],
  ['given another time', `update audit set at = at - interval '1 day' where seq = 5`, 5],
  ['given another hash', `update audit set hash = sha256('x') where seq = 5`, 5],
  [
    'filed under another name than it says',
    `alter table audit alter column customer drop expression; update audit set customer = 'mallory' where seq = 5`,
    5,
  ],
  ['removed from the beginning', 'delete from audit where seq <= 3', 1],
  ['removed from the middle', 'delete from audit where seq = 5', 5],
  ['removed from the end', 'delete from audit where seq = 10', 10],
  ['removed with all others', 'truncate audit', 1],
  [
    'exchanged with the next',
    'update audit set seq = -seq where seq in (5, 6); update audit set seq = 11 + seq where seq < 0',
    5,
  ],
  ['put in at the end', insert(11), 11],
  ['put in at the end with the hash that it would have', insert(11) + CHAINED('11'), 11],
  ['put in before the first', insert(0), 0],
  [
    'put in in between',
    `update audit set seq = -seq where seq > 5; update audit set seq = 1 - seq where seq < 0; ${insert(6)}`,
    6,
  ],
])('an entry that is %s by hand is found', async (_, sql, seq) => {
  await append(10);
  await byHand(sql);
  expect(await verifyChain(database)).toMatchObject({ isWhole: false, seq: BigInt(seq) });
});

test('an end that is cut off together with the head is found by an earlier head', async () => {
  await append(10);
  const [third, head] = [await linkOf(3), await linkOf(10)];
  await byHand(
    'delete from audit where seq = 10; update audit_head set seq = 9, hash = (select hash from audit where seq = 9)',
  );
  expect(await verifyChain(database)).toMatchObject({ isWhole: true, entries: 9 });
  expect(await verifyChain(database, third)).toMatchObject({ isWhole: true });
  expect(await verifyChain(database, head)).toMatchObject({ isWhole: false, seq: 10n });
});

test('a log that was written all over again is found by an earlier head', async () => {
  await append(10);
  const head = await linkOf(10);
  await byHand("truncate audit; update audit_head set seq = 0, hash = decode(repeat('00', 32), 'hex')");
  await append(12);
  expect(await verifyChain(database)).toMatchObject({ isWhole: true, entries: 12 });
  expect(await verifyChain(database, head)).toMatchObject({ isWhole: false, seq: 10n });
});

test('a log of many pages verifies, and what is missing from the last is found', async () => {
  const made = JSON.stringify(entry()).replaceAll("'", "''");
  await byHand(
    `select audit_append('${made}'::jsonb || jsonb_build_object('id', gen_random_uuid())) from generate_series(1, 2500)`,
  );
  expect(await verifyChain(database)).toMatchObject({ isWhole: true, entries: 2_500 });
  await byHand('delete from audit where seq = 2400');
  expect(await verifyChain(database)).toMatchObject({ isWhole: false, seq: 2_400n });
});

test('twenty appends at once from several processes make one chain', async () => {
  const others = Array.from({ length: 5 }, () => open(own.url));
  await Promise.all(
    Array.from({ length: 20 }, (_, each) => appendEntry(others[each % 5] as Database, entry())),
  );
  expect(await seqs()).toEqual(Array.from({ length: 20 }, (_, each) => each + 1));
  expect(await verifyChain(database)).toMatchObject({ isWhole: true, entries: 20 });
});

test('an entry that is written twice is there once', async () => {
  const twice = entry();
  await Promise.all([1, 2, 3].map(() => appendEntry(database, twice)));
  await append(1);
  await appendEntry(database, twice);
  expect(await seqs()).toEqual([1, 2]);
});

test('an append that is rolled back leaves no gap', async () => {
  await append(2);
  const rolledBack = database.transaction().execute(async (transaction) => {
    await appendEntry(transaction, entry());
    throw new Error('no');
  });
  await expect(rolledBack).rejects.toThrow('no');
  await append(1);
  expect(await verifyChain(database)).toMatchObject({ isWhole: true, entries: 3 });
});

test('what somebody pastes into a name, PostgreSQL takes', async () => {
  const detail = 'nul \u0000, half \ud83d, tab \t, ‮ and \u2028';
  await appendEntry(database, stamped({ actor: 'system', action: 'failed', outcome: 'failed', detail }));
  expect(await verifyChain(database)).toMatchObject({ isWhole: true, entries: 1 });
});

describe('an api that is taken over', () => {
  /** What it has, and on an old server also the right to create something where the tables are. */
  async function takenOver(): Promise<string> {
    const role = `api_${randomUUID().slice(0, 8)}`;
    await byHand(`create role ${role} login; grant create on schema public to ${role};
      grant select on audit to ${role}; grant execute on function audit_append(jsonb) to ${role}`);
    ended.push(() => byHand(`drop owned by ${role}; drop role ${role}`));
    const url = new URL(own.url);
    url.username = role;
    return url.href;
  }
  const ended: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const end of ended.splice(0)) await end();
  });
  const call = (given = entry() as object) => `select audit_append('${JSON.stringify(given)}'::jsonb)`;

  test('gets no function of its own called with the rights of the owner', async () => {
    const api = await takenOver();
    // Of a better fit than those of PostgreSQL, which take anything.
    const mine = `language plpgsql as $$ begin raise exception 'called as %', current_user; end $$`;
    await asked(api, `create function concat_ws(text, bigint, text, text) returns text ${mine}`);
    await asked(api, call());
    expect(await verifyChain(database)).toMatchObject({ isWhole: true, entries: 1 });
  });

  test.each(['upper case', 'braces', 'no dashes'])(
    'cannot make a log that does not verify by an id in %s',
    async (spelling) => {
      const api = await takenOver();
      const id = randomUUID().replace(/^./, 'a');
      const spelt = {
        'upper case': id.toUpperCase(),
        braces: `{${id}}`,
        'no dashes': id.replaceAll('-', ''),
      };
      await append(1);
      const given = { ...entry(), id: spelt[spelling as keyof typeof spelt] };
      await expect(asked(api, call(given))).rejects.toMatchObject({ code: '22P02' });
      await append(1);
      expect(await verifyChain(database)).toMatchObject({ isWhole: true, entries: 2 });
    },
  );
});

describe('pruning', () => {
  /** Ten entries, of which five are from before the moment. */
  async function half(): Promise<Date> {
    await append(5);
    await byHand('select pg_sleep(0.01)');
    await append(5);
    const sixth = database.selectFrom('audit').select('at').where('seq', '=', '6');
    return (await sixth.executeTakeFirstOrThrow()).at;
  }

  test('removes what is older, and says so in the chain, which begins there from then on', async () => {
    const until = await half();
    const fifth = await linkOf(5);
    expect(await pruneChain(database, until)).toEqual({ removed: 5, pruned: fifth });
    expect(await seqs()).toEqual([6, 7, 8, 9, 10, 11]);
    const { entry: said } = await database
      .selectFrom('audit')
      .select('entry')
      .where('seq', '=', '11')
      .executeTakeFirstOrThrow();
    expect(said as AuditEntry).toMatchObject({
      actor: 'system',
      action: 'prune',
      pruned: { seq: '5', hash: fifth.hash },
    });
    expect(await verifyChain(database)).toMatchObject({ isWhole: true, entries: 6, pruned: fifth });
    expect(await verifyChain(database, fifth)).toMatchObject({ isWhole: true });
    expect(await verifyChain(database, { ...fifth, hash: 'ff'.repeat(32) })).toMatchObject({
      isWhole: false,
    });
    expect(await verifyChain(database, { ...fifth, seq: 4n })).toMatchObject({ isWhole: false, seq: 4n });
  });

  test('does not hide what is removed after it', async () => {
    await pruneChain(database, await half());
    await byHand('delete from audit where seq = 6');
    expect(await verifyChain(database)).toMatchObject({ isWhole: false, seq: 6n });
  });

  test('does not hide what is put in where it was', async () => {
    await pruneChain(database, await half());
    await byHand(insert(3));
    expect(await verifyChain(database)).toMatchObject({ isWhole: false, seq: 3n });
  });

  test('writes nothing where there is nothing to remove', async () => {
    const until = await half();
    await pruneChain(database, until);
    expect(await pruneChain(database, until)).toMatchObject({ removed: 0 });
    expect(await seqs()).toEqual([6, 7, 8, 9, 10, 11]);
  });

  test('that is broken off is carried on the next time', async () => {
    const until = await half();
    await byHand(`create function no() returns trigger language plpgsql as $$ begin raise exception 'broken off'; end $$;
      create trigger no before delete on audit execute function no()`);
    await expect(pruneChain(database, until)).rejects.toThrow('broken off');
    const why = 'it is still there although it was pruned: prune again';
    expect(await verifyChain(database)).toEqual({ isWhole: false, seq: 1n, why });
    await byHand('drop trigger no on audit');
    expect(await pruneChain(database, until)).toMatchObject({ removed: 5 });
    expect(await verifyChain(database)).toMatchObject({ isWhole: true, pruned: { seq: 5n } });
    expect(await seqs()).toEqual([6, 7, 8, 9, 10, 11]);
  });

  test('again and again leaves a chain that verifies', async () => {
    for (let each = 0; each < 3; each += 1) {
      await append(3);
      await pruneChain(database, new Date(Date.now() + 60_000));
    }
    expect(await seqs()).toEqual([12]);
    expect(await verifyChain(database)).toMatchObject({ isWhole: true, entries: 1, pruned: { seq: 11n } });
  });
});

describe('on a server that is killed', () => {
  let postgres: LabPostgres | undefined;
  afterAll(() => postgres?.stop());

  test('in the middle of appends, the chain verifies, and has everything that was acknowledged, once', async () => {
    postgres = await startPostgres();
    const url = await postgres.database();
    const killed = open(url);
    await migrate(killed);
    const written = new Set<string>();
    let goesOn = true;
    const writer = async (name: string) => {
      for (let each = 0; goesOn; each += 1) {
        const next = entry(`${name}-${each}`);
        // Like the recorder: the same entry again until it is taken.
        for (let isTaken = false; !isTaken; ) {
          isTaken = await appendEntry(killed, next).then(
            () => true,
            () => false,
          );
          if (!isTaken) await new Promise((resolve) => setTimeout(resolve, 50));
        }
        written.add(next.id);
      }
    };
    const writers = ['a', 'b', 'c', 'd'].map(writer);
    for (let round = 1; round <= 2; round += 1) {
      while (written.size < round * 40) await new Promise((resolve) => setTimeout(resolve, 10));
      await postgres.halt('SIGKILL');
      await postgres.resume();
    }
    goesOn = false;
    await Promise.all(writers);
    expect(await verifyChain(killed)).toMatchObject({ isWhole: true, entries: written.size });
    const there = await killed.selectFrom('audit').select('id').execute();
    expect(new Set(there.map(({ id }) => id))).toEqual(written);
  });
});
