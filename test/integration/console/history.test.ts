import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import {
  type Dossier,
  doctorReportsSchema,
  dossierSchema,
  type Numbers,
  numbersSchema,
  type Rows,
  rowsSchema,
} from '../../../core/contract/console-api.ts';
import type { ReleaseVerdict } from '../../../core/contract/releases.ts';
import { supportCode } from '../../../core/contract/support-code.ts';
import { writeDoctorReport } from '../../../core/store/doctor-reports.ts';
import { recordOutcome } from '../../../core/store/outcomes.ts';
import { recordRelease } from '../../../core/store/releases.ts';
import { type LabPostgres, startPostgres } from '../../../lab/postgres.ts';
import { type ConsoleLab, startConsoleLab } from '../../support/console-lab.ts';
import { List, type RecordedHandshake, WorkerSide } from '../../support/console-scene.ts';
import { until } from '../../support/redis-system.ts';
import type { Visitor } from '../../support/visitor.ts';

let postgres: LabPostgres;
let lab: ConsoleLab;
let redis: Redis;
let workers: WorkerSide;
let support: Visitor;

beforeAll(async () => {
  postgres = await startPostgres();
  lab = await startConsoleLab({ environment: { DATABASE_URL: await postgres.database() } });
  redis = new Redis(lab.redis.url, { maxRetriesPerRequest: null });
  workers = new WorkerSide(redis, lab.records);
  await until(async () => (await lab.console(lab.api.healthPort).get('/readyz')).status === 200);
  support = await lab.operator('support');
  // From then on the tables are there, and have been asked.
  await until(async () => !(await rows('')).missing);
});
afterAll(async () => {
  redis?.disconnect();
  await lab?.stop();
  await postgres?.stop();
});

const SCREEN = 'the last\nscreen';
const ERROR = { code: 'box_unreachable' as const, phase: 'reaching' as const, screen: SCREEN };

/** A handshake that ended so long ago that Redis has forgotten it. */
async function old(customer: string, daysAgo = 3): Promise<RecordedHandshake> {
  const handshake = workers.begin(customer);
  const time = new Date(Date.now() - daysAgo * 24 * 60 * 60_000);
  handshake.head.startedAt = time.toISOString();
  await handshake.goes('reaching', {}, time);
  await handshake.goes('failed', { error: ERROR }, new Date(time.getTime() + 2_000));
  await redis.del(`keyferry:record:${handshake.handshake}`);
  await redis.zrem('keyferry:records', handshake.handshake);
  return handshake;
}

async function answer<T>(schema: { parse(json: unknown): T }, path: string, at = support): Promise<T> {
  const { status, json } = await at.get(`/api/v1/${path}`);
  expect(status).toBe(200);
  return schema.parse(json);
}
const rows = (query: string, at = support): Promise<Rows> => answer(rowsSchema, `handshakes?${query}`, at);
const numbers = (): Promise<Numbers> => answer(numbersSchema, 'numbers');
const dossier = (handshake: string): Promise<Dossier> => answer(dossierSchema, `handshakes/${handshake}`);
const idsOf = ({ rows: found }: Rows) => found.map(({ handshake }) => handshake);

/** Another process, that has begun after all of this. */
async function later(): Promise<Visitor> {
  const another = await lab.another();
  return lab.operator('support', another.port);
}

test('a handshake that Redis has forgotten is in the list, in its place, on a process that has never heard of it', async () => {
  const customer = lab.fresh();
  const all = [await old(customer, 5), await old(customer, 4), await old(customer, 3)];
  const live = workers.begin(customer);
  await live.goes('waiting');
  const wanted = [live, ...all.toReversed()].map(({ handshake }) => handshake);
  const browser = await later();
  await until(async () => (await rows(`of=${customer}`, browser)).rows.length === 4);
  expect(idsOf(await rows(`of=${customer}`, browser))).toEqual(wanted);
  const first = await rows(`of=${customer}&limit=2`, browser);
  const second = await rows(`of=${customer}&limit=2&before=${first.next}`, browser);
  expect([...idsOf(first), ...idsOf(second)]).toEqual(wanted);
  expect(second).not.toHaveProperty('next');
  const since = new Date(Date.now() - 4.5 * 24 * 60 * 60_000).toISOString();
  expect(idsOf(await rows(`of=${customer}&state=ended&since=${since}`, browser))).toEqual(wanted.slice(1, 3));
});

