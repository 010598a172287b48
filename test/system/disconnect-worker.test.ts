import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type Job, Queue } from 'bullmq';
import { DISCONNECTS, type DisconnectJob, type Removal } from '../../core/contract/jobs.ts';
import { FIRST } from '../../core/contract/providers.ts';
import { readSettings } from '../../core/process/config.ts';
import { receiptPublicKey, verifyReceipt } from '../../core/secrets/receipt-keys.ts';
import { Secret } from '../../core/secrets/secret.ts';
import { Connections, recordConnected } from '../../core/store/connections.ts';
import { Disconnecting } from '../../core/store/disconnecting.ts';
import { Receipts } from '../../core/store/receipts.ts';
import { Copies } from '../../core/store/vault.ts';
import type { Box } from '../../lab/box.ts';
import { FINGERPRINT, PROFILE, pasteToken, recordedConnection, TOKEN } from '../support/connected.ts';
import { type PracticeLab, startPracticeLab } from '../support/practice-lab.ts';
import { until } from '../support/redis-system.ts';
import { put, wrap } from '../support/unwell-box.ts';
import { startWorkerLab, type WorkerLab } from '../support/worker-lab.ts';

const MINUTE = 60_000;
/** A worker that dies is found out soon. */
const TIMES = { lockMs: 3_000, stalledMs: 500 };

let lab: PracticeLab;
let workers: WorkerLab;
let queue: Queue<DisconnectJob, Removal>;
let disconnecting: Disconnecting;
let connections: Connections;

beforeAll(async () => {
  [lab, workers] = await Promise.all([startPracticeLab(), startWorkerLab()]);
  queue = new Queue(DISCONNECTS, { connection: workers.client, prefix: workers.prefix });
  disconnecting = new Disconnecting(workers.client, workers.prefix);
  connections = new Connections(workers.database);
});
afterEach(async () => {
  await workers.stopWorkers();
});
afterAll(async () => {
  await queue?.close();
  await workers?.stop();
  await lab?.stop();
});

interface Connected {
  customer: string;
  box: Box;
  /** The connection's id. */
  id: string;
}

/** A customer whose box has the token of a handshake, as far as box, record and Redis are concerned. */
async function connected(): Promise<Connected> {
  const customer = `alice-${randomUUID().slice(0, 8)}`;
  const box = await lab.box();
  workers.list(customer, box);
  await pasteToken(box);
  return { customer, box, id: await recordedConnection(workers.database, workers.snapshots, customer) };
}

/** As the api asks for it. */
function ask(
  { customer, id }: Connected,
  more: Partial<DisconnectJob> = {},
): Promise<Job<DisconnectJob, Removal>> {
  const data: DisconnectJob = {
    customer,
    box: 'default',
    provider: 'anthropic',
    profile: PROFILE,
    connection: id,
    requestedBy: 'platform',
    ...more,
  };
  const backoff = { type: 'exponential', delay: 200 };
  return queue.add('disconnect', data, { jobId: id, attempts: 4, backoff, stackTraceLimit: 0 });
}

async function ended({ id }: Connected): Promise<{ state: string; returned: Removal; reason: string }> {
  await until(async () => ['completed', 'failed'].includes((await queue.getJobState(id)) as string));
  const job = await queue.getJob(id);
  return {
    state: (await job?.getState()) ?? '',
    returned: job?.returnvalue as Removal,
    reason: job?.failedReason ?? '',
  };
}

/** What support has to see to. */
const casesOf = ({ customer }: Connected) =>
  workers.database
    .selectFrom('cases')
    .select(['cause', 'connection', 'times', 'state'])
    .where('customer', '=', customer)
    .execute();

const profilesOf = (box: Box) => {
  const path = join(box.home, '.openclaw/agents/main/agent/auth-profiles.json');
  return Object.keys(JSON.parse(readFileSync(path, 'utf8')).profiles);
};

