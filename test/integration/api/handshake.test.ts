import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Worker } from 'bullmq';
import { Redis } from 'ioredis';
import type { Api } from '../../../api/api.ts';
import { CATALOGUE } from '../../../core/contract/errors.ts';
import type { CustomerState } from '../../../core/contract/http-api.ts';
import { problemSchema } from '../../../core/contract/http-api.ts';
import { HANDSHAKES } from '../../../core/contract/jobs.ts';
import { FIRST } from '../../../core/contract/providers.ts';
import { codeBinding, MOST_ENVELOPE } from '../../../core/contract/sealed.ts';
import { type Snapshot, snapshotSchema } from '../../../core/contract/snapshot.ts';
import { makeWorkerKey, publicHalf, WorkerKeys } from '../../../core/secrets/sealed-to-workers.ts';
import { Secret } from '../../../core/secrets/secret.ts';
import { Blockers } from '../../../core/store/blockers.ts';
import { type ApiLab, snapshotOf, startApiLab } from '../../support/api-lab.ts';
import { fullLink, random43, SHORT_LINK, STATE } from '../../support/links.ts';
import type { Visitor } from '../../support/visitor.ts';

/** Two api processes on one Redis; the test plays the worker. */
let lab: ApiLab;
let second: Api;
let redis: Redis;

beforeAll(async () => {
  lab = await startApiLab();
  second = await lab.another();
  redis = new Redis(lab.redis.url);
});
afterAll(async () => {
  redis.disconnect();
  await lab.stop();
});

const start = async (browser: Visitor) => {
  const { status, json } = await browser.post('/api/v1/handshake');
  return { status, snapshot: snapshotSchema.parse(json) };
};
const state = async (browser: Visitor) => (await browser.get('/api/v1/handshake')).json as CustomerState;
/** The jobs of one customer, whatever became of them. */
async function jobsOf(customer: string) {
  const jobs = await lab.queue.getJobs();
  return jobs.filter(({ data }) => data.customer === customer);
}
const publish = (customer: string, first: Snapshot, more: Partial<Snapshot>) =>
  lab.snapshots.publish(customer, { ...snapshotOf(first.handshake), startedAt: first.startedAt, ...more });

/** Publishes `waiting` for a handshake that was started. */
async function waiting(customer: string, browser: Visitor, link = fullLink()): Promise<Snapshot> {
  const { snapshot } = await start(browser);
  await publish(customer, snapshot, { phase: 'waiting', seq: 3, link });
  return snapshot;
}

