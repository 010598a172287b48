import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { pino } from 'pino';
import type { UsageReading } from '../../core/contract/usage.ts';
import { type Database, openDatabase } from '../../core/store/database.ts';
import { recordUsage } from '../../core/store/usage.ts';
import { startTestDatabase, type TestDatabase } from '../support/database.ts';
import { Chats, type Counts, plus, recordedUsage, type Sums } from '../support/recorded-usage.ts';
import { summedUp } from '../support/summed-up.ts';
import { DAY, reading } from '../support/usage.ts';

/** What real gateways were seen to say, read as it is read from boxes, against what the stand-in for the providers has answered. */
const VERSIONS = ['2026.7.1', '2026.9.6'];
const TURNS = 10_000;
const LOOKS = 20;
/** A key each, and two models by each of them. */
const NAMES = ['anthropic', 'openai', 'our-models'].flatMap((key) => [`${key}/large`, `${key}/small`]);
const CHATS = 30;

let server: TestDatabase;
let database: Database;
beforeAll(async () => {
  server = await startTestDatabase();
  database = openDatabase({ url: server.url, connections: 2, name: 'test' }, pino({ level: 'silent' }));
});
afterAll(async () => {
  await database.destroy();
  await server.stop();
});

const write = (entry: UsageReading) =>
  database.transaction().execute((transaction) => recordUsage(transaction, entry));

/** A reading of what a gateway says, so many minutes after the first one. */
function readingOf(customer: string, minute: number, said: object): UsageReading {
  const { state, rows } = summedUp(said, { sessions: 5_000, rows: 1_500 }).read;
  return reading(customer, minute, rows, { state });
}

async function onRecord(customer: string): Promise<Sums> {
  const { rows } = await sql<{ name: string; counts: string[] }>`
    select provider || '/' || model as name, array[requests, input, output, cache_read, cost]::text[] as counts
    from usage_daily where customer = ${customer} and day = ${DAY}::date`.execute(database);
  return Object.fromEntries(rows.map(({ name, counts }) => [name, counts.map(Number) as unknown as Counts]));
}

/** Without what it costs, which the stand-in does not say. */
const tokensOf = (sums: Sums) =>
  Object.fromEntries(Object.entries(sums).map(([name, counts]) => [name, counts.slice(0, 4)]));

test.each(VERSIONS)('what OpenClaw %s said is what had been answered, to the token', async (version) => {
  const customer = `recorded-${version.replaceAll('.', '-')}`;
  const states: string[] = [];
  for (const [at, { answered, said }] of recordedUsage(version).entries()) {
    const read = readingOf(customer, at, said);
    await write(read);
    states.push(read.state);
    const sums: Sums = {};
    for (const [provider, model, ...tokens] of read.state === 'read' ? answered : [])
      plus(sums, `${provider}/${model}`, [1, ...tokens, 0]);
    expect(tokensOf(await onRecord(customer))).toEqual(tokensOf(sums));
  }
  expect(states).toEqual(['partial', 'read', 'read']);
});

test.each(VERSIONS)(
  '10,000 turns over three keys and two models, said as OpenClaw %s says them, come to the token to what was answered',
  async (version) => {
    const customer = `many-${version.replaceAll('.', '-')}`;
    const [chats, answered] = [new Chats(version), {} as Sums];
    const late: UsageReading[] = [];
    for (let turn = 1; turn <= TURNS; turn += 1) {
      const key = `agent:main:${randomInt(CHATS)}`;
      const name = NAMES[randomInt(NAMES.length)] as string;
      const counts: Counts = [
        1,
        randomInt(1, 3_000),
        randomInt(1, 800),
        randomInt(2_000),
        randomInt(1, 9_000),
      ];
      chats.turn(key, name, counts);
      plus(answered, name, counts);
      if (turn % 397 === 0) chats.reset(key);
      if (turn % 401 === 0) chats.delete(key);
      if (turn % (TURNS / LOOKS) !== 0) continue;
      const look = turn / (TURNS / LOOKS);
      // Of some is heard while it is still counting, and some are written late, or twice.
      if (look % 4 === 0) await write(readingOf(customer, look * 5 - 1, chats.said({ isCounting: true })));
      const read = readingOf(customer, look * 5, chats.said());
      expect(read.state).toBe('read');
      if (look % 3 === 0) late.push(read);
      else await write(read);
      if (look % 5 === 0) await write(read);
    }
    for (const read of late) await write(read);
    expect(await onRecord(customer)).toEqual(answered);
    expect(Object.values(answered).reduce((sum, [requests]) => sum + requests, 0)).toBe(TURNS);
  },
);