/** Everything that is to be true once a connection has ended. */
async function expectEnded({ customer, box, id }: Connected): Promise<void> {
  expect(profilesOf(box)).toEqual([]);
  expect(await connections.of(customer)).toEqual([
    expect.objectContaining({ id, health: 'disconnected', endedAt: expect.any(String) }),
  ]);
  const events = await workers.database
    .selectFrom('events')
    .select('type')
    .where('customer', '=', customer)
    .execute();
  expect(events).toEqual([{ type: 'connection.disconnected' }]);
  const audited = await workers.database
    .selectFrom('audit')
    .select('action')
    .where('customer', '=', customer)
    .execute();
  expect(audited).toEqual([{ action: 'disconnected' }]);
  const signed = await new Receipts(workers.database).find(customer, id);
  const { RECEIPT_KEYS } = readSettings(['RECEIPT_KEYS'], workers.environment);
  expect(await verifyReceipt(signed, (RECEIPT_KEYS ?? []).map(receiptPublicKey))).toEqual({
    is: 'valid',
    key: 'r1',
  });
  const steps = signed?.receipt.steps.map(({ step, result }) => `${step} ${result}`);
  expect(steps).toEqual(expect.arrayContaining(['listing clean', 'files clean', 'in-flight clean']));
  expect(signed?.receipt).toMatchObject({ requested: { by: 'platform' }, connection: { id, customer } });
  expect(JSON.stringify(signed)).not.toContain(TOKEN.slice(0, 30));
  const { snapshot, connection } = await workers.snapshots.read(customer);
  expect([connection, snapshot?.connection]).toEqual([null, undefined]);
  expect(snapshot?.disconnectedAt).toEqual(expect.any(String));
  expect(await disconnecting.isUnderWay(customer)).toBe(false);
}

/** The connection stands as it did. */
async function expectStays({ customer, box }: Connected): Promise<void> {
  expect(profilesOf(box)).toEqual([PROFILE]);
  expect((await connections.current(customer)).map(({ health }) => health)).toEqual(['working']);
  expect((await workers.snapshots.read(customer)).connection).not.toBeNull();
  expect(await disconnecting.isUnderWay(customer)).toBe(false);
}

/** Steps of a removal, at each of which the box's openclaw waits while there is a file `hold.<step>`. */
const STEPS = `
here() { [ -e "$HOME/hold.$1" ] || return 0; touch "$HOME/held.$1"; while [ -e "$HOME/hold.$1" ]; do sleep 0.05; done; }
case "$*" in
  "models status"*) if [ -e "$HOME/removed" ]; then here proof; else here status; fi ;;
  "models auth logout"*)
    here removal; "$0.real" "$@"; code=$?; touch "$HOME/removed"; here removed; exit $code ;;
  "models auth order get"*) "$0.real" "$@"; code=$?; here order; exit $code ;;
esac`;

/** Stops a box's openclaw at a step; resolves, once it is there, with what lets it go on. */
function held(box: Box, step: string): { there: Promise<void>; free: () => void } {
  put(box, `hold.${step}`, '');
  return {
    there: until(async () => existsSync(join(box.home, `held.${step}`))),
    free: () => rmSync(join(box.home, `hold.${step}`), { force: true }),
  };
}

test(
  'a connection that the platform wants gone is removed, proved, recorded, told and taken from the page',
  async () => {
    const one = await connected();
    const copies = new Copies(workers.database);
    const [{ handshake = '' } = {}] = await connections.current(one.customer);
    const owner = { customer: one.customer, handshake };
    const wrapped = { by: 'file:v1', text: 'wrapped' };
    await copies.keep(one.id, FINGERPRINT, { envelope: 'sealed', wrapped, sealedAt: new Date() });
    await workers.inFlightSecrets.keep('token', owner, new Secret(TOKEN));
    await workers.worker(TIMES);
    await ask(one);
    const { state, returned } = await ended(one);
    expect([state, returned.outcome]).toEqual(['completed', 'removed']);
    await expectEnded(one);
    expect(await copies.find(one.id)).toBeUndefined();
    expect(await workers.inFlightSecrets.read('token', owner)).toBeUndefined();
    const signed = await new Receipts(workers.database).find(one.customer, one.id);
    expect(signed?.receipt.steps.map(({ step, result }) => `${step} ${result}`)).toEqual([
      'profile removed',
      'listing clean',
      'default-model other',
      'files clean',
      'in-flight clean',
      'vault deleted',
    ]);
    const inRedis = JSON.stringify(await workers.everythingInRedis());
    expect([inRedis, workers.logs()].join()).not.toContain(TOKEN.slice(-20));
  },
  2 * MINUTE,
);

describe('a worker that is killed', () => {
  test.each(['status', 'removal', 'removed', 'proof', 'order'])(
    'at the step %s: another one ends the removal, and it is recorded once',
    async (step) => {
      const one = await connected();
      wrap(one.box, 'openclaw', STEPS);
      const { there, free } = held(one.box, step);
      const first = await workers.process(TIMES);
      await ask(one);
      await there;
      expect(await disconnecting.isUnderWay(one.customer)).toBe(true);
      await first.end('SIGKILL');
      free();
      await workers.worker(TIMES);
      const { state, returned } = await ended(one);
      const outcome = step === 'status' || step === 'removal' ? 'removed' : 'absent';
      expect(state).toBe('completed');
      // What was asked for before the death may still have been done after it.
      if (step !== 'removal') expect(returned.outcome).toBe(outcome);
      await expectEnded(one);
    },
    3 * MINUTE,
  );
});