describe('a start', () => {
  test('adds a job with nothing in it but who, and answers with the first snapshot', async () => {
    const customer = lab.fresh();
    const browser = await lab.signIn(customer);
    const { status, snapshot } = await start(browser);
    expect(status).toBe(201);
    expect(snapshot).toMatchObject({ phase: 'queued', attempt: 0, seq: 0 });
    const [job, ...more] = await jobsOf(customer);
    expect(more).toEqual([]);
    expect(job).toMatchObject({ id: snapshot.handshake, data: { customer, requestedBy: 'customer' } });
    expect(snapshot.startedAt).toBe(new Date(job?.timestamp ?? 0).toISOString());
    expect(await state(browser)).toEqual({ snapshot, connection: null });
  });

  test('that a page makes by itself is asked for by the customer’s first click, or their own start; nobody else’s', async () => {
    const askedOf = async ({ handshake }: Snapshot) => (await lab.records.read(handshake))?.asked;
    const begun = async () => {
      const customer = lab.fresh();
      const browser = await lab.signIn(customer);
      const { json } = await browser.post('/api/v1/handshake', { ...FIRST, unasked: true });
      const snapshot = snapshotSchema.parse(json);
      expect(await askedOf(snapshot)).toBe(false);
      return { customer, browser, snapshot };
    };
    const [clicked, started] = [await begun(), await begun()];
    const stranger = await lab.signIn(lab.fresh());
    const { handshake } = clicked.snapshot;
    const click = (browser: Visitor) => browser.post('/api/v1/handshake/asked', { handshake });
    expect((await click(stranger)).status).toBe(404);
    // Another tab's page begins nothing either.
    await clicked.browser.post('/api/v1/handshake', { ...FIRST, unasked: true });
    expect(await askedOf(clicked.snapshot)).toBe(false);
    for (let times = 0; times < 2; times += 1) expect((await click(clicked.browser)).status).toBe(204);
    expect(await askedOf(clicked.snapshot)).toBe(true);
    await start(started.browser);
    expect(await askedOf(started.snapshot)).toBe(true);
    const { snapshot: own } = await start(stranger);
    expect(await askedOf(own)).toBeUndefined();
    // Said once, however often the page says it.
    const entries = await lab.audit.search({ customer: clicked.customer }, 50);
    expect(entries.filter(({ action }) => action === 'ask')).toHaveLength(1);
  });

  test('while one is active answers with that one as it stands', async () => {
    const customer = lab.fresh();
    const browser = await lab.signIn(customer);
    const { snapshot } = await start(browser);
    expect(await start(browser)).toEqual({ status: 200, snapshot });
    await publish(customer, snapshot, { phase: 'opening', seq: 2 });
    const again = await start(browser.at(second.port));
    expect([again.status, again.snapshot.phase, again.snapshot.handshake]).toEqual([
      200,
      'opening',
      snapshot.handshake,
    ]);
    expect(await jobsOf(customer)).toHaveLength(1);
  });

  test('many at once over two processes make one handshake', async () => {
    for (let round = 0; round < 5; round += 1) {
      const customer = lab.fresh();
      const browser = await lab.signIn(customer);
      const elsewhere = browser.at(second.port);
      const all = await Promise.all([browser, elsewhere, browser, elsewhere].map(start));
      expect(all.map(({ status }) => status).sort()).toEqual([200, 200, 200, 201]);
      expect(new Set(all.map(({ snapshot }) => snapshot.handshake)).size).toBe(1);
      expect(await jobsOf(customer)).toHaveLength(1);
    }
  });

  test('finds one whose first snapshot was never published, and publishes it', async () => {
    const customer = lab.fresh();
    const browser = await lab.signIn(customer);
    const id = randomUUID();
    const data = { ...FIRST, customer, requestedBy: 'customer' };
    const job = await lab.queue.add('handshake', data, { jobId: id, deduplication: { id: customer } });
    const { status, snapshot } = await start(browser);
    expect(status).toBe(200);
    expect(snapshot).toMatchObject({
      handshake: id,
      phase: 'queued',
      startedAt: new Date(job.timestamp).toISOString(),
    });
    expect(await state(browser)).toEqual({ snapshot, connection: null });
  });

  test('after an end makes a new one, which counts as later even where clocks disagree', async () => {
    const customer = lab.fresh();
    const browser = await lab.signIn(customer);
    const { snapshot: first } = await start(browser);
    const job = await lab.queue.getJob(first.handshake);
    await job?.removeDeduplicationKey();
    // As if the process that started it had a clock ten minutes ahead.
    const ahead = new Date(Date.now() + 600_000).toISOString();
    await publish(customer, first, { phase: 'failed', startedAt: ahead });
    const { status, snapshot } = await start(browser);
    expect(status).toBe(201);
    expect(snapshot.handshake).not.toBe(first.handshake);
    expect(Date.parse(snapshot.startedAt)).toBeGreaterThan(Date.parse(ahead));
    expect((await state(browser)).snapshot).toEqual(snapshot);
  });

  test('is refused for ten minutes to a customer whose box blocked a worker, in words of its own', async () => {
    const [customer, other] = [lab.fresh(), lab.fresh()];
    const browser = await lab.signIn(customer);
    const { snapshot } = await start(browser);
    await new Blockers(redis, 'keyferry').add({ kind: 'handshake', id: snapshot.handshake, customer });
    // Theirs goes on as long as it does.
    expect((await start(browser)).snapshot.handshake).toBe(snapshot.handshake);
    await (await lab.queue.getJob(snapshot.handshake))?.removeDeduplicationKey();
    const { status, headers, json } = await browser.post('/api/v1/handshake');
    const { code, title } = problemSchema.parse(json);
    expect([status, code, title]).toEqual([429, 'box_paused', CATALOGUE.box_paused.customer]);
    expect(Number(headers['retry-after'])).toBeGreaterThan(500);
    expect(Number(headers['retry-after'])).toBeLessThanOrEqual(600);
    expect(await jobsOf(customer)).toHaveLength(1);
    expect((await start(await lab.signIn(other))).status).toBe(201);
  });

  test('is refused for a while after twenty in ten minutes, and only to this customer', async () => {
    const browser = await lab.signIn(lab.fresh());
    for (let starts = 0; starts < 20; starts += 1) await start(browser);
    const { status, headers, json } = await browser.post('/api/v1/handshake');
    expect([status, json]).toMatchObject([429, { code: 'too_many_requests', status: 429 }]);
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    expect((await start(await lab.signIn(lab.fresh()))).status).toBe(201);
  });
});

