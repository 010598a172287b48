import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import type { AuditEntry } from '../../../core/contract/audit-entry.ts';
import { type Dossier, reRunSchema } from '../../../core/contract/console-api.ts';
import type { DoctorRun } from '../../../core/contract/doctor-report.ts';
import { DOCTOR } from '../../../core/contract/jobs.ts';
import { may, ROLES } from '../../../core/contract/operators.ts';
import { FIRST } from '../../../core/contract/providers.ts';
import { reRunPlanSchema } from '../../../core/contract/re-runs.ts';
import { SealedBox } from '../../../core/secrets/sealed.ts';
import type { Audit } from '../../../core/store/audit.ts';
import { Blockers } from '../../../core/store/blockers.ts';
import { Recordings } from '../../../core/store/recordings.ts';
import { snapshotOf } from '../../support/api-lab.ts';
import { type ConsoleLab, startConsoleLab } from '../../support/console-lab.ts';
import { type RecordedHandshake, WorkerSide } from '../../support/console-scene.ts';
import { until } from '../../support/redis-system.ts';
import type { Visitor } from '../../support/visitor.ts';

let lab: ConsoleLab;
let redis: Redis;
let workers: WorkerSide;
let recordings: Recordings;
let audit: Audit;
const as = {} as Record<(typeof ROLES)[number], Visitor>;

beforeAll(async () => {
  const key = randomBytes(32);
  lab = await startConsoleLab({ environment: { SEALING_KEYS: `one:${key.toString('base64')}` } });
  redis = new Redis(lab.redis.url, { maxRetriesPerRequest: null });
  workers = new WorkerSide(redis, lab.records);
  recordings = new Recordings(redis, new SealedBox([{ id: 'one', key }]), 'keyferry', 1);
  audit = lab.audit;
  for (const role of ROLES) as[role] = await lab.operator(role);
});
afterAll(async () => {
  redis?.disconnect();
  await lab?.stop();
});

async function failed(customer = lab.fresh()): Promise<RecordedHandshake> {
  const handshake = workers.begin(customer);
  await handshake.goes('reaching');
  await handshake.fails();
  await recordings.keep({ handshake: handshake.handshake, customer, attempt: 1 }, 0, '{"version":2}\n');
  return handshake;
}

const auditedFor = (customer: string): Promise<AuditEntry[]> =>
  audit.search({ actor: 'operator', customer }, 50);

describe('by role', () => {
  const table = ROLES.flatMap((role) =>
    (
      [
        ['see', 'get', (id: string) => `handshakes/${id}`, 200],
        ['replay', 'get', (id: string) => `handshakes/${id}/recordings/1`, 200],
        ['diagnostics', 'get', (id: string) => `handshakes/${id}/diagnostics`, 200],
        ['re-run', 'post', (id: string) => `handshakes/${id}/re-run`, 200],
        ['doctor', 'post', (_id: string, customer: string) => `customers/${customer}/doctor`, 202],
        ['visit', 'post', (_id: string, customer: string) => `customers/${customer}/visit`, 200],
      ] as const
    ).map(([action, method, path, status]) => ({ role, action, method, path, status })),
  );

  test.each(table)('$role, $action', async ({ role, action, method, path, status }) => {
    const { handshake, head } = await failed();
    const from = Date.now();
    const answer = await as[role][method](`/api/v1/${path(handshake, head.customer)}`);
    const who = lab.operators[role].name;
    if (may(role, action)) {
      expect(answer.status).toBe(status);
      const expected =
        action === 'see' ? [] : [{ who, role, action, outcome: 'done', customer: head.customer }];
      expect(await auditedFor(head.customer)).toMatchObject(expected);
    } else {
      expect([answer.status, answer.json]).toMatchObject([403, { code: 'role_refused' }]);
      const refused = await audit.search({ who, action, outcome: 'refused', since: new Date(from) }, 5);
      expect(refused).toHaveLength(1);
      expect(await lab.queue.getDeduplicationJobId(head.customer)).toBeNull();
    }
  });

  test('a change needs its token against forgery and its Origin', async () => {
    const { handshake, head } = await failed();
    const path = `/api/v1/handshakes/${handshake}/re-run`;
    for (const headers of [
      { 'x-keyferry-csrf': undefined },
      { origin: undefined },
      { origin: 'https://evil.example' },
    ])
      expect((await as.support.post(path, {}, headers)).json).toMatchObject({ code: 'origin_refused' });
    expect(await auditedFor(head.customer)).toEqual([]);
  });
});

