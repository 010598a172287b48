import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { KeyferryError } from '../../../core/contract/errors.ts';
import { FleetLeading } from '../../../core/store/fleet-leading.ts';
import { forgetHistory } from '../../../core/store/retention.ts';
import { type AtBox, RunLab } from '../../support/run-lab.ts';
import { heldOn, heldStates } from '../../support/usage.ts';

/** Runs over a fleet of sixty boxes, each of which is a function; record and queue are real. */
const CUSTOMERS = Array.from({ length: 60 }, (_, at) => `box-${String(at).padStart(2, '0')}`);
let lab: RunLab;

beforeAll(async () => {
  lab = await RunLab.start(CUSTOMERS);
});
afterEach(() => lab.endWorkers());
afterAll(() => lab?.stop());

const DONE = { state: 'done' } as const;
const FAILED = { state: 'failed', code: 'prepare_failed' } as const;
const well = async (_: string) => {
  await sleep(10);
  return DONE;
};
/** How often each was begun. */
const times = () => CUSTOMERS.map((name) => lab.begun.filter((one) => one === name).length);
const isDone = (state: string) => state === 'done';
const isPaused = (state: string) => state === 'paused';

test('every box is done once by two workers: the canary alone, then so many at once', async () => {
  let hasSeenAlone = false;
  const at: AtBox = async (customer) => {
    if (lab.begun[0] === customer) {
      await sleep(300);
      hasSeenAlone = lab.begun.length === 1;
    }
    return well(customer);
  };
  await Promise.all([lab.worker(at), lab.worker(at)]);
  const id = await lab.begin();
  const { counts } = await lab.until(id, isDone);
  expect(counts).toMatchObject({ total: 60, done: 60, failed: 0, waiting: 0 });
  expect(times()).toEqual(CUSTOMERS.map(() => 1));
  expect(hasSeenAlone).toBe(true);
  expect(lab.most).toBeGreaterThan(1);
  expect(lab.most).toBeLessThanOrEqual(8);
  expect((await lab.boxes(id)).filter(({ isCanary }) => isCanary)).toHaveLength(1);
  // Of whom the inventory alone has known, the console knows from now on.
  const known = await lab.database.selectFrom('customers').select('customer').execute();
  expect(known.map(({ customer }) => customer)).toEqual(expect.arrayContaining(CUSTOMERS));
});

test('before a box is changed it is on record that what a limit keeps out of use there may come back', async () => {
  const [customer = ''] = CUSTOMERS;
  await heldOn(lab.database, customer);
  const seen: string[][] = [];
  await lab.worker(async (name, _, box) => {
    if (name !== customer) return DONE;
    seen.push(await heldStates(lab.database, customer));
    await box.changing(async () => void seen.push(await heldStates(lab.database, customer)));
    return DONE;
  });
  await lab.until(await lab.begin({ canaries: 0 }), isDone);
  expect(seen).toEqual([['held'], ['failed']]);
});

test('a canary that fails pauses the run before any other box, and resumed, another one is tried', async () => {
  let isWell = false;
  await lab.worker(async () => (isWell ? DONE : FAILED));
  const id = await lab.begin();
  const { reason, counts } = await lab.until(id, isPaused);
  expect(reason).toBe('A canary failed.');
  expect(counts).toMatchObject({ failed: 1, waiting: 59 });
  expect(lab.begun).toHaveLength(1);
  isWell = true;
  await lab.runs.change(id, 'resume', { askedBy: 'a test' });
  expect((await lab.until(id, isDone)).counts).toMatchObject({ failed: 1, done: 59 });
  await lab.runs.change(id, 'resume', { askedBy: 'a test', failed: true });
  expect((await lab.until(id, (state, { done }) => state === 'done' && done === 60)).reason).toBeNull();
});