describe('a code', () => {
  const send = (browser: Visitor, handshake: string, code: string) =>
    browser.post('/api/v1/handshake/code', { handshake, code });

  test('of a page of the version before is checked, sealed to the workers at once, and left', async () => {
    const customer = lab.fresh();
    const browser = await lab.signIn(customer);
    const { handshake } = await waiting(customer, browser);
    const code = `${random43()}#${STATE}`;
    const answer = await send(browser, handshake, `  ${code}\n`);
    expect([answer.status, answer.text]).toEqual([202, '']);
    const left = (await lab.mailbox.takeCode({ handshake })) ?? '';
    expect(left).toMatch(/^kf1\./);
    expect((await lab.keys.open(left, codeBinding({ customer, handshake }))).reveal()).toBe(code);
  });

  test('that the page has sealed is left as it is: the api has nothing to open it with', async () => {
    const customer = lab.fresh();
    const browser = await lab.signIn(customer);
    const { handshake } = await waiting(customer, browser);
    const envelope = await lab.keys.seal(new Secret('whatever the page has sealed'), 'code:whoever:1');
    expect((await send(browser, handshake, envelope)).status).toBe(202);
    expect(await lab.mailbox.takeCode({ handshake })).toBe(envelope);
  });

  test('sealed to a key that the api does not have, cut, or too long is refused as unreadable, and nothing is left', async () => {
    const customer = lab.fresh();
    const browser = await lab.signIn(customer);
    const { handshake } = await waiting(customer, browser);
    const binding = codeBinding({ customer, handshake });
    const other = await new WorkerKeys([makeWorkerKey('other')]).seal(new Secret('a#b'), binding);
    const ours = await lab.keys.seal(new Secret('a#b'), binding);
    for (const code of [other, ours.slice(0, 60), `${ours} `, `${ours}.x`, 'kf1.'])
      expect((await send(browser, handshake, code)).json).toMatchObject({
        code: 'sealed_unreadable',
        status: 422,
      });
    const tooLong = await send(browser, handshake, `${ours}${'A'.repeat(MOST_ENVELOPE)}`);
    expect([tooLong.status, tooLong.json]).toMatchObject([400, { code: 'input_invalid' }]);
    expect(await lab.mailbox.takeCode({ handshake })).toBeUndefined();
    expect((await send(browser, handshake, ours)).status).toBe(202);
  });

  test('sealed to a key that the api no longer seals to, but still has, is taken', async () => {
    const [former, current] = [makeWorkerKey('former'), makeWorkerKey('current')];
    const text = [current, former].map((key) => `${key.id}:${publicHalf(key).key}`).join();
    const api = await lab.another({}, { WORKER_PUBLIC_KEYS: text });
    const customer = lab.fresh();
    const browser = await lab.signIn(customer, { api });
    expect((await browser.get('/api/v1/session')).json).toMatchObject({ sealTo: publicHalf(current) });
    const { handshake } = await waiting(customer, browser);
    const envelope = await new WorkerKeys([former]).seal(
      new Secret('a#b'),
      codeBinding({ customer, handshake }),
    );
    expect((await send(browser, handshake, envelope)).status).toBe(202);
  });

  test.each([
    ['has no second half', random43(), 'code_incomplete'],
    ['is cut', `${random43()}#${STATE.slice(0, 20)}`, 'code_incomplete'],
    ['is of another link', `${random43()}#${random43()}`, 'code_from_other_link'],
    ['is no code', 'hello world', 'code_malformed'],
  ])('that %s is refused in words, and nothing is left', async (_what, code, error) => {
    const customer = lab.fresh();
    const browser = await lab.signIn(customer);
    const { handshake } = await waiting(customer, browser);
    const { status, json, text } = await send(browser, handshake, code);
    expect([status, json]).toMatchObject([422, { code: error, type: `urn:keyferry:${error}` }]);
    expect(text).not.toContain(code);
    expect(await lab.mailbox.takeCode({ handshake })).toBeUndefined();
  });

  test('for a short link, which has no state, is taken with any', async () => {
    const customer = lab.fresh();
    const browser = await lab.signIn(customer);
    const { handshake } = await waiting(customer, browser, SHORT_LINK);
    expect((await send(browser, handshake, `${random43()}#${random43()}`)).status).toBe(202);
  });

  test('for another handshake than the current one is not here', async () => {
    const customer = lab.fresh();
    const browser = await lab.signIn(customer);
    await waiting(customer, browser);
    const code = `${random43()}#${STATE}`;
    const other = randomUUID();
    expect((await send(browser, other, code)).status).toBe(404);
    expect((await send(await lab.signIn(lab.fresh()), other, code)).status).toBe(404);
    expect(await lab.mailbox.takeCode({ handshake: other })).toBeUndefined();
  });

  test('that nobody waits for is refused', async () => {
    const browser = await lab.signIn(lab.fresh());
    const { snapshot } = await start(browser);
    const { status, json } = await send(browser, snapshot.handshake, `${random43()}#${STATE}`);
    expect([status, json]).toMatchObject([409, { code: 'not_waiting' }]);
  });

  test('is refused after ten in a minute', async () => {
    const customer = lab.fresh();
    const browser = await lab.signIn(customer);
    const { handshake } = await waiting(customer, browser);
    const statuses = [];
    for (let tries = 0; tries < 11; tries += 1)
      statuses.push((await send(browser, handshake, `${random43()}#${STATE}`)).status);
    expect(statuses).toEqual([...Array(10).fill(202), 429]);
  });

  test.each([
    ['one that is too long', { code: 'x'.repeat(20_000) }, {}, 413, 'body_too_large'],
    ['no JSON', '{"code": ', {}, 400, 'input_invalid'],
    ['a form', 'code=x', { 'content-type': 'application/x-www-form-urlencoded' }, 400, 'input_invalid'],
    ['text', '{}', { 'content-type': 'text/plain' }, 400, 'input_invalid'],
    ['something more', { handshake: randomUUID(), code: 'x', more: 1 }, {}, 400, 'input_invalid'],
    ['squeezed JSON', '{}', { 'content-encoding': 'gzip' }, 400, 'input_invalid'],
  ])('in %s is refused without a word of what was sent', async (_what, body, headers, status, error) => {
    const browser = await lab.signIn(lab.fresh());
    const answer = await browser.post('/api/v1/handshake/code', body, headers);
    expect([answer.status, answer.json]).toMatchObject([status, { code: error, status }]);
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(answer.text).not.toContain('more');
  });
});

