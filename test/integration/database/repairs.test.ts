import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Queue } from 'bullmq';
import { pino } from 'pino';
import type { ErrorCode } from '../../../core/contract/errors.ts';
import { type BoxState, ONLY_TOLD, type RepairJob } from '../../../core/contract/repairs.ts';
import { writeLook } from '../../../core/store/connection-health.ts';
import { Connections, recordConnected } from '../../../core/store/connections.ts';
import { type Database, openDatabase } from '../../../core/store/database.ts';
import { Repairs, recordRepaired, recordUndone } from '../../../core/store/repairs.ts';
import { Considering } from '../../../worker/fleet/considering.ts';
import { made } from '../../support/connected.ts';
import { startTestDatabase, type TestDatabase } from '../../support/database.ts';

let server: TestDatabase;
let database: Database;
let repairs: Repairs;
const log = pino({ level: 'silent' });

beforeAll(async () => {
  server = await startTestDatabase();
  database = openDatabase({ url: server.url, connections: 3, name: 'test' }, log);
  repairs = new Repairs(database);
});
afterAll(async () => {
  await database?.destroy();
  await server?.stop();
});

const MINUTE = 60_000;
const CODE = 'other_credential_first';
const STATE: BoxState = { model: 'anthropic/claude-opus-4-6', openclaw: '2026.9.6', order: null };

/** A customer whose connection was connected an hour ago, or so many days. */
async function connected(days = 1 / 24): Promise<{ customer: string; connection: string }> {
  const customer = `alice-${randomUUID().slice(0, 8)}`;
  const connectedAt = new Date(Date.now() - days * 24 * 60 * MINUTE);
  const entry = made(customer, connectedAt, { connectedAt, expiresAt: null });
  await database.transaction().execute((transaction) => recordConnected(transaction, entry));
  const [first] = await new Connections(database).current(customer);
  return { customer, connection: first?.id as string };
}

/** What looks see, a minute apart, the last one now. */
async function seen(connection: string, ...outcomes: ('attention' | 'working')[]): Promise<void> {
  for (const [at, outcome] of outcomes.entries()) {
    const ago = (outcomes.length - 1 - at) * MINUTE;
    const look = outcome === 'attention' ? { outcome, code: CODE as typeof CODE } : { outcome };
    const good = outcome === 'working' ? STATE : undefined;
    await database.transaction().execute((transaction) =>
      writeLook(transaction, {
        connection,
        at: new Date(Date.now() - ago),
        seen: look,
        watchHours: 24,
        good,
      }),
    );
  }
}

const HOUR = 60 * MINUTE;
/** A look so many hours ago, with OpenClaw's version then. */
type LookThen = [ago: number, says: 'working' | 'box_unreachable' | 'model_moved', openclaw: string];

/** What looks see, the oldest first. */
async function saw(connection: string, looks: readonly LookThen[]): Promise<void> {
  for (const [ago, says, openclaw] of looks) {
    const code = says === 'box_unreachable' ? ({ outcome: 'unreachable', code: says } as const) : undefined;
    const isGood = says === 'working';
    const wrong = code ?? ({ outcome: 'attention', code: 'model_moved' } as const);
    await write(writeLook, {
      ...{
        connection,
        at: new Date(Date.now() - ago * HOUR),
        watchHours: 24,
        versions: openclaw ? { openclaw } : {},
      },
      seen: isGood ? { outcome: 'working' } : wrong,
      good: isGood ? { ...STATE, openclaw } : undefined,
    });
  }
}

/** What was found on a box, and a removal that somebody has asked for. */
interface Found {
  removal?: object;
  code?: ErrorCode;
  openclaw?: string | null;
}

/** What is decided after a look that has seen it out of order, and what is asked of workers. */
async function considered(
  { customer, connection }: { customer: string; connection: string },
  mode: 'tell' | 'safe',
  { removal, code = CODE, openclaw = STATE.openclaw }: Found = {},
) {
  const jobs: RepairJob[] = [];
  const queue = { add: async (_: string, job: RepairJob) => jobs.push(job) } as unknown as Queue<RepairJob>;
  const removals = { getJob: async (id: string) => (id === connection ? removal : undefined) };
  const services = { connections: new Connections(database), repairs, vault: undefined, removals, log };
  await new Considering(services, queue, mode).of(customer, {
    at: new Date(),
    seen: new Map([[connection, { outcome: 'attention', code }]]),
    states: new Map([[connection, { ...STATE, openclaw }]]),
    versions: {},
  });
  const told = (await repairs.list({ customer, limit: 10 })).map(({ name, outcome, why }) => [
    name,
    outcome,
    why,
  ]);
  return { jobs, told };
}