test('so many failures pause it, and once resumed they count from there', async () => {
  await lab.worker(async (customer) => (customer.endsWith('5') ? FAILED : DONE));
  const id = await lab.begin({ canaries: 0, maxFailures: 2, batch: 1 });
  const first = await lab.until(id, isPaused);
  expect(first.reason).toBe('2 boxes have failed.');
  expect(first.counts.failed).toBe(2);
  await lab.runs.change(id, 'resume', { askedBy: 'a test' });
  expect((await lab.until(id, (state, { failed }) => state === 'paused' && failed > 2)).counts.failed).toBe(
    4,
  );
  await lab.runs.change(id, 'resume', { askedBy: 'a test' });
  expect(
    (await lab.until(id, (state, { failed }) => state !== 'running' && failed === 6)).counts.failed,
  ).toBe(6);
});

test('paused, it begins nothing and ends what is under way; resumed, it does the rest', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  await lab.worker(async () => {
    await promise;
    return DONE;
  });
  const id = await lab.begin({ canaries: 0, batch: 4 });
  await lab.until(id, (_, { running }) => running === 4 && lab.begun.length === 4);
  await lab.runs.change(id, 'pause', { askedBy: 'alice' });
  resolve();
  const paused = await lab.until(id, (state, { done }) => state === 'paused' && done === 4);
  expect(paused.reason).toBe('Paused by alice.');
  await sleep(200);
  expect(lab.begun).toHaveLength(4);
  await lab.runs.change(id, 'resume', { askedBy: 'alice' });
  expect((await lab.until(id, isDone)).counts.done).toBe(60);
  expect(times()).toEqual(CUSTOMERS.map(() => 1));
});

test('stopped, it does no more, and cannot be resumed', async () => {
  await lab.worker(well);
  const id = await lab.begin({ canaries: 0, batch: 2 });
  await lab.until(id, (_, { done }) => done > 3);
  await lab.runs.change(id, 'stop', { askedBy: 'alice' });
  const { counts } = await lab.until(id, (_, { running }) => running === 0);
  expect(await lab.runs.change(id, 'resume', { askedBy: 'alice' })).toMatchObject({ state: 'stopped' });
  await sleep(100);
  expect(await lab.runs.counts(id)).toEqual(counts);
});

test('a worker that dies in the middle costs nothing: another one does what it was at, and nothing else twice', async () => {
  const dying = await lab.worker((customer) =>
    lab.begun.length < 10 ? well(customer) : new Promise(() => {}),
  );
  const id = await lab.begin({}, '', 'doctor');
  await lab.until(id, (_, { running }) => running === 8 && lab.begun.length >= 17);
  const before = await lab.boxes(id);
  const left = new Set(before.filter(({ state }) => state === 'running').map(({ customer }) => customer));
  await dying.kill();
  await lab.expire(id);
  await lab.worker(well);
  expect((await lab.until(id, isDone)).counts).toMatchObject({ done: 60, failed: 0 });
  expect(left.size).toBe(8);
  expect(times()).toEqual(CUSTOMERS.map((name) => (left.has(name) ? 2 : 1)));
});

test('a worker that is stopped gives back what it was at', async () => {
  const stopping = await lab.worker(
    (_, __, { signal }) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  );
  const id = await lab.begin({ canaries: 0 });
  await lab.until(id, (_, { running }) => running === 8 && lab.begun.length === 8);
  await stopping.stop();
  expect(await lab.runs.counts(id)).toMatchObject({ running: 0, failed: 0 });
  await lab.worker(well);
  expect((await lab.until(id, isDone)).counts).toMatchObject({ done: 60, failed: 0 });
});

test('what a worker that is stopped still puts back at a box, it puts back in the customer’s turn', async () => {
  const back = Promise.withResolvers<void>();
  const stopping = await lab.worker(async (_, __, { signal, givenUp }) => {
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    await back.promise;
    expect(givenUp.aborted).toBe(false);
    throw signal.reason;
  });
  const id = await lab.begin({ canaries: 0 });
  await lab.until(id, (_, { running }) => running === 8 && lab.begun.length === 8);
  const [customer = ''] = lab.begun;
  const stopped = stopping.stop();
  await sleep(300);
  expect(await lab.isTurnTaken(customer)).toBe(true);
  back.resolve();
  await stopped;
  expect(await lab.isTurnTaken(customer)).toBe(false);
  expect(await lab.runs.counts(id)).toMatchObject({ running: 0, failed: 0 });
});