describe('a cancellation', () => {
  /** Takes this handshake's job as a worker does, and those that wait before it. */
  async function take(handshake: string): Promise<void> {
    const connection = new Redis(lab.redis.url, { maxRetriesPerRequest: null });
    const worker = new Worker(HANDSHAKES, undefined, { connection, prefix: 'keyferry' });
    try {
      for (let id: string | undefined; id !== handshake; ) {
        const job = await worker.getNextJob('a worker');
        if (!job) throw new Error('it is not in the queue');
        id = job.id;
      }
    } finally {
      await worker.close();
      connection.disconnect();
    }
  }

  const cancel = async (browser: Visitor, { handshake }: Snapshot) =>
    (await browser.post('/api/v1/handshake/cancel', { handshake })).status;

  test('of one in the queue takes it out at once, and another can be started', async () => {
    const customer = lab.fresh();
    const browser = await lab.signIn(customer);
    const { snapshot } = await start(browser);
    expect(await cancel(browser, snapshot)).toBe(202);
    const { handshake, startedAt } = snapshot;
    expect((await state(browser)).snapshot).toMatchObject({
      handshake,
      startedAt,
      phase: 'cancelled',
      attempt: 0,
      seq: 1,
    });
    expect(await jobsOf(customer)).toEqual([]);
    const { status, snapshot: next } = await start(browser);
    expect([status, next.handshake === handshake]).toEqual([201, false]);
  });

  test('of one that a worker has is left for the worker', async () => {
    const customer = lab.fresh();
    const browser = await lab.signIn(customer);
    const { snapshot } = await start(browser);
    await take(snapshot.handshake);
    // It has begun, and its first snapshot is not out yet.
    expect(await cancel(browser, snapshot)).toBe(202);
    expect((await state(browser)).snapshot?.phase).toBe('queued');
    expect(await lab.mailbox.isCancelled(snapshot.handshake)).toBe(true);
    await publish(customer, snapshot, { phase: 'waiting', link: fullLink() });
    expect(await cancel(browser, snapshot)).toBe(202);
    expect((await state(browser)).snapshot?.phase).toBe('waiting');
    expect((await start(browser)).status).toBe(200);
  });

  test('of one whose job is gone ends it', async () => {
    const customer = lab.fresh();
    const browser = await lab.signIn(customer);
    const snapshot = await waiting(customer, browser);
    await lab.queue.remove(snapshot.handshake);
    expect(await cancel(browser, snapshot)).toBe(202);
    expect((await state(browser)).snapshot).toMatchObject({ phase: 'cancelled', attempt: 1, seq: 4 });
  });

  test('of one that has ended changes nothing', async () => {
    const customer = lab.fresh();
    const browser = await lab.signIn(customer);
    const { snapshot } = await start(browser);
    await publish(customer, snapshot, { phase: 'expired' });
    expect(await cancel(browser, snapshot)).toBe(202);
    expect((await state(browser)).snapshot?.phase).toBe('expired');
    expect(await lab.mailbox.isCancelled(snapshot.handshake)).toBe(false);
  });

  test('of another handshake than the current one is not here', async () => {
    const browser = await lab.signIn(lab.fresh());
    await start(browser);
    expect(await cancel(browser, snapshotOf(randomUUID()))).toBe(404);
  });
});

describe('a connection', () => {
  test('is there once a handshake has connected, and stays while another one runs', async () => {
    const customer = lab.fresh();
    const browser = await lab.signIn(customer);
    const { snapshot } = await start(browser);
    const connection = {
      ...FIRST,
      profile: 'anthropic:manual' as const,
      model: 'anthropic/claude-opus-5-5',
      connectedAt: new Date().toISOString(),
      expiresAt: new Date(Date.now() + 365 * 24 * 3_600_000).toISOString(),
      tokenFingerprint: '0123456789ab',
    };
    expect((await browser.get('/api/v1/connection')).status).toBe(404);
    await (await lab.queue.getJob(snapshot.handshake))?.removeDeduplicationKey();
    await publish(customer, snapshot, { phase: 'connected', connection });
    expect((await browser.get('/api/v1/connection')).json).toEqual(connection);
    const { status } = await start(browser);
    expect(status).toBe(201);
    expect(await state(browser)).toMatchObject({ snapshot: { phase: 'queued' }, connection });
  });
});