test('a handshake is found by its support code, by its id and by the platform’s reference', async () => {
  const handshake = workers.begin(lab.fresh());
  handshake.head.reference = `Ticket ${handshake.handshake.slice(-6)}`;
  await handshake.goes('failed', { error: ERROR }, new Date(Date.now() - 60_000));
  await redis.del(`keyferry:record:${handshake.handshake}`);
  await old(lab.fresh());
  const code = supportCode(handshake.handshake) ?? '';
  const browser = await later();
  for (const text of [
    code,
    `${code.slice(0, 4)}-${code.slice(4)}`.toLowerCase(),
    handshake.handshake,
    handshake.head.reference,
  ])
    expect([text, idsOf(await rows(`customer=${encodeURIComponent(text)}`, browser))]).toEqual([
      text,
      [handshake.handshake],
    ]);
  expect((await dossier(handshake.handshake)).record.reference).toBe(handshake.head.reference);
});

test('the code of a connect link that was over leads to whose it was', async () => {
  const customer = lab.fresh();
  const code = supportCode(randomUUID()) ?? '';
  await redis.set(`keyferry:quoted:${code}`, customer);
  expect(await rows(`customer=${code.toLowerCase()}`)).toMatchObject({ rows: [], quoted: customer });
});

test('its page shows everything, and that its last screen was seen is written down', async () => {
  const customer = lab.fresh();
  const [one, other] = [await old(customer, 2), await old(customer, 9)];
  const found = await dossier(one.handshake);
  expect(found.row).toMatchObject({ phase: 'failed', error: { code: 'box_unreachable' } });
  expect(found.record.attempts[0]?.error?.screen).toBe(SCREEN);
  expect(found.before.map(({ handshake }) => handshake)).toEqual([other.handshake]);
  expect(found.watched).toMatchObject([{ action: 'see', detail: 'the last screen', customer }]);
  const diagnostics = await support.get(`/api/v1/handshakes/${one.handshake}/diagnostics`);
  expect([diagnostics.status, diagnostics.text.includes(SCREEN)]).toEqual([200, true]);
});

test('the doctor’s reports on a customer’s box are listed, newest first', async () => {
  const customer = lab.fresh();
  const entries = [1, 2].map((minute) => ({
    run: randomUUID(),
    customer,
    box: 'default',
    at: new Date(Date.UTC(2026, 10, 1, 0, minute)).toISOString(),
    report: { verdict: 'ok' as const, tookMs: 1, findings: [] },
  }));
  for (const entry of entries) await writeDoctorReport(lab.database, entry);
  const { reports } = await answer(doctorReportsSchema, `customers/${customer}/doctor`);
  expect(reports).toEqual(entries.map(({ customer: _, ...shown }) => shown).toReversed());
});

test('the numbers have the releases that were tried, the newest first', async () => {
  const release = (version: string, hour: number, verdict: ReleaseVerdict) => ({
    program: 'openclaw' as const,
    version,
    verdict,
    at: new Date(Date.UTC(2026, 10, 29, hour)).toISOString(),
    widths: [40, 80, 400],
    failedAt: [],
    summary: 'It connects at 40, 80 and 400 columns. Other than in 2026.9.6: the end.',
  });
  const all = [release('2026.9.7', 8, 'drift'), release('2026.9.8', 9, 'green')];
  for (const each of all) await recordRelease(lab.database, { ...each, moved: [] });
  expect((await numbers()).releases).toEqual(all.toReversed());
});

test('the numbers have how often what was brought was accepted, and the cases there are', async () => {
  const customer = lab.fresh();
  const { head } = await old(customer, 1);
  const at = new Date().toISOString();
  await lab.database.transaction().execute((transaction) =>
    recordOutcome(transaction, {
      ...{ handshake: randomUUID(), customer, provider: 'openai', method: 'api-key', requestedAt: at },
      ...{ attempt: 1, phase: 'failed', at, error: 'key_rejected' },
    }),
  );
  const { ended, incidents } = await numbers();
  expect(ended?.credentials).toContainEqual(
    expect.objectContaining({
      provider: head.provider,
      method: head.method,
      failed: { box_unreachable: expect.any(Number) },
    }),
  );
  expect(incidents?.find(({ kind }) => kind === 'handshake')?.openedInDay).toBeGreaterThan(0);
});

