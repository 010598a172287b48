import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { pino } from 'pino';
import { MOST_BOXES } from '../../../core/contract/boxes.ts';
import { SealedBox } from '../../../core/secrets/sealed.ts';
import { Secret } from '../../../core/secrets/secret.ts';
import { Boxes, type NewBox } from '../../../core/store/boxes.ts';
import { type Database, openDatabase } from '../../../core/store/database.ts';
import { isDatabaseAway } from '../../../core/store/database-errors.ts';
import { RECORDABLES } from '../../../core/store/recordables.ts';
import { startTestDatabase, type TestDatabase } from '../../support/database.ts';

const log = pino({ level: 'silent' });
const KEYS = [{ id: 'one', key: new Uint8Array(randomBytes(32)) }] as const;
const PRIVATE = 'the text of a private key';

let server: TestDatabase;
let database: Database;
let boxes: Boxes;

beforeAll(async () => {
  server = await startTestDatabase();
  database = openDatabase({ url: server.url, connections: 10, name: 'test' }, log);
  boxes = new Boxes(database, new SealedBox(KEYS));
});
afterAll(async () => {
  await database?.destroy();
  await server?.stop();
});

const someone = () => `alice-${randomUUID().slice(0, 8)}`;
const ssh = (customer: string, name: string, more: Partial<NewBox> = {}): NewBox => ({
  customer,
  name,
  reach: { kind: 'ssh', host: '203.0.113.7', port: 22, user: 'ubuntu' },
  credentials: { privateKey: new Secret(PRIVATE) },
  shownCredentials: { privateKey: { type: 'ssh-ed25519', fingerprint: 'SHA256:x' } },
  ...more,
});
const defaults = async (customer: string) =>
  (await boxes.of(customer)).filter(({ isDefault }) => isDefault).map(({ name }) => name);

describe('of a customer’s boxes, exactly one is the default', () => {
  test('the first, until another is made it; two of the same name there are not', async () => {
    const customer = someone();
    expect((await boxes.create(ssh(customer, 'one'))).isDefault).toBe(true);
    expect((await boxes.create(ssh(customer, 'two'))).isDefault).toBe(false);
    await expect(boxes.create(ssh(customer, 'two'))).rejects.toMatchObject({ code: 'box_exists' });
    expect((await boxes.find(customer))?.name).toBe('one');
    await boxes.create(ssh(customer, 'three', { isDefault: true }));
    expect(await defaults(customer)).toEqual(['three']);
    await boxes.change(customer, 'two', () => ({ isDefault: true }));
    expect(await defaults(customer)).toEqual(['two']);
    expect((await boxes.of(customer)).map(({ name }) => name)).toEqual(['two', 'one', 'three']);
  });

  test('also when many are added at the same time', async () => {
    const customer = someone();
    const names = Array.from({ length: 8 }, (_, at) => `box-${at}`);
    await Promise.all(names.map((name) => boxes.create(ssh(customer, name, { isDefault: true }))));
    expect(await defaults(customer)).toHaveLength(1);
  });

  test('which is not removed while there are others, so that no handshake goes to one that nobody has chosen', async () => {
    const customer = someone();
    await boxes.create(ssh(customer, 'one'));
    await boxes.create(ssh(customer, 'two'));
    await expect(boxes.remove(customer, 'one')).rejects.toMatchObject({ code: 'box_is_default' });
    await boxes.remove(customer, 'two');
    await boxes.remove(customer, 'one');
    await expect(boxes.remove(customer, 'one')).rejects.toMatchObject({ code: 'not_here' });
    expect(await boxes.of(customer)).toEqual([]);
  });

  test('and there are not more than a few', async () => {
    const customer = someone();
    for (let at = 0; at < MOST_BOXES; at += 1) await boxes.create(ssh(customer, `box-${at}`));
    await expect(boxes.create(ssh(customer, 'more'))).rejects.toMatchObject({ code: 'too_many_boxes' });
  });

  test('the database itself takes no second one', async () => {
    const customer = someone();
    await boxes.create(ssh(customer, 'one'));
    await boxes.create(ssh(customer, 'two'));
    await expect(
      database.updateTable('boxes').set({ is_default: true }).where('customer', '=', customer).execute(),
    ).rejects.toThrow(/boxes_one_default/);
  });
});

