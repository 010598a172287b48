import { type ChildProcess, fork } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { pino } from 'pino';
import type { UsageReading, UsageRow } from '../../core/contract/usage.ts';
import { type Database, openDatabase } from '../../core/store/database.ts';
import { recordUsage } from '../../core/store/usage.ts';
import { recordWeighed, type WeighedReading } from '../../core/store/usage-caps.ts';
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

test('a connection that is cut within the write, and one written twice or late, lose nothing and double nothing: 1,000 times', async () => {
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

/** KEYFERRY_USAGE_KILLS=1000 has them all: each costs the start of a process. */
const KILLS = Number(process.env.KEYFERRY_USAGE_KILLS ?? 16);
const WRITER = join(import.meta.dirname, '../support/usage-writer.ts');

/** A process that reads and writes, and the steps that it has said. */
class Writer {
  readonly #child: ChildProcess;
  readonly #said = new EventEmitter();

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.on('message', (step: string) => this.#said.emit(step));
  }

  static async start(): Promise<Writer> {
    const writer = new Writer(fork(WRITER, [server.url], { stdio: 'inherit' }));
    await once(writer.#said, 'ready');
    return writer;
  }

  /** Has it read this; resolves once it says that step. */
  async reads(entry: UsageReading, until: 'read' | 'written' = 'read'): Promise<void> {
    const said = once(this.#said, until);
    this.#child.send(entry);
    await said;
  }

  /** Ends it at once; where it is gone already, that is all. */
  async kill(): Promise<void> {
    if (this.#child.signalCode !== null) return;
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    expect(await gone).toEqual([null, 'SIGKILL']);
  }
}

/** When it is killed. */
const MOMENTS: ((writer: Writer, entry: UsageReading) => Promise<void>)[] = [
  // Between reading and writing, or as it begins to write.
  (writer, entry) => writer.reads(entry),
  // Somewhere in the write.
  async (writer, entry) => {
    await writer.reads(entry);
    await sleep(Math.random() * 8);
  },
  // Within the transaction: what it writes there waits for this one.
  (writer, entry) =>
    database.transaction().execute(async (transaction) => {
      await sql`select from usage_boxes where customer = ${entry.customer} for update`.execute(transaction);
      await writer.reads(entry);
      await someoneWaits();
      await writer.kill();
    }),
  // Once it has written.
  (writer, entry) => writer.reads(entry, 'written'),
];

async function someoneWaits(): Promise<void> {
  for (let tries = 0; tries < 5_000; tries += 1) {
    const { rows } = await sql`select from pg_stat_activity where wait_event_type = 'Lock'`.execute(database);
    if (rows.length > 0) return;
    await sleep(2);
  }
  throw new Error('Nobody waits for the lock.');
}

test(
  `a process that is killed (SIGKILL) between reading and writing, within the write or after it loses nothing, doubles nothing and says nothing twice: ${KILLS} times`,
  async () => {
    const customer = 'bob';
    const box = new SimulatedBox();
    const limit = { per: 'day', measure: 'requests', most: Math.ceil(KILLS / 2), action: 'tell' } as const;
    const says = (minute: number) => ({ ...reading(customer, minute, box.says()), limits: [limit] });
    const write = (entry: WeighedReading) =>
      database.transaction().execute((transaction) => recordWeighed(transaction, entry));
    box.use();
    await write(says(0));
    let next = Writer.start();
    for (let minute = 1; minute <= KILLS; minute += 1) {
      const writer = await next;
      next = Writer.start();
      box.use();
      await MOMENTS[minute % MOMENTS.length]?.(writer, says(minute));
      await writer.kill();
    }
    await (await next).kill();
    await write(says(KILLS + 1));
    expect(await usedBy(database, customer)).toEqual([
      ['gpt-5.4', box.requests, box.requests * 3, box.requests * 5],
    ]);
    const told = database.selectFrom('events').select('type').where('customer', '=', customer);
    const types = (await told.execute()).map(({ type }) => type);
    expect(types.filter((type) => type === 'usage.reached')).toHaveLength(1);
    expect(new Set(types).size).toBe(types.length);
  },
  (60 + KILLS * 5) * 1_000,
);
