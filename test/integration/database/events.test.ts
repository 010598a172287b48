import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { type Database, openDatabase } from '../../../core/store/database.ts';
import { appendEvent, Events, hasEvent } from '../../../core/store/events.ts';
import { startTestDatabase, type TestDatabase } from '../../support/database.ts';
import { until } from '../../support/redis-system.ts';

let server: TestDatabase;
let database: Database;
let events: Events;

beforeAll(async () => {
  server = await startTestDatabase();
  database = openDatabase({ url: server.url, connections: 10, name: 'test' }, pino({ level: 'silent' }));
  events = new Events(database);
});
afterAll(async () => {
  await database.destroy();
  await server.stop();
});

const event = (once = randomUUID() as string) => ({
  once,
  type: 'handshake.connected',
  at: new Date('2026-11-29T04:00:00.000Z'),
  customer: 'alice',
  data: { customer: 'alice', handshake: once },
});
const append = (what = event()) => database.transaction().execute((tx) => appendEvent(tx, what));
const last = async () => (await allAfter(0)).at(-1)?.seq ?? 0;

async function allAfter(seq: number) {
  const all = [];
  for (let after = seq; ; ) {
    const part = await events.after(after, 3);
    if (part.length === 0) return all;
    all.push(...part);
    after = part.at(-1)?.seq ?? after;
  }
}

test('an event is there once, however often it is written, with the id that it had first', async () => {
  const before = await last();
  const what = event();
  expect(await hasEvent(database, what.once)).toBe(false);
  const written = await Promise.all(Array.from({ length: 5 }, () => append(what)));
  expect(written.filter(Boolean)).toHaveLength(1);
  expect(await hasEvent(database, what.once)).toBe(true);
  const { once: _, ...rest } = what;
  const [first, ...more] = await allAfter(before);
  expect(first).toEqual({ ...rest, seq: expect.any(Number), id: expect.any(String) });
  expect(more).toEqual([]);
  await append(what);
  expect(await allAfter(before)).toEqual([first]);
});

test('what was rolled back is no event', async () => {
  const before = await last();
  const failing = database.transaction().execute(async (tx) => {
    await appendEvent(tx, event());
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  expect(await allAfter(before)).toEqual([]);
});

test('who has read up to a number has missed none below it, although transactions end in any order', async () => {
  const before = await last();
  const written: string[] = [];
  let over = false;
  const writing = Promise.all(
    Array.from({ length: 6 }, async (_, writer) => {
      for (let number = 0; number < 15; number += 1)
        await database.transaction().execute(async (tx) => {
          const what = event();
          await appendEvent(tx, what);
          // As long as it likes.
          await new Promise((resolve) => setTimeout(resolve, (writer * 7 + number * 3) % 5));
          written.push(what.once);
        });
    }),
  ).finally(() => {
    over = true;
  });
  const read: string[] = [];
  let after = before;
  await until(async () => {
    const isLast = over;
    const part = await events.after(after, 500);
    read.push(...part.map(({ data }) => String(data.handshake)));
    after = part.at(-1)?.seq ?? after;
    return isLast && part.length === 0;
  });
  await writing;
  expect(read).toHaveLength(90);
  expect(read).toEqual(written);
});