test(
  'a removal of which too many workers have died is given up, and somebody has to see to it',
  async () => {
    const one = await connected();
    wrap(one.box, 'openclaw', STEPS);
    const { there, free } = held(one.box, 'status');
    const first = await workers.process(TIMES);
    const { id = '' } = await ask(one);
    await there;
    // This is the sixth.
    await workers.client.hset(queue.toKey(id), 'stc', 5);
    await first.end('SIGKILL');
    await workers.worker(TIMES);
    expect((await ended(one)).state).toBe('failed');
    free();
    await until(async () => (await casesOf(one)).length > 0);
    expect(await casesOf(one)).toMatchObject([{ cause: 'removal:worker_lost', state: 'open' }]);
  },
  MINUTE,
);

test(
  'a worker that is stopped leaves it to the next one',
  async () => {
    const one = await connected();
    wrap(one.box, 'openclaw', STEPS);
    const { there, free } = held(one.box, 'status');
    const first = await workers.worker(TIMES);
    await ask(one);
    await there;
    await first.stop();
    free();
    await workers.worker(TIMES);
    expect((await ended(one)).state).toBe('completed');
    await expectEnded(one);
  },
  2 * MINUTE,
);

describe('a handshake of the same customer', () => {
  test(
    'that is under way keeps the connection where it is, and that is the answer',
    async () => {
      const one = await connected();
      await workers.ask(one.customer, { delay: 10 * MINUTE });
      await workers.worker(TIMES);
      await ask(one);
      expect(await ended(one)).toMatchObject({ state: 'failed', reason: 'handshake_under_way' });
      await expectStays(one);
      expect(await casesOf(one)).toEqual([]);
    },
    MINUTE,
  );

  test(
    'that is asked for meanwhile begins once the box has been left, and costs no attempt',
    async () => {
      const one = await connected();
      wrap(one.box, 'openclaw', STEPS);
      const { there, free } = held(one.box, 'removed');
      await workers.worker(TIMES);
      await ask(one);
      await there;
      const handshake = await workers.ask(one.customer);
      await until(async () => (await (await workers.job(handshake)).getState()) === 'delayed');
      expect(workers.heard(handshake).map(({ phase }) => phase)).not.toContain('reaching');
      free();
      expect((await ended(one)).state).toBe('completed');
      await workers.until(handshake, ({ phase }) => phase === 'waiting');
      expect((await workers.job(handshake)).attemptsMade).toBe(0);
      await workers.mailbox.cancel(handshake);
      await workers.until(handshake, ({ phase }) => phase === 'cancelled');
    },
    2 * MINUTE,
  );

  test(
    'that has replaced the connection since keeps what it has brought',
    async () => {
      const one = await connected();
      const { client } = workers;
      const [old] = await connections.current(one.customer);
      const newer = { ...FIRST, customer: one.customer, box: 'default', profile: PROFILE, model: null };
      const now = new Date();
      await workers.database.transaction().execute((tx) =>
        recordConnected(tx, {
          ...newer,
          handshake: randomUUID(),
          attempt: 1,
          fingerprint: 'ba9876543210',
          hint: null,
          requestedAt: now,
          connectedAt: now,
          expiresAt: null,
        }),
      );
      await workers.worker(TIMES);
      await ask(one);
      expect(await ended(one)).toMatchObject({ state: 'completed', returned: { outcome: 'replaced' } });
      expect(profilesOf(one.box)).toEqual([PROFILE]);
      expect((await connections.current(one.customer)).map(({ id }) => id)).not.toContain(old?.id);
      expect(await client.exists(`${workers.prefix}:disconnecting:${one.customer}`)).toBe(0);
    },
    MINUTE,
  );
});

