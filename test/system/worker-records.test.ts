import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { Handshakes } from '../../api/customers/handshakes.ts';
import type { HandshakeRecord, RecordedAttempt } from '../../core/contract/handshake-record.ts';
import { isFinal } from '../../core/contract/phases.ts';
import { FIRST } from '../../core/contract/providers.ts';
import type { Snapshot } from '../../core/contract/snapshot.ts';
import { Blockers } from '../../core/store/blockers.ts';
import { databaseSettings, openDatabase } from '../../core/store/database.ts';
import { Disconnecting } from '../../core/store/disconnecting.ts';
import { History } from '../../core/store/history.ts';
import { LeftSecrets } from '../../core/store/in-flight-secrets.ts';
import { Records } from '../../core/store/records.ts';
import { leaks } from '../../lab/leaks.ts';
import { startPostgres } from '../../lab/postgres.ts';
import { type PracticeLab, startPracticeLab } from '../support/practice-lab.ts';
import { until } from '../support/redis-system.ts';
import { wrap } from '../support/unwell-box.ts';
import { startWorkerLab, type WorkerLab } from '../support/worker-lab.ts';

const HAPPY_PATH = ['reaching', 'preparing', 'opening', 'waiting', 'exchanging', 'installing', 'proving'];

let lab: PracticeLab;
let workers: WorkerLab;
let records: Records;
let history: History;

beforeAll(async () => {
  [lab, workers] = await Promise.all([startPracticeLab(), startWorkerLab()]);
  records = workers.records;
  history = new History(workers.database, workers.sealed);
});

afterAll(async () => {
  await workers?.stop();
  await lab?.stop();
});

afterEach(() => workers.stopWorkers());

let customers = 0;

async function listed(): Promise<string> {
  customers += 1;
  const customer = `customer-${customers}`;
  workers.list(customer, await lab.box());
  return customer;
}

const at = (id: string, phase: string) => workers.until(id, (snapshot) => snapshot.phase === phase);
const signIn = async (id: string, { link = '' }: Snapshot) => workers.leave(id, lab.anthropic.signIn(link));
const phases = ({ timeline }: RecordedAttempt) => timeline.map(({ phase }) => phase);

/** The record, once its last attempt has come to this phase. */
async function recorded(id: string, phase: string): Promise<HandshakeRecord> {
  let found: HandshakeRecord | undefined;
  await until(async () => {
    found = await records.read(id);
    return found?.attempts.at(-1)?.timeline.at(-1)?.phase === phase;
  });
  return found as HandshakeRecord;
}

describe('behind a wrapper, as asdf, mise and volta put before programs', () => {
  test('the versions are the programs’ own word, asked for while the customer signs in', async () => {
    await workers.worker();
    const customer = 'behind-shims';
    const box = await lab.box();
    for (const program of ['claude', 'openclaw'] as const) wrap(box, program, ': a shim');
    workers.list(customer, box);
    const id = await workers.ask(customer);
    await at(id, 'waiting');
    await until(async () => {
      const [attempt] = (await records.read(id))?.attempts ?? [];
      return attempt?.versions.claude === '2.1.330' && attempt.versions.openclaw === '2026.9.6';
    });
    await workers.leave(id, lab.anthropic.signIn((await at(id, 'waiting')).link ?? ''));
    const { attempts } = await recorded(id, 'connected');
    expect(attempts[0]?.versions).toEqual({ claude: '2.1.330', openclaw: '2026.9.6' });
  });

  test('one that does not say its version holds nobody up', async () => {
    await workers.worker();
    const customer = 'behind-slow-shims';
    const box = await lab.box();
    for (const program of ['claude', 'openclaw'] as const)
      wrap(box, program, 'case $* in --version) exec sleep 600 ;; esac');
    workers.list(customer, box);
    const id = await workers.ask(customer);
    await signIn(id, await at(id, 'waiting'));
    const { attempts } = await recorded(id, 'connected');
    expect(attempts[0]?.versions).toEqual({});
  });
});