test('the screen is sealed in Redis, too, while the handshake is there', async () => {
  const handshake = workers.begin(lab.fresh());
  await handshake.goes('failed', { error: ERROR });
  const fields = await redis.hgetall(`keyferry:record:${handshake.handshake}`);
  expect(JSON.stringify(fields)).not.toContain('the last');
  expect((await dossier(handshake.handshake)).record.attempts[0]?.error?.screen).toBe(SCREEN);
});

test('a process that has begun since knows from the record how long phases usually take', async () => {
  const handshake = await old(lab.fresh(), 1);
  const again = workers.begin(handshake.head.customer);
  again.head.startedAt = new Date(Date.now() - 2 * 24 * 60 * 60_000).toISOString();
  await again.goes('installing');
  await again.goes('proving');
  await again.goes('connected');
  await redis.del(`keyferry:record:${again.handshake}`);
  const browser = await later();
  await until(async () => {
    const { phases } = await answer(numbersSchema, 'numbers', browser);
    return phases.installing !== undefined;
  });
});

describe('while the database is away', () => {
  test('what is under way is shown and goes on, what is missing is said, and all is there when it is back', async () => {
    const customer = lab.fresh();
    const before = await old(customer);
    const lines = new List(support);
    expect(await lines.line.opened).toBe(101);
    const live = workers.begin(customer);
    await live.goes('reaching');
    await lines.row(live.handshake);
    await postgres.halt('SIGKILL');
    try {
      const list = await rows(`of=${customer}`);
      // The newest of those that have ended are known without it.
      expect([idsOf(list), list.missing]).toEqual([
        [live.handshake, before.handshake],
        'history_unavailable',
      ]);
      const count = await numbers();
      expect(count).toMatchObject({
        active: { reaching: expect.any(Number) },
        missing: 'history_unavailable',
      });
      expect(count).not.toHaveProperty('ended');
      expect(await dossier(live.handshake)).toMatchObject({ missing: 'history_unavailable' });
      // Whoever sees a last screen is written down; that cannot be done now.
      const failed = workers.begin(lab.fresh());
      await failed.goes('failed', { error: ERROR });
      const page = await support.get(`/api/v1/handshakes/${failed.handshake}`);
      expect([page.status, page.text.includes('the last')]).toEqual([200, false]);
      expect(page.json).toMatchObject({ row: { error: { code: 'box_unreachable' } }, watched: [] });
      const doctor = await support.get(`/api/v1/customers/${customer}/doctor`);
      expect([doctor.status, doctor.json]).toMatchObject([503, { code: 'history_unavailable' }]);
      const gone = await support.get(`/api/v1/handshakes/${before.handshake}`);
      expect([gone.status, gone.json]).toMatchObject([503, { code: 'history_unavailable' }]);
      await live.goes('connected');
      await lines.row(live.handshake, ({ phase }) => phase === 'connected');
      // A customer begins meanwhile.
      const browser = await lab.signIn(lab.fresh());
      const started = await browser.post('/api/v1/handshake');
      expect(started.status).toBe(201);
    } finally {
      await postgres.resume();
    }
    await until(async () => !(await rows(`of=${customer}`)).missing);
    expect(idsOf(await rows(`of=${customer}`))).toEqual([live.handshake, before.handshake]);
    expect(await numbers()).toHaveProperty('ended');
  });

  test('a silent one is waited for once, and not by everybody who asks', async () => {
    const live = workers.begin(lab.fresh());
    await live.goes('waiting');
    postgres.freeze();
    try {
      expect(await rows('')).toMatchObject({ missing: 'history_unavailable' });
      const all = await Promise.all(Array.from({ length: 20 }, () => rows('')));
      for (const each of all) expect(each.missing).toBe('history_unavailable');
      expect(all[0]?.rows.length).toBeGreaterThan(0);
    } finally {
      postgres.thaw();
    }
    await until(async () => !(await rows('')).missing);
  });
});