test('a box at which one worker after another is lost is given up, and the others are done', async () => {
  await lab.worker((customer) => (customer === 'box-07' ? new Promise(() => {}) : well(customer)));
  const id = await lab.begin({ canaries: 0, batch: 20 }, 'customer=box-0*');
  await lab.until(id, (_, { done }) => done === 9);
  const lost = () =>
    lab.database
      .updateTable('fleet_run_boxes')
      .set({ lost: 3, is_begun: true, leased_until: new Date(0), attempt: 99 })
      .where('run', '=', id)
      .where('customer', '=', 'box-07')
      .execute();
  await lost();
  const { counts } = await lab.until(id, isDone);
  expect(counts).toMatchObject({ total: 10, done: 9, failed: 1 });
  expect((await lab.boxes(id)).find(({ customer }) => customer === 'box-07')).toMatchObject({
    code: 'worker_lost',
  });
});

test('a Redis that forgets everything costs nothing', async () => {
  await lab.worker(well);
  const id = await lab.begin({ batch: 4 });
  await lab.until(id, (_, { done }) => done > 10);
  await lab.runs.change(id, 'pause', { askedBy: 'a test' });
  await lab.forget();
  await lab.runs.change(id, 'resume', { askedBy: 'a test' });
  await lab.expire(id);
  expect((await lab.until(id, isDone)).counts).toMatchObject({ done: 60, failed: 0 });
});

test('a customer in a handshake, or on their page, is not disturbed; their box is done afterwards', async () => {
  lab.inHandshake.add('box-03');
  lab.onPage.add('box-04');
  await lab.worker(well);
  const id = await lab.begin();
  await lab.until(id, (_, { done }) => done === 58);
  expect(lab.begun).not.toContain('box-03');
  expect(lab.begun).not.toContain('box-04');
  lab.inHandshake.clear();
  lab.onPage.clear();
  await lab.until(id, isDone);
  expect(times()).toEqual(CUSTOMERS.map(() => 1));
});

test('a run that pauses itself begins none of the boxes that it has taken', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  await lab.worker(async () => {
    if (lab.begun.length === 1) return FAILED;
    await promise;
    return DONE;
  });
  const id = await lab.begin({ canaries: 0, maxFailures: 1, batch: 40 });
  const { counts } = await lab.until(id, (state, { waiting }) => state === 'paused' && waiting > 20);
  expect(counts.running).toBeLessThan(20);
  resolve();
  await lab.until(id, (_, { running }) => running === 0);
  expect(lab.begun.length).toBeLessThan(20);
  await lab.runs.change(id, 'resume', { askedBy: 'a test' });
  expect((await lab.until(id, isDone)).counts).toMatchObject({ done: 59, failed: 1 });
});

test.each([
  ['pause', 'paused', { done: 8, failed: 0 }],
  ['stop', 'stopped', { done: 0, failed: 8 }],
] as const)('%s: what a worker was lost at comes to its end', async (verb, state, ended) => {
  const dying = await lab.worker(() => new Promise(() => {}));
  // It takes nobody's turn: that of one who was killed is over after half a minute alone.
  const id = await lab.begin({ canaries: 0 }, '', 'doctor');
  await lab.until(id, (_, { running }) => running === 8 && lab.begun.length === 8);
  await lab.runs.change(id, verb, { askedBy: 'a test' });
  await dying.kill();
  await lab.expire(id);
  await lab.worker(well);
  const { counts } = await lab.until(id, (now, { running }) => now === state && running === 0);
  expect(counts).toMatchObject({ ...ended, waiting: 52 });
});

