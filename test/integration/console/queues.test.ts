import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import type { Audit } from '../../../core/store/audit.ts';
import { type ConsoleLab, startConsoleLab } from '../../support/console-lab.ts';
import { fullLink } from '../../support/links.ts';
import type { Visitor } from '../../support/visitor.ts';

const SECRET = `sk-ant-oat01-${'s'.repeat(80)}`;

let lab: ConsoleLab;
let redis: Redis;
let audit: Audit;
let observer: Visitor;
let support: Visitor;
let admin: Visitor;
/** A handshake's job that failed with everything that must not be shown. */
let failed: string;

beforeAll(async () => {
  lab = await startConsoleLab();
  redis = new Redis(lab.redis.url, { maxRetriesPerRequest: null });
  audit = lab.audit;
  [observer, support, admin] = await Promise.all([
    lab.operator('observer'),
    lab.operator('support'),
    lab.operator('admin'),
  ]);
  failed = randomUUID();
  const worker = new Worker(
    'handshakes',
    async (job) => {
      await job.updateProgress({ phase: 'waiting', attempt: 1, link: fullLink() });
      await job.log(`log ${SECRET}`);
      throw new Error(`raw ${SECRET}`);
    },
    { connection: redis, prefix: 'keyferry' },
  );
  const ended = new Promise((resolve) => worker.once('failed', resolve));
  const data = { customer: 'alice', requestedBy: 'customer', token: SECRET };
  await lab.queue.add('handshake', data as never, { jobId: failed });
  await ended;
  await worker.close();
  const doctor = new Queue('doctor', { connection: redis, prefix: 'keyferry' });
  await doctor.add('run', { customer: 'alice', token: SECRET });
  await doctor.close();
});
afterAll(async () => {
  redis.disconnect();
  await lab.stop();
});

const JOBS = '/queues/api/queues?activeQueue=handshakes&status=latest&page=1&jobsPerPage=10';

describe('what Bull Board shows', () => {
  test('its page, which loads nothing from other hosts, to every role', async () => {
    for (const browser of [observer, support, admin]) {
      const { status, text, headers } = await browser.get('/queues');
      expect(status).toBe(200);
      expect(text).toContain('<base href="/queues/"');
      expect(text).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
      expect(headers['content-security-policy']).toMatch(/script-src 'self';/);
      expect(headers['x-powered-by']).toBeUndefined();
      const script = /src="(static\/js\/main[^"]+)"/.exec(text)?.[1];
      expect(await browser.get(`/queues/${script}`)).toMatchObject({ status: 200 });
    }
  });

  test('a job by its customer, its phase and the code that it failed with', async () => {
    const { status, json } = await admin.get(`/queues/api/queues/handshakes/${failed}`);
    expect(status).toBe(200);
    expect(json).toMatchObject({
      status: 'failed',
      job: {
        data: { customer: 'alice', requestedBy: 'customer' },
        progress: { phase: 'waiting', attempt: 1 },
        failedReason: 'worker_lost',
        stacktrace: [],
      },
    });
  });

  test('no secret, no link, no raw error and no log, by any way of reading', async () => {
    const stored = JSON.stringify(await redis.hgetall(`keyferry:handshakes:${failed}`));
    expect(stored).toContain(SECRET);
    const paths = [
      JOBS,
      JOBS.replace('handshakes', 'doctor'),
      `/queues/api/queues/handshakes/${failed}`,
      `/queues/api/queues/handshakes/${failed}/logs`,
      `/queues/api/queues/handshakes/${failed}/flow?depth=5&maxChildren=5`,
      '/queues/api/job-schedulers',
      '/queues/api/queues/handshakes/default-job-options',
      '/queues/api/queues/handshakes/workers',
      '/queues/api/redis/stats',
    ];
    for (const path of paths) {
      const { status, text } = await admin.get(path);
      expect([path, status]).toEqual([path, 200]);
      expect(text).not.toMatch(/sk-ant|raw |oauth\/authorize|code_challenge/);
    }
    expect((await admin.get(JOBS)).text).toContain(failed);
  });

  test('is read-only for observers and support, and offers nobody to retry', async () => {
    for (const [browser, readOnlyMode] of [
      [observer, true],
      [support, true],
      [admin, false],
    ] as const) {
      const { json } = await browser.get(JOBS);
      const { queues } = json as { queues: { name: string }[] };
      expect(queues.map(({ name }) => name)).toEqual([
        'handshakes',
        'doctor',
        'disconnects',
        'connection-tasks',
        'repairs',
        'box-tasks',
        'webhooks',
        'record',
      ]);
      for (const queue of queues) expect(queue).toMatchObject({ readOnlyMode, allowRetries: false });
    }
  });
});