describe('a re-run', () => {
  test('starts one in the name of the operator, and the open page of the customer moves on by itself', async () => {
    const customer = lab.fresh();
    const before = await failed(customer);
    const page = (await lab.signIn(customer)).live();
    expect(await page.opened).toBe(101);
    const { status, json } = await as.support.post(`/api/v1/handshakes/${before.handshake}/re-run`);
    expect(status).toBe(200);
    const answer = reRunSchema.parse(json);
    expect(answer.started).toBe(true);
    expect((await page.phase('queued')).snapshot?.handshake).toBe(answer.handshake);
    const job = await lab.queue.getJob(answer.handshake);
    expect(job?.data).toEqual({ ...FIRST, customer, requestedBy: `operator:${lab.operators.support.name}` });
  });

  test('says first whether the customer has to come; nothing is started by that', async () => {
    const [closed, open] = [await failed(), await failed()];
    const page = (await lab.signIn(open.head.customer)).live();
    expect(await page.opened).toBe(101);
    const plan = async (handshake: string) =>
      reRunPlanSchema.parse((await as.observer.get(`/api/v1/handshakes/${handshake}/re-run`)).json);
    await until(async () => (await plan(open.handshake)).onPage === 1);
    expect(await plan(open.handshake)).toMatchObject({ starts: 1, closed: [] });
    expect(await plan(closed.handshake)).toEqual({
      ...{ total: 1, starts: 1, onPage: 0, looks: 0, removals: 0, needsKey: 0, over: 0 },
      closed: [closed.head.customer],
    });
    expect(await lab.queue.getDeduplicationJobId(closed.head.customer)).toBeNull();
  });

  test('starts one also where the customer may not, because their box blocked a worker', async () => {
    const { handshake, head } = await failed();
    const { customer } = head;
    await new Blockers(redis, 'keyferry').add({ kind: 'handshake', id: handshake, customer });
    const { json } = await as.support.post(`/api/v1/handshakes/${handshake}/re-run`);
    expect(reRunSchema.parse(json).started).toBe(true);
  });

  test('of a customer whose handshake is active is answered with that', async () => {
    const before = await failed();
    const path = `/api/v1/handshakes/${before.handshake}/re-run`;
    const first = reRunSchema.parse((await as.support.post(path)).json);
    const second = reRunSchema.parse((await as.admin.post(path)).json);
    expect(second).toEqual({ handshake: first.handshake, started: false });
  });
});

describe('a cancellation', () => {
  test('is left for the worker, with the name of who asked in the audit log', async () => {
    const customer = lab.fresh();
    const handshake = workers.begin(customer);
    await handshake.goes('opening');
    await lab.snapshots.publish(customer, snapshotOf(handshake.handshake, { phase: 'opening' }));
    await lab.queue.add(
      'handshake',
      { ...FIRST, customer, requestedBy: 'customer' },
      { jobId: handshake.handshake },
    );
    expect((await as.observer.post(`/api/v1/handshakes/${handshake.handshake}/cancel`)).status).toBe(403);
    expect(await lab.mailbox.isCancelled(handshake.handshake)).toBe(false);
    expect((await as.support.post(`/api/v1/handshakes/${handshake.handshake}/cancel`)).status).toBe(202);
    expect(await lab.mailbox.isCancelled(handshake.handshake)).toBe(true);
    expect(await auditedFor(customer)).toMatchObject([{ action: 'cancel', handshake: handshake.handshake }]);
  });

  test("of one that is not the customer's current one is refused", async () => {
    const old = await failed();
    expect((await as.support.post(`/api/v1/handshakes/${old.handshake}/cancel`)).status).toBe(404);
  });
});