test('a box that is not reached is tried once more at the end, then skipped, and is no failure', async () => {
  await lab.worker(async (customer) => {
    if (/-1[0-4]$/.test(customer)) throw new KeyferryError('box_unreachable');
    return well(customer);
  });
  const id = await lab.begin({ maxFailures: 1 });
  const { counts } = await lab.until(id, isDone);
  expect(counts).toMatchObject({ done: 55, skipped: 5, failed: 0 });
  expect(times()).toEqual(CUSTOMERS.map((name) => (/-1[0-4]$/.test(name) ? 2 : 1)));
});

test('where no box is reached it pauses itself, rather than skip a whole fleet', async () => {
  await lab.worker(async () => {
    throw new KeyferryError('box_unreachable');
  });
  const canaries = await lab.until(await lab.begin(), isPaused);
  expect(canaries.reason).toMatch(/^No canary has shown anything/);
  const { counts, reason } = await lab.until(await lab.begin({ canaries: 0, batch: 10 }), isPaused);
  expect(reason).toMatch(/boxes in a row were not reached/);
  expect(counts.skipped).toBe(0);
});

test('a migration waits for its customers, and goes on by itself with each who connects', async () => {
  await lab.worker(async (_, { isSecond }, { records }) => {
    if (isSecond) expect(records).toHaveLength(1);
    return records.length > 0 ? DONE : { state: 'waiting-for-customer' };
  });
  const id = await lab.begin({}, 'customer=box-0?', 'migrate');
  await lab.until(id, (_, counts) => counts['waiting-for-customer'] === 10);
  await lab.connect('box-03');
  const { state, counts } = await lab.until(id, (_, { done }) => done === 1);
  expect([state, counts['waiting-for-customer']]).toEqual(['running', 9]);
  expect(lab.begun.filter((name) => name === 'box-03')).toHaveLength(2);
  for (const name of CUSTOMERS.slice(0, 10)) if (name !== 'box-03') await lab.connect(name);
  expect((await lab.until(id, isDone)).counts.done).toBe(10);
});

test('what failed before customers connected does not stop those who connect later; they are awaited still', async () => {
  const leading = new FleetLeading(lab.database);
  let isWell = false;
  await lab.worker(async (customer, { isSecond }) => {
    if (isSecond) return isWell ? { ...DONE, outcome: { versions: { claude: '2.1.330' } } } : FAILED;
    if (/[12]$/.test(customer)) return FAILED;
    return { state: 'waiting-for-customer', outcome: { credentials: ['variable A'] } };
  });
  const id = await lab.begin({ canaries: 0, maxFailures: 2, batch: 10 }, 'customer=box-4?', 'migrate');
  await lab.until(id, (_, counts) => counts['waiting-for-customer'] === 8);
  isWell = true;
  await lab.connect('box-43');
  await lab.until(id, (state, { done }) => state === 'running' && done === 1);
  const box = (await lab.boxes(id)).find(({ customer }) => customer === 'box-43');
  expect(box?.outcome).toMatchObject({ credentials: ['variable A'], versions: { claude: '2.1.330' } });
  isWell = false;
  for (const name of ['box-44', 'box-45']) await lab.connect(name);
  await lab.until(id, (_, { failed }) => failed === 4);
  await lab.connect('box-46');
  expect((await lab.until(id, isPaused)).reason).toBe(
    '2 boxes have failed after their customer had connected.',
  );
  expect(await leading.isAwaited('box-46', 'default')).toBe(true);
  expect(await leading.isAwaited('box-47', 'default')).toBe(true);
  await lab.runs.change(id, 'resume', { askedBy: 'a test' });
  await lab.runs.change(id, 'pause', { askedBy: 'a test' });
  expect(await leading.isAwaited('box-47', 'default')).toBe(false);
  await lab.runs.change(id, 'stop', { askedBy: 'a test' });
});