test('support reads every step with its time, the versions on the box, and how often a code was not taken', async () => {
  await workers.worker();
  const customer = 'versioned';
  const box = await lab.box();
  // Above both programs.
  writeFileSync(join(box.binDirectory, 'package.json'), '{\n  "version": "2.1.330"\n}\n');
  workers.list(customer, box);
  const id = await workers.ask(customer);
  const first = await at(id, 'waiting');
  const waiting = (await recorded(id, 'waiting')).attempts[0] as RecordedAttempt;
  expect(phases(waiting)).toEqual(['reaching', 'preparing', 'opening', 'waiting']);
  expect(waiting.phaseEndsAt).toBe(first.phaseEndsAt);
  expect(waiting.versions).toEqual({ claude: '2.1.330', openclaw: '2.1.330' });
  await workers.leave(id, 'not a code');
  await workers.until(id, ({ rejected }) => rejected !== undefined);
  await workers.leave(id, lab.anthropic.signIn(first.link ?? '').replace(/^[^#]{8}/, 'AAAAAAAA'));
  const fresh = await workers.until(id, ({ rejected }) => rejected?.code === 'code_rejected');
  await signIn(id, fresh);
  const { attempts, ...head } = await recorded(id, 'connected');
  expect(head).toMatchObject({
    handshake: id,
    customer,
    requestedBy: 'customer',
    startedAt: first.startedAt,
  });
  expect(attempts).toHaveLength(1);
  const [attempt] = attempts as [RecordedAttempt];
  expect(phases(attempt)).toEqual([...HAPPY_PATH.slice(0, 5), ...HAPPY_PATH.slice(3), 'connected']);
  expect(attempt).toMatchObject({ attempt: 1, rejected: 2 });
  expect(attempt).not.toHaveProperty('error');
  expect(attempt).not.toHaveProperty('phaseEndsAt');
  const times = attempt.timeline.map((step) => Date.parse(step.at));
  expect(times).toEqual(times.toSorted((a, b) => a - b));
});

test('an attempt that is followed by another ends in the queue with its reason; the last one fails with its own', async () => {
  await workers.worker();
  // Not in the inventory before: a worker may still have the entry that was there.
  const customer = 'strange';
  workers.list(
    customer,
    await lab.box({}, { claude: { script: '#!/bin/sh\necho strange words; exit 3\n' } }),
  );
  const id = await workers.ask(customer);
  await at(id, 'failed');
  const { attempts } = await recorded(id, 'failed');
  expect(attempts.map(({ attempt }) => attempt)).toEqual([1, 2, 3].slice(0, attempts.length));
  const last = attempts.at(-1) as RecordedAttempt;
  expect(last.error?.phase).toBe('opening');
  expect(last.error?.screen).toContain('strange words');
  expect(last.error?.detail).not.toBe('');
  for (const earlier of attempts.slice(0, -1)) {
    expect(phases(earlier).at(-1)).toBe('queued');
    expect(earlier.error?.code).toBe(last.error?.code);
  }
  const [newest] = await records.newest(1);
  expect(newest?.handshake).toBe(id);
  expect(JSON.stringify(newest)).not.toContain('strange words');
});

test('a takeover that the customer does not see is there in full', async () => {
  const first = await workers.worker();
  const customer = await listed();
  const id = await workers.ask(customer);
  const link = await at(id, 'waiting');
  const news: string[] = [];
  const ear = workers.client.duplicate();
  await records.listen(ear, {
    onMessage: ({ attempt }) => news.push(`${attempt.attempt} ${phases(attempt).at(-1)}`),
    onGap: () => {},
  });
  await first.stop();
  await workers.worker();
  await until(() => news.includes('2 waiting')).catch(() => {
    throw new Error(`What was heard of: ${news.join(', ')}`);
  });
  await signIn(id, link);
  const { attempts } = await recorded(id, 'connected');
  expect(attempts).toHaveLength(2);
  const [left, taken] = attempts as [RecordedAttempt, RecordedAttempt];
  expect(phases(left)).toEqual(['reaching', 'preparing', 'opening', 'waiting', 'queued']);
  expect(left.error).toMatchObject({ code: 'worker_stopped', phase: 'waiting' });
  expect(phases(taken)).toEqual([...HAPPY_PATH, 'connected']);
  expect(workers.heard(id).filter(({ phase }) => phase === 'reaching')).toHaveLength(1);
  expect(news.indexOf('1 queued')).toBeLessThan(news.indexOf('2 reaching'));
  ear.disconnect();
});

test('what happens while Redis is away is in the record afterwards', async () => {
  await workers.worker({ lockMs: 60_000 });
  const id = await workers.ask(await listed());
  const link = await at(id, 'waiting');
  const release = lab.anthropic.tokenEndpoint.hold();
  await signIn(id, link);
  await lab.anthropic.tokenEndpoint.arrival();
  const minted = lab.anthropic.minted.length;
  await workers.redis.halt('SIGKILL');
  release();
  await until(() => lab.anthropic.minted.length > minted);
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  await workers.redis.resume();
  const { attempts } = await recorded(id, 'connected');
  expect(phases(attempts.at(-1) as RecordedAttempt)).toEqual([...HAPPY_PATH, 'connected']);
});

/** The record of a handshake in the database, once it is there with its end. */
async function kept(id: string, from = history): Promise<HandshakeRecord> {
  let found: HandshakeRecord | undefined;
  await until(async () => {
    found = await from.read(id).catch(() => undefined);
    return found?.attempts.at(-1)?.timeline.some(({ phase }) => isFinal(phase)) ?? false;
  });
  return found as HandshakeRecord;
}

test('the database has every attempt that has ended, from the time in the queue on, and knows the customer', async () => {
  const customer = 'kept';
  const broken = await lab.box({}, { claude: { script: '#!/bin/sh\necho strange words; exit 3\n' } });
  workers.list(customer, broken);
  const { snapshot } = await handshakesWith(records).start(customer);
  const id = snapshot.handshake;
  await until(async () => (await history.read(id)) !== undefined);
  expect((await history.read(id))?.attempts.map(phases)).toEqual([['queued']]);
  await workers.worker();
  const record = await kept(id);
  expect(record).toEqual(await recorded(id, 'failed'));
  expect(record.attempts[0]?.attempt).toBe(0);
  expect(record.attempts.at(-1)?.error?.screen).toContain('strange words');
  const known = await workers.database.selectFrom('customers').select('customer').execute();
  expect(known).toContainEqual({ customer });
  const rows = await workers.database.selectFrom('attempts').selectAll().execute();
  expect(JSON.stringify(rows)).not.toContain('strange words');
});

test('an attempt whose worker was killed is in the database, too, once the handshake has ended', async () => {
  const killed = await workers.process({ lockMs: 1_000, stalledMs: 500 });
  const id = await workers.ask(await listed());
  await at(id, 'waiting');
  await recorded(id, 'waiting');
  await killed.end('SIGKILL');
  await workers.worker({ lockMs: 1_000, stalledMs: 500 });
  await until(async () => ((await records.read(id))?.attempts.length ?? 0) > 1);
  const link = await workers.until(id, ({ phase, attempt }) => phase === 'waiting' && attempt > 1);
  await signIn(id, link);
  const { attempts } = await kept(id);
  expect(attempts.map(({ attempt }) => attempt)).toEqual([1, 2]);
  expect(attempts.map(phases).map((all) => all.at(-1))).toEqual(['waiting', 'connected']);
});

test('what ends while the database is away is in it when it is back, and no handshake waits for it', async () => {
  const postgres = await startPostgres();
  const url = await postgres.database();
  const database = openDatabase(
    databaseSettings({ DATABASE_URL: url, DATABASE_CA_FILE: undefined, DATABASE_CONNECTIONS: 2 }, 'test'),
    pino({ level: 'silent' }),
  );
  try {
    await workers.worker({}, { DATABASE_URL: url });
    const id = await workers.ask(await listed());
    const link = await at(id, 'waiting');
    await postgres.halt('SIGKILL');
    await signIn(id, link);
    expect(phases((await recorded(id, 'connected')).attempts[0] as RecordedAttempt).at(-1)).toBe('connected');
    await postgres.resume();
    expect(await kept(id, new History(database, workers.sealed))).toEqual(await recorded(id, 'connected'));
  } finally {
    await workers.stopWorkers();
    await database.destroy();
    await postgres.stop();
  }
});

test('an end that only the customer was told is written down by whoever tidies up', async () => {
  const id = await workers.ask('told', { delay: 300 });
  const startedAt = new Date((await workers.job(id)).timestamp).toISOString();
  const told = { handshake: id, startedAt, at: new Date().toISOString(), attempt: 1, seq: 9 };
  const error = { code: 'claude_missing' as const, message: 'x', retryable: false };
  await workers.snapshots.publish('told', { ...FIRST, ...told, phase: 'failed', error });
  const attempt = { attempt: 0, versions: {}, rejected: 0, warnings: [] };
  const head = { ...FIRST, handshake: id, customer: 'told', requestedBy: 'customer', startedAt };
  await records.write(head, { ...attempt, timeline: [{ phase: 'preparing', at: startedAt }] });
  await workers.worker();
  const { attempts } = await recorded(id, 'failed');
  expect(attempts.at(-1)?.error).toEqual({ code: 'claude_missing', phase: 'preparing' });
});

const parts = () => ({
  redis: workers.client,
  prefix: workers.prefix,
  sealed: workers.sealed,
  recorder: workers.recorder,
});

const handshakesWith = (records: Records, log = pino({ level: 'silent' })) =>
  new Handshakes({
    queue: workers.queue as never,
    snapshots: workers.snapshots,
    mailbox: workers.mailbox,
    seal: workers.keys,
    secrets: new LeftSecrets(workers.client, workers.prefix),
    connections: { current: async () => [] },
    records,
    blockers: new Blockers(workers.client, workers.prefix),
    disconnecting: new Disconnecting(workers.client, workers.prefix),
    queueLimit: 100,
    log,
  });

test('a start is written down before anybody can know of it', async () => {
  const known: unknown[] = [];
  class Looking extends Records {
    override async complete(...[head, attempt]: Parameters<Records['complete']>): Promise<void> {
      known.push((await workers.snapshots.read(head.customer)).snapshot);
      await super.complete(head, attempt);
    }
  }
  await handshakesWith(new Looking(parts())).start('unknown-yet');
  expect(known).toEqual([null]);
});

test('a start that another one published and that was cancelled meanwhile is written down as cancelled', async () => {
  class Slow extends Records {
    override async complete(...[head, attempt]: Parameters<Records['complete']>): Promise<void> {
      const other = handshakesWith(records);
      const { snapshot } = await other.start(head.customer);
      await other.cancel(head.customer, snapshot.handshake);
      Slow.prototype.complete = Records.prototype.complete;
      await super.complete(head, attempt);
    }
  }
  const { snapshot } = await handshakesWith(new Slow(parts())).start('hasty');
  expect(snapshot.phase).toBe('cancelled');
  const { attempts } = await recorded(snapshot.handshake, 'cancelled');
  expect(attempts.map(phases)).toEqual([['queued', 'cancelled']]);
});

test('a record that cannot be written costs the customer neither start nor cancel, and no code stays behind', async () => {
  const said: string[] = [];
  const log = pino({ level: 'warn' }, { write: (line: string) => void said.push(line) });
  class Broken extends Records {
    override async complete(): Promise<void> {
      throw new Error('no room');
    }
    override async read(): Promise<never> {
      expect(await workers.client.exists(`kf-test:code:${id}`)).toBe(0);
      throw new Error('no room');
    }
  }
  const handshakes = handshakesWith(new Broken(parts()), log);
  const { started, snapshot } = await handshakes.start('roomless');
  const id = snapshot.handshake;
  expect(started).toBe(true);
  await workers.mailbox.leaveCode({ handshake: id }, 'left-behind');
  await handshakes.cancel('roomless', id);
  expect((await workers.snapshots.read('roomless')).snapshot?.phase).toBe('cancelled');
  expect(said.map((line) => JSON.parse(line))).toMatchObject([
    { handshake: id, reason: 'no room' },
    { handshake: id, reason: 'no room' },
  ]);
});

test('the api writes down a start, and a cancel that no worker will', async () => {
  const handshakes = handshakesWith(records);
  const { snapshot } = await handshakes.start('early', 'operator:bob');
  const { handshake, startedAt } = snapshot;
  expect(await records.read(handshake)).toMatchObject({
    handshake,
    customer: 'early',
    requestedBy: 'operator:bob',
    startedAt,
    attempts: [{ attempt: 0, timeline: [{ phase: 'queued', at: startedAt }] }],
  });
  await handshakes.cancel('early', handshake);
  const { attempts } = await recorded(handshake, 'cancelled');
  expect(attempts.map(phases)).toEqual([['queued', 'cancelled']]);
});

test('a record that Redis refuses is logged and costs the handshake nothing', async () => {
  await workers.worker();
  const customer = await listed();
  const id = await workers.ask(customer);
  const key = `kf-test:record:${id}`;
  await workers.client.set(key, 'not a hash');
  await signIn(id, await at(id, 'waiting'));
  await at(id, 'connected');
  expect(await workers.ended(id)).toMatchObject({ state: 'completed' });
  expect(workers.logs()).toContain('a record could not be written yet');
  await workers.client.del(key);
});

test('no secret of all this is in a record', async () => {
  expect(lab.anthropic.secrets.length).toBeGreaterThan(5);
  const places = await workers.everythingInRedis();
  expect(Object.keys(places).filter((name) => name.includes(':record:')).length).toBeGreaterThan(4);
  expect(leaks(lab.anthropic.secrets, places)).toEqual([]);
  const tables = {
    handshakes: await workers.database.selectFrom('handshakes').selectAll().execute(),
    attempts: await workers.database.selectFrom('attempts').selectAll().execute(),
  };
  expect(tables.attempts.length).toBeGreaterThan(4);
  expect(leaks(lab.anthropic.secrets, { database: JSON.stringify(tables) })).toEqual([]);
});