describe('a box that is said to be gone', () => {
  const isGone = { isGone: true } as const;

  test(
    'and is not reached keeps no connection: what Keyferry has is deleted, and the receipt says what nobody has seen',
    async () => {
      const one = await connected();
      const copies = new Copies(workers.database);
      const wrapped = { by: 'file:v1', text: 'wrapped' };
      await copies.keep(one.id, FINGERPRINT, { envelope: 'sealed', wrapped, sealedAt: new Date() });
      workers.list(one.customer, { command: ['false'] });
      await workers.worker(TIMES);
      const job = await ask(one, isGone);
      const { state, returned } = await ended(one);
      expect([state, returned.outcome]).toEqual(['completed', 'forgotten']);
      // At once, without four tries.
      expect((await queue.getJob(job.id ?? ''))?.attemptsMade).toBe(1);
      expect(await copies.find(one.id)).toBeUndefined();
      expect(await connections.current(one.customer)).toEqual([]);
      const signed = await new Receipts(workers.database).find(one.customer, one.id);
      expect(signed?.receipt).toMatchObject({
        outcome: 'forgotten',
        notes: [expect.stringMatching(/could not be asked: [a-z_]+\.$/)],
      });
      expect(signed?.receipt.steps.map(({ step, result }) => `${step} ${result}`)).toEqual([
        'in-flight clean',
        'vault deleted',
      ]);
      expect(signed?.receipt.notSeen.map(({ what }) => what)).toEqual(['box', 'provider', 'copies']);
      expect((await workers.snapshots.read(one.customer)).snapshot).toMatchObject({ isForgotten: true });
      expect(profilesOf(one.box)).toEqual([PROFILE]);
    },
    MINUTE,
  );

  test(
    'and answers has it removed as ever',
    async () => {
      const one = await connected();
      await workers.worker(TIMES);
      await ask(one, isGone);
      expect((await ended(one)).returned.outcome).toBe('removed');
      await expectEnded(one);
    },
    MINUTE,
  );

  test(
    'and answers, but does not do as it is asked, keeps the connection',
    async () => {
      const one = await connected();
      wrap(one.box, 'openclaw', '[ "$3" = logout ] && exit 1');
      await workers.worker(TIMES);
      await ask(one, isGone);
      expect(await ended(one)).toMatchObject({ state: 'failed', reason: 'openclaw_failed' });
      await expectStays(one);
    },
    MINUTE,
  );
});

describe('the connection stays, and the code says why', () => {
  test(
    'where OpenClaw refuses: it is tried again a few times',
    async () => {
      const one = await connected();
      put(one.box, 'refuses', '');
      wrap(
        one.box,
        'openclaw',
        '[ "$3" = logout ] && [ -e "$HOME/refuses" ] && { echo x >> "$HOME/tries"; exit 1; }',
      );
      await workers.worker(TIMES);
      await ask(one);
      expect(await ended(one)).toMatchObject({ state: 'failed', reason: 'openclaw_failed' });
      expect(readFileSync(join(one.box.home, 'tries'), 'utf8')).toBe('x\n'.repeat(4));
      await expectStays(one);
      // Whoever asked for it relies on it: somebody has to see to it.
      const failed = { cause: 'removal:openclaw_failed', connection: one.id, times: 1 };
      expect(await casesOf(one)).toEqual([{ ...failed, state: 'open' }]);
      rmSync(join(one.box.home, 'refuses'));
      await (await queue.getJob(one.id))?.remove();
      await ask(one);
      expect((await ended(one)).state).toBe('completed');
      expect(await casesOf(one)).toEqual([{ ...failed, state: 'resolved' }]);
    },
    MINUTE,
  );

  test(
    'where trying again cannot help, it is not tried again',
    async () => {
      const one = await connected();
      workers.list(one.customer, { ssh: 'ssh://nobody@127.0.0.1:1', knownHosts: './none' });
      await workers.worker(TIMES);
      await ask(one);
      const { state, reason } = await ended(one);
      expect([state, reason]).toEqual(['failed', expect.stringMatching(/^[a-z]+(_[a-z]+)+$/)]);
      await expectStays(one);
      expect(await casesOf(one)).toMatchObject([{ cause: `removal:${reason}`, state: 'open' }]);
    },
    MINUTE,
  );

  test(
    'where the box cannot be reached it is tried again, and succeeds when it can',
    async () => {
      const one = await connected();
      workers.list(one.customer, { command: ['false'] });
      await workers.worker(TIMES);
      await ask(one);
      await until(async () => ((await queue.getJob(one.id))?.attemptsMade ?? 0) > 0);
      workers.list(one.customer, one.box);
      expect((await ended(one)).state).toBe('completed');
      await expectEnded(one);
    },
    MINUTE,
  );
});

test(
  'of a connection that nobody has on record nothing is touched',
  async () => {
    const one = await connected();
    const other = { ...one, id: randomUUID() };
    await workers.worker(TIMES);
    await ask(other);
    expect(await ended(other)).toMatchObject({ state: 'failed', reason: 'not_here' });
    await expectStays(one);
  },
  MINUTE,
);