test('a run of the doctor can be requested and read', async () => {
  const customer = lab.fresh();
  const { json } = await as.support.post(`/api/v1/customers/${customer}/doctor`);
  const look = json as DoctorRun;
  expect(look.state).toBe('waiting');
  const read = await as.support.get(`/api/v1/customers/${customer}/doctor/${look.run}`);
  expect(read.json).toMatchObject({ run: look.run, state: 'waiting' });
  expect((await as.support.get(`/api/v1/customers/${lab.fresh()}/doctor/${look.run}`)).status).toBe(404);
  expect((await as.support.post('/api/v1/customers/NO%20ONE/doctor')).status).toBe(404);
});

describe('a replay', () => {
  test('is the recording of an attempt, to be played or kept, and is told on the handshake', async () => {
    const { handshake } = await failed();
    const { status, headers, text } = await as.observer.get(`/api/v1/handshakes/${handshake}/recordings/1`);
    expect([status, headers['content-type'], text]).toEqual([
      200,
      expect.stringContaining('application/x-asciicast'),
      '{"version":2}\n',
    ]);
    const dossier = (await as.observer.get(`/api/v1/handshakes/${handshake}`)).json as Dossier;
    expect(dossier.recordings).toEqual([1]);
    expect(dossier.watched).toMatchObject([{ who: lab.operators.observer.name, action: 'replay' }]);
  });

  test('of an attempt without a recording is not there, and nothing is written down', async () => {
    const { handshake, head } = await failed();
    for (const attempt of ['0', '2', '01', 'x'])
      expect((await as.admin.get(`/api/v1/handshakes/${handshake}/recordings/${attempt}`)).status).toBe(404);
    expect(await auditedFor(head.customer)).toEqual([]);
  });
});

test('diagnostics say all that is known in words for a ticket, and hold no secret that got into a record', async () => {
  const customer = lab.fresh();
  const handshake = workers.begin(customer);
  const token = `sk-ant-oat01-${randomBytes(32).toString('base64url')}`;
  const code = `${randomBytes(32).toString('base64url')}#${randomBytes(32).toString('base64url')}`;
  await handshake.goes('reaching', { versions: { claude: '2.1.330' }, warnings: ['The clock is 3 s off.'] });
  const screen = `Paste code here: ${code}\n  your token: ${token.slice(0, 30)}\n${token.slice(30)} \u001b[31m`;
  const error = {
    code: 'box_unreachable' as const,
    phase: 'reaching' as const,
    detail: `saw ${token}`,
    screen,
  };
  await handshake.goes('failed', { error });
  // A worker that looked.
  const doctor = new Queue(DOCTOR, { connection: redis, prefix: 'keyferry' });
  const added = await doctor.add('run', { customer });
  const report = {
    verdict: 'blocks',
    tookMs: 1_200,
    findings: [{ id: 'disk', status: 'blocks', seen: 'The disk is full.', why: 'w', fix: 'Make room.' }],
  };
  const line = redis.duplicate();
  const worker = new Worker(DOCTOR, async () => report, {
    connection: line,
    prefix: 'keyferry',
  });
  await new Promise<void>((resolve) => {
    worker.on('completed', ({ id }) => {
      if (id === added.id) resolve();
    });
  });
  await worker.close();
  line.disconnect();
  await doctor.close();
  const path = `/api/v1/handshakes/${handshake.handshake}/diagnostics`;
  const { status, headers, text } = await as.support.get(path);
  expect([status, headers['content-type']]).toEqual([200, 'text/plain; charset=utf-8']);
  for (const said of [
    customer,
    handshake.handshake,
    'claude 2.1.330',
    'warning: The clock is 3 s off.',
    'error: box_unreachable, in reaching',
    'cause: ',
    'next:  ',
    'Paste code here',
    'took 0.',
    'disk: The disk is full. Make room.',
  ])
    expect(text).toContain(said);
  const letters = text.replace(/\s/g, '');
  for (const part of [token.slice(13, 29), token.slice(30), code.slice(0, 20), code.slice(-20)])
    expect(letters).not.toContain(part);
  expect(text).not.toContain('\u001b');
});