test('a box that is not reached once its customer has connected is tried again, ever more seldom', async () => {
  let tries = 0;
  await lab.worker(async (_, { isSecond }) => {
    if (!isSecond) return { state: 'waiting-for-customer' };
    tries += 1;
    if (tries < 4) throw new KeyferryError('box_unreachable');
    return DONE;
  });
  const id = await lab.begin({ canaries: 0 }, 'customer=box-20', 'migrate');
  await lab.until(id, (_, counts) => counts['waiting-for-customer'] === 1);
  await lab.connect('box-20');
  expect((await lab.until(id, isDone)).counts).toMatchObject({ done: 1, skipped: 0 });
  expect(tries).toBe(4);
});

test('a canary at which something was passed over is not well', async () => {
  await lab.worker(async () => ({ state: 'waiting-for-customer', why: 'A gateway runs.' }));
  // Of whom nobody has connected: who has goes on to the second half, which is proved by itself.
  const id = await lab.begin({}, 'customer=box-3*', 'migrate');
  expect((await lab.until(id, isPaused)).reason).toMatch(/^No canary has shown anything/);
});

test('what only a newer version knows of a run is not led by this one', async () => {
  const id = await lab.begin({ canaries: 0 }, 'customer=box-01');
  const filter = JSON.stringify({ customer: ['box-01'], plan: ['gold'] });
  const newer = lab.database.updateTable('fleet_runs').where('id', '=', id);
  await newer.set({ filter }).execute();
  await lab.worker(well);
  const other = await lab.begin({ canaries: 0 }, 'customer=box-02');
  await lab.until(other, isDone);
  expect(lab.begun).toEqual(['box-02']);
  expect(await new FleetLeading(lab.database).takeUnlisted()).toBeUndefined();
  const run = await lab.database
    .selectFrom('fleet_runs')
    .select('options')
    .where('id', '=', id)
    .executeTakeFirst();
  const options = JSON.stringify({ ...(run?.options as object), rollback: true });
  await newer.set({ options, listed_at: new Date() }).execute();
  expect(await new FleetLeading(lab.database).lead(id)).toBeUndefined();
  await lab.runs.change(id, 'stop', { askedBy: 'a test' });
});

test('runs that are over go with their boxes', async () => {
  await lab.worker(well);
  const id = await lab.begin({ canaries: 0 });
  await lab.until(id, isDone);
  const kept = await lab.begin({ canaries: 0 }, 'customer=box-01');
  await lab.until(kept, isDone);
  const over = lab.database.updateTable('fleet_runs').set({ ended_at: new Date(0) });
  await over.where('id', '=', id).execute();
  await forgetHistory(lab.database, 1);
  expect([await lab.boxes(id), await lab.runs.find(id)]).toEqual([[], undefined]);
  expect(await lab.boxes(kept)).toHaveLength(1);
});

test('a run is for those whom its filter means, by what is on record of them', async () => {
  await lab.worker(well);
  await lab.connect('box-51');
  const names = async (filter: string) => {
    const id = await lab.begin({ canaries: 0 }, filter);
    await lab.until(id, isDone);
    return (await lab.boxes(id)).map(({ customer }) => customer);
  };
  expect(await names('customer=box-5*,connected=yes')).toEqual(['box-51']);
  expect(await names('customer=box-50,box-51,connected=no')).toEqual(['box-50']);
  expect(await names('customer=nobody')).toEqual([]);
});

test('who began, paused and ended a run, and what has become of each box, is in the audit log', async () => {
  await lab.worker(async (customer) => (customer === 'box-31' ? FAILED : DONE));
  const id = await lab.begin({ canaries: 0 }, 'customer=box-31,box-32');
  await lab.until(id, isDone);
  const rows = await lab.database
    .selectFrom('audit')
    .select(['action', 'outcome', 'entry'])
    .orderBy('seq')
    .execute();
  const mine = rows.filter(({ entry }) => JSON.stringify(entry).includes(id));
  const said = mine.map(
    ({ action, outcome, entry }) => `${action} ${outcome} ${(entry as { customer?: string }).customer ?? ''}`,
  );
  expect(said.sort()).toEqual([
    'fleet-box done box-32',
    'fleet-box failed box-31',
    'fleet-end done ',
    'fleet-run done ',
  ]);
});
