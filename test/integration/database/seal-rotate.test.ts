import { spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { SealedBox, type SealingKey } from '../../../core/secrets/sealed.ts';
import { Secret } from '../../../core/secrets/secret.ts';
import { Boxes } from '../../../core/store/boxes.ts';
import { type Database, openDatabase } from '../../../core/store/database.ts';
import { startTestDatabase, type TestDatabase } from '../../support/database.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
/** Several pages. */
const MANY = 600;
const [old, fresh, lost] = ['old', 'fresh', 'lost'].map((id) => ({
  id,
  text: randomBytes(32).toString('base64'),
}));
type Key = NonNullable<typeof old>;
const keysOf = (...keys: (Key | undefined)[]) =>
  keys.flatMap((key) =>
    key ? [{ id: key.id, key: new Uint8Array(Buffer.from(key.text, 'base64')) }] : [],
  ) as [SealingKey, ...SealingKey[]];
const variable = (...keys: (Key | undefined)[]) => keys.map((key) => `${key?.id}:${key?.text}`).join(',');

let server: TestDatabase;
let database: Database;

beforeAll(async () => {
  server = await startTestDatabase();
  database = openDatabase({ url: server.url, connections: 4, name: 'test' }, pino({ level: 'silent' }));
});
afterAll(async () => {
  await database?.destroy();
  await server?.stop();
});

const add = async (boxes: Boxes, customer: string) => {
  const credentials = { privateKey: new Secret(`the key of ${customer}`) };
  await boxes.create({ customer, name: 'default', reach: { kind: 'local' }, credentials });
};

/** Runs the command, and kills it as soon as it has said that it has done a part. */
async function rotate(keys: string, { killed = false } = {}) {
  const { PATH = '', HOME = '' } = process.env;
  const env = { PATH, HOME, DATABASE_URL: server.url, SEALING_KEYS: keys };
  const child = spawn(process.execPath, ['scripts/keyferry.ts', 'seal', 'rotate'], { cwd: ROOT, env });
  let said = '';
  child.stdout.on('data', (text) => {
    said += text;
  });
  child.stderr.on('data', () => {
    if (killed) child.kill('SIGKILL');
  });
  const [code] = await once(child, 'close');
  return { code, said };
}

const sealedWith = async () => {
  const rows = await database.selectFrom('boxes').select('credentials').execute();
  const counts: Record<string, number> = {};
  for (const { credentials } of rows) {
    const [head = ''] = (credentials ?? '').split('.');
    const { kid } = JSON.parse(Buffer.from(head, 'base64url').toString()) as { kid: string };
    counts[kid] = (counts[kid] ?? 0) + 1;
  }
  return counts;
};

test('`seal rotate` seals everything with the first key; killed in the middle, it does the rest when it is run again; all of it can be read all the time', async () => {
  const before = new Boxes(database, new SealedBox(keysOf(old)));
  const customers = Array.from({ length: MANY }, (_, at) => `customer-${at}`);
  for (const customer of customers) await add(before, customer);
  expect(await sealedWith()).toEqual({ old: MANY });

  const both = new Boxes(database, new SealedBox(keysOf(fresh, old)));
  const allRead = async () => {
    for (const box of await both.page(MANY + 10)) {
      const { privateKey } = await both.open(box);
      expect(privateKey?.reveal()).toBe(`the key of ${box.customer}`);
    }
  };
  const keys = variable(fresh, old);
  expect((await rotate(keys, { killed: true })).code).toBeNull();
  const { old: left = 0, fresh: done = 0 } = await sealedWith();
  expect(done).toBeGreaterThan(0);
  expect(left).toBeGreaterThan(0);
  await allRead();

  const rest = rotate(keys);
  // While it runs, some are changed, and what was changed stays.
  const reader = allRead();
  await both.change('customer-599', 'default', () => ({
    credentials: { privateKey: new Secret('the key of customer-599') },
  }));
  await reader;
  expect(await rest).toEqual({
    code: 0,
    said: expect.stringContaining('credentials of boxes: '),
  });
  expect(await sealedWith()).toEqual({ fresh: MANY });
  await allRead();
  expect(await rotate(keys)).toEqual({
    code: 0,
    said: expect.stringContaining('credentials of boxes: 0 sealed with the first key, 0 left\n'),
  });
});

test('the last screens of handshakes are sealed with the first key too', async () => {
  const sealed = new SealedBox(keysOf(old));
  const screens: string[] = [];
  for (let at = 0; at < 3; at += 1) {
    const handshake = randomUUID();
    const screen = await sealed.seal(new Secret(`screen ${at}`), `screen:${handshake}:1`);
    screens.push(handshake);
    const now = new Date();
    await database
      .insertInto('handshakes')
      .values({
        ...{ handshake, customer: 'alice', provider: 'anthropic', method: 'setup-token' },
        ...{ requested_by: 'customer', started_at: now, attempt: 1, steps: 1, phase: 'failed', since: now },
      })
      .execute();
    await database
      .insertInto('attempts')
      .values({ handshake, attempt: 1, steps: 1, at: now, rejected: 0, body: '{}', screen })
      .execute();
  }
  const { code, said } = await rotate(variable(fresh, old));
  expect([code, said]).toEqual([
    0,
    expect.stringContaining('last screens of handshakes: 3 sealed with the first key, 0 left'),
  ]);
  const newest = new SealedBox(keysOf(fresh));
  for (const [at, handshake] of screens.entries()) {
    const row = await database
      .selectFrom('attempts')
      .select('screen')
      .where('handshake', '=', handshake)
      .executeTakeFirst();
    expect((await newest.open(row?.screen ?? '', `screen:${handshake}:1`)).reveal()).toBe(`screen ${at}`);
  }
});

test('what is sealed with a key that is not there is left as it is, and said to be', async () => {
  await add(new Boxes(database, new SealedBox(keysOf(lost))), `lost-${randomUUID().slice(0, 8)}`);
  const { code, said } = await rotate(variable(fresh));
  expect(code).toBe(1);
  expect(said).toContain('1 left\n  1 sealed with `lost`, which is not in SEALING_KEYS, or damaged');
  expect(await sealedWith()).toMatchObject({ lost: 1 });
});