const began = ({ customer, connection }: { customer: string; connection: string }) => {
  const id = randomUUID();
  const repair = { id, connection, customer, box: 'default', name: 'order-back' } as const;
  return repairs.begin(repair, { order: ['anthropic:other'] }).then(() => id);
};
const eventsOf = async (customer: string) => {
  const rows = database.selectFrom('events').select(['type', 'data']).where('customer', '=', customer);
  return (await rows.orderBy('seq').execute()).filter(({ type }) => type.startsWith('connection.repair'));
};
const write = <T>(record: (transaction: Database, entry: T) => Promise<void>, entry: T) =>
  database.transaction().execute((transaction) => record(transaction, entry));

test.each(['tell', 'safe'] as const)('one look decides nothing (%s)', async (mode) => {
  const alice = await connected();
  await seen(alice.connection, 'working', 'attention');
  expect(await considered(alice, mode)).toEqual({ jobs: [], told: [] });
});

test('two looks have it done (safe)', async () => {
  const alice = await connected();
  await seen(alice.connection, 'working', 'attention', 'attention');
  const { jobs, told } = await considered(alice, 'safe');
  expect(jobs).toEqual([{ task: 'repair', box: 'default', name: 'order-back', ...alice }]);
  expect(told).toEqual([]);
});

test('what is confirmed of another agent decides nothing for the default one', async () => {
  const alice = await connected();
  await seen(alice.connection, 'working', 'attention', 'attention');
  const query = database.updateTable('connections').where('id', '=', alice.connection);
  await query.set({ wrong_agent: 'ops' }).execute();
  expect(await considered(alice, 'safe')).toEqual({ jobs: [], told: [] });
});

test('nothing is done by itself for a connection that somebody has asked to have removed', async () => {
  const alice = await connected();
  await seen(alice.connection, 'working', 'attention', 'attention');
  const why = 'Somebody has asked to have the connection removed.';
  expect(await considered(alice, 'safe', { removal: { failedReason: 'box_unreachable' } })).toEqual({
    jobs: [],
    told: [['order-back', 'told', why]],
  });
});

test('two looks have it told, once for as long as it stays so (tell)', async () => {
  const alice = await connected();
  await seen(alice.connection, 'working', 'attention', 'attention');
  const once = { jobs: [], told: [['order-back', 'told', 'Keyferry only says so here (REPAIR=tell).']] };
  expect(await considered(alice, 'tell')).toEqual(once);
  expect(await considered(alice, 'tell')).toEqual(once);
  // The event names it, so that whoever hears of it can have it done.
  const [told] = await repairs.of(alice.customer);
  const data = { connectionId: alice.connection, repair: 'order-back', repairId: told?.id };
  expect(await eventsOf(alice.customer)).toMatchObject([{ type: 'connection.repairable', data }]);
});

describe('a default model that has moved is put back unasked (safe)', () => {
  const moved = { code: 'model_moved', openclaw: '2026.10.1' } as const;
  const after = async (looks: readonly LookThen[]) => {
    const alice = await connected(90);
    await saw(alice.connection, looks);
    const { jobs, told } = await considered(alice, 'safe', moved);
    return { done: jobs.map(({ task }) => task), told: told.map(([, , why]) => why) };
  };
  const ASKED = { done: [], told: ['The customer may have moved it.'] };
  const AS_GOOD: LookThen = [30, 'working', '2026.9.6'];

  test.each<[string, LookThen[], object]>([
    [
      'where an update came with it',
      [AS_GOOD, [6, 'model_moved', '2026.10.1'], [5, 'model_moved', '2026.10.1']],
      { done: ['repair'], told: [] },
    ],
    [
      'not where the update has come since, told or not',
      [AS_GOOD, [6, 'model_moved', '2026.9.6'], [5, 'model_moved', '2026.10.1']],
      ASKED,
    ],
    [
      'not where an older version was installed',
      [
        [30, 'working', '2026.10.2'],
        [6, 'model_moved', '2026.10.1'],
        [5, 'model_moved', '2026.10.1'],
      ],
      ASKED,
    ],
    [
      'not where the box was away between',
      [AS_GOOD, [9, 'box_unreachable', ''], [6, 'model_moved', '2026.10.1'], [5, 'model_moved', '2026.10.1']],
      ASKED,
    ],
    [
      'not where nobody has looked for weeks',
      [
        [600, 'working', '2026.9.6'],
        [6, 'model_moved', '2026.10.1'],
        [5, 'model_moved', '2026.10.1'],
      ],
      ASKED,
    ],
  ])('%s', async (_, looks, expected) => {
    expect(await after(looks)).toEqual(expected);
  });

  test('not once it was told, unless that was only because of REPAIR=tell', async () => {
    const looks: LookThen[] = [AS_GOOD, [6, 'model_moved', '2026.10.1'], [5, 'model_moved', '2026.10.1']];
    for (const [why, jobs] of [
      ['The customer may have moved it.', 0],
      [ONLY_TOLD, 1],
    ] as const) {
      const alice = await connected(90);
      await saw(alice.connection, looks);
      const of = { id: randomUUID(), ...alice, box: 'default', name: 'model-back' } as const;
      await repairs.told(of, why, new Date(Date.now() - 6 * HOUR).toISOString());
      expect((await considered(alice, 'safe', moved)).jobs).toHaveLength(jobs);
    }
  });
});

