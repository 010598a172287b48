import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { pino } from 'pino';
import type { UsageReading, UsageRow } from '../../core/contract/usage.ts';
import { type Database, openDatabase } from '../../core/store/database.ts';
import { recordUsage } from '../../core/store/usage.ts';
import { startTestDatabase, type TestDatabase } from '../support/database.ts';
import { reading, rowOf, usedBy } from '../support/usage.ts';

let server: TestDatabase;
let database: Database;
beforeAll(async () => {
  server = await startTestDatabase();
  database = openDatabase({ url: server.url, connections: 2, name: 'test' }, pino({ level: 'silent' }));
});
afterAll(async () => {
  await database?.destroy();
  await server?.stop();
});

const write = (entry: UsageReading) =>
  database.transaction().execute((transaction) => recordUsage(transaction, entry));

/**
 * A box whose chats grow, are deleted for good and begun; what it has really used; and what its OpenClaw says now. No more than
 * one chat of a source: two of one source are told apart no more.
 */
class SimulatedBox {
  readonly #chats = new Map<number, number>();
  #source = 0;
  requests = 0;

  use(): void {
    if (this.#chats.size === 0 || (this.#source < 255 && Math.random() < 0.1))
      this.#chats.set(this.#source++, 0);
    const sources = [...this.#chats.keys()];
    const source = sources[Math.floor(Math.random() * sources.length)] as number;
    this.#chats.set(source, (this.#chats.get(source) ?? 0) + 1);
    this.requests += 1;
  }
  forget(): void {
    const [source] = this.#chats.keys();
    if (source !== undefined && this.#chats.size > 1) this.#chats.delete(source);
  }
  says = (): UsageRow[] => [...this.#chats].map(([source, requests]) => rowOf(source, requests));
}

test('a worker that is killed between reading and writing, within the write, or after it, loses nothing and doubles nothing: 1,000 times', async () => {
  const customer = 'alice';
  const box = new SimulatedBox();
  const late: UsageReading[] = [];
  let counted = 0;
  for (let minute = 0; minute < 1_000; minute += 1) {
    box.use();
    // What a chat has used since the last reading goes with it: it is forgotten just after one that was written.
    const entry = reading(customer, minute, box.says());
    const kill = minute % 5;
    if (kill === 1)
      await expect(
        database.transaction().execute(async (transaction) => {
          await recordUsage(transaction, entry);
          await sql`select pg_terminate_backend(pg_backend_pid())`.execute(transaction);
        }),
      ).rejects.toThrow();
    if (kill === 2) late.push(entry);
    if (kill === 3) await write(entry);
    if (kill === 3 || kill === 4) {
      await write(entry);
      counted = box.requests;
      if (minute % 15 === 4) box.forget();
    }
    if (minute % 50 === 49) for (const one of late.splice(0).reverse()) await write(one);
    if (minute % 100 === 99)
      expect(await usedBy(database, customer)).toEqual([['gpt-5.4', counted, counted * 3, counted * 5]]);
  }
  await write(reading(customer, 1_000, box.says()));
  expect(await usedBy(database, customer)).toEqual([
    ['gpt-5.4', box.requests, box.requests * 3, box.requests * 5],
  ]);
});