describe('credentials', () => {
  test('lie sealed in the database, and are opened for that box alone', async () => {
    const [mine, other] = [someone(), someone()];
    const box = await boxes.create(ssh(mine, 'one'));
    expect((await boxes.open(box)).privateKey?.reveal()).toBe(PRIVATE);
    const text = JSON.stringify(await database.selectFrom('boxes').selectAll().execute());
    expect(text).not.toContain(PRIVATE);
    const theirs = await boxes.create(ssh(other, 'one'));
    await database
      .updateTable('boxes')
      .set({ credentials: box.envelope })
      .where('id', '=', theirs.id)
      .execute();
    const stolen = await boxes.find(other);
    await expect(boxes.open(stolen ?? theirs)).rejects.toThrow(/bound to something else/);
  });

  test('stay when something else is changed', async () => {
    const customer = someone();
    await boxes.create(ssh(customer, 'one'));
    const reach = { kind: 'ssh', host: 'box.example', port: 2222, user: 'me' } as const;
    const changed = await boxes.change(customer, 'one', () => ({ reach }));
    expect(changed.reach).toEqual(reach);
    expect((await boxes.open(changed)).privateKey?.reveal()).toBe(PRIVATE);
  });
});

test('all boxes are read by pages, each once', async () => {
  const customers = Array.from({ length: 5 }, someone);
  for (const customer of customers)
    for (const name of ['a', 'b', 'c']) await boxes.create(ssh(customer, name));
  const read: string[] = [];
  let after: { customer: string; name: string } | undefined;
  for (;;) {
    const page = await boxes.page(4, after);
    read.push(...page.map(({ customer, name }) => `${customer}/${name}`));
    after = page.at(-1);
    if (page.length < 4) break;
  }
  const mine = read.filter((box) => customers.some((customer) => box.startsWith(`${customer}/`)));
  expect(mine).toHaveLength(15);
  expect(new Set(read).size).toBe(read.length);
  expect(read).toEqual((await boxes.page(1_000)).map(({ customer, name }) => `${customer}/${name}`));
});

test('a page is read by an index, whatever number of boxes there is', async () => {
  await sql`insert into boxes (id, customer, name, reach, is_default)
    select gen_random_uuid(), 'seeded-' || n, 'default', '{"kind":"local"}', true from generate_series(1, 20000) n`.execute(
    database,
  );
  await sql`analyze boxes`.execute(database);
  const { rows } = await sql<{ 'QUERY PLAN': string }>`explain select * from boxes
    where (customer, name) > ('seeded-5', 'default') order by customer, name limit 50`.execute(database);
  expect(rows.map((row) => row['QUERY PLAN']).join('\n')).toContain('Index Scan using boxes_by_name');
});

describe('what workers write of a box', () => {
  const run = randomUUID();
  const since = new Date().toISOString();
  const keys = [{ algorithm: 'ssh-ed25519', publicKey: 'AAAA' }];

  test('is the outcome of what was asked last, once, and not that of an earlier question', async () => {
    const customer = someone();
    const pinned = [{ algorithm: 'ssh-ed25519', publicKey: 'BBBB' }];
    const pending = { test: { run, since }, hostKey: { run, since } };
    const box = await boxes.create(ssh(customer, 'one', { pending, hostKeys: { pinned } }));
    const outcome = { box: box.id, run, at: since, error: 'look_late' } as const;
    const earlier = randomUUID();
    await RECORDABLES['box-test'].write(database, { ...outcome, run: earlier });
    await RECORDABLES['box-host-keys'].write(database, { box: box.id, run: earlier, keys });
    expect(await boxes.byId(box.id)).toMatchObject({ pending, hostKeys: { pinned }, lastTest: undefined });
    for (let times = 0; times < 2; times += 1) {
      await RECORDABLES['box-test'].write(database, outcome);
      await RECORDABLES['box-host-keys'].write(database, { box: box.id, run, keys });
    }
    expect(await boxes.byId(box.id)).toMatchObject({
      pending: {},
      // What was pinned stays in force until somebody confirms another.
      hostKeys: { pinned, fetched: keys },
      lastTest: { run, at: since, error: 'look_late' },
    });
  });
});

test('what a newer version has written is read, and a kind that only it knows is no box of another kind', async () => {
  const customer = someone();
  const box = await boxes.create(ssh(customer, 'one'));
  const put = (reach: object) =>
    database
      .updateTable('boxes')
      .set({ reach: JSON.stringify(reach) })
      .where('id', '=', box.id)
      .execute();
  await put({ ...box.reach, colour: 'blue' });
  expect((await boxes.find(customer))?.reach).toEqual(box.reach);
  await put({ kind: 'teleport', to: 'mars' });
  expect((await boxes.find(customer))?.reach).toBeUndefined();
});

test('a database that is away is said to be', async () => {
  const away = openDatabase(
    { url: 'postgresql://nobody@127.0.0.1:1/none', connections: 2, name: 'test' },
    log,
  );
  const thrown = await new Boxes(away, new SealedBox(KEYS)).find('alice').catch((error: unknown) => error);
  expect(isDatabaseAway(thrown)).toBe(true);
  await away.destroy();
});