test('what failed less than a day ago is neither done nor told again', async () => {
  const alice = await connected();
  await seen(alice.connection, 'working', 'attention', 'attention');
  const id = await began(alice);
  await write(recordRepaired, { id, at: new Date().toISOString(), error: 'box_unreachable' });
  expect(await considered(alice, 'safe')).toEqual({ jobs: [], told: [['order-back', 'failed', null]] });
});

test('how a repair ended is written once, with its audit entry and its event', async () => {
  const alice = await connected();
  const id = await began(alice);
  const at = new Date().toISOString();
  const entry = { id, at, after: { order: ['anthropic:keyferry'] } };
  await write(recordRepaired, entry);
  await write(recordRepaired, entry);
  await write(recordRepaired, { id, at, error: 'internal_error' as const });
  expect(await repairs.find(id)).toMatchObject({
    outcome: 'repaired',
    error: null,
    before: { order: ['anthropic:other'] },
    after: { order: ['anthropic:keyferry'] },
    endedAt: at,
  });
  await write(recordUndone, { id, at, askedBy: 'bob' });
  await write(recordUndone, { id, at, askedBy: 'bob' });
  expect(await repairs.find(id)).toMatchObject({ outcome: 'undone', undoneAt: at });
  const audit = database.selectFrom('audit').select(['action', 'outcome']);
  expect(await audit.where('customer', '=', alice.customer).orderBy('seq').execute()).toEqual([
    { action: 'repair', outcome: 'done' },
    { action: 'repair-undo', outcome: 'done' },
  ]);
  expect(await eventsOf(alice.customer)).toMatchObject([{ type: 'connection.repaired' }]);
});

test('what was put right, and what was taken back, is looked at again soon', async () => {
  const alice = await connected();
  const nextLook = async () => {
    const query = database.selectFrom('connections').select('next_look_at');
    const row = await query.where('id', '=', alice.connection).executeTakeFirstOrThrow();
    return row.next_look_at.getTime();
  };
  const isFarOff = async () => {
    await database
      .updateTable('connections')
      .set({ next_look_at: new Date(Date.now() + 86_400_000) })
      .where('id', '=', alice.connection)
      .execute();
  };
  const [one, other] = [await began(alice), await began(alice)];
  const at = new Date().toISOString();
  const most = Date.parse(at) + 75 * 60_000;
  await isFarOff();
  await write(recordRepaired, { id: one, at, error: 'box_unreachable' });
  expect(await nextLook()).toBeGreaterThan(most);
  await write(recordRepaired, { id: other, at });
  expect(await nextLook()).toBeLessThanOrEqual(most);
  await isFarOff();
  await write(recordUndone, { id: other, at });
  expect(await nextLook()).toBeLessThanOrEqual(most);
});

test('one whose worker died counts as tried, and what stood there before is known', async () => {
  const alice = await connected();
  const id = await began(alice);
  expect(await repairs.past(alice.connection)).toMatchObject([{ name: 'order-back', outcome: 'tried' }]);
  expect(await repairs.find(id)).toMatchObject({ endedAt: null, before: { order: ['anthropic:other'] } });
});