describe('who may do what', () => {
  const pause = '/queues/api/queues/handshakes/pause';
  const change = (browser: Visitor, path = pause, headers = {}) =>
    browser.send('PUT', path, { cookie: browser.cookie, origin: browser.origin, ...headers });

  test('nobody who is not signed in: a browser is sent to sign in, anything else is refused', async () => {
    const nobody = lab.console();
    expect(await nobody.get('/queues')).toMatchObject({ status: 303, headers: { location: '/' } });
    expect(await nobody.get('/queues/queue/handshakes')).toMatchObject({ status: 303 });
    expect(await nobody.get(JOBS)).toMatchObject({ status: 401 });
    expect(await change(nobody)).toMatchObject({ status: 401 });
    const alice = await lab.signIn(lab.fresh());
    expect(await alice.get('/queues')).toMatchObject({ status: 404 });
    expect(await alice.get(JOBS)).toMatchObject({ status: 404 });
  });

  test('observers and support are refused a change, which is written down', async () => {
    for (const [browser, who] of [
      [observer, 'olga-observer'],
      [support, 'olga-support'],
    ] as const) {
      expect(await change(browser)).toMatchObject({ status: 403, json: { code: 'role_refused' } });
      const [entry] = await audit.search({ who }, 1);
      expect(entry).toMatchObject({ action: 'queues-change', outcome: 'refused' });
    }
    expect(await lab.queue.isPaused()).toBe(false);
  });

  test('an admin pauses a queue, which is written down', async () => {
    expect(await change(admin)).toMatchObject({ status: 200 });
    expect(await lab.queue.isPaused()).toBe(true);
    const [entry] = await audit.search({ who: 'olga-admin' }, 1);
    expect(entry).toMatchObject({
      action: 'queues-change',
      outcome: 'done',
      detail: 'PUT /api/queues/handshakes/pause',
    });
    await change(admin, '/queues/api/queues/handshakes/resume');
    expect(await lab.queue.isPaused()).toBe(false);
  });

  test.each(['https://evil.example', 'https://alice.keyferry.test', undefined])(
    'a page of origin %s changes nothing',
    async (origin) => {
      expect(await change(admin, pause, { origin })).toMatchObject({ status: 403 });
      expect(await lab.queue.isPaused()).toBe(false);
    },
  );

  test.each([
    ['PUT', () => `handshakes/${failed}/retry`],
    ['PUT', () => 'handshakes/retry/failed'],
    ['POST', () => 'handshakes/add'],
    ['PATCH', () => `handshakes/${failed}/update-data`],
    ['PUT', () => `handshakes/${failed}/clean`],
    ['PUT', () => 'handshakes/empty'],
    ['PUT', () => 'handshakes/obliterate'],
    ['PUT', () => 'handshakes/clean/wait'],
  ])('not even an admin: %s %p', async (method, path) => {
    const headers = { cookie: admin.cookie, origin: admin.origin, 'content-type': 'application/json' };
    const before = await lab.queue.getJobCounts();
    const sent = admin.send(method, `/queues/api/queues/${path()}`, headers, '{"data":{"customer":"bob"}}');
    expect(await sent).toMatchObject({ status: 403, json: { code: 'role_refused' } });
    expect(await lab.queue.getJobCounts()).toEqual(before);
    const [entry] = await audit.search({ who: 'olga-admin' }, 1);
    expect(entry).toMatchObject({ action: 'queues-change', outcome: 'refused' });
  });
});
