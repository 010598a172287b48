import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { sql } from 'kysely';
import type { Api } from '../../../api/api.ts';
import {
  consoleMessageSchema,
  type Dossier,
  dossierSchema,
  type Numbers,
  numbersSchema,
  type Rows,
  rowsSchema,
} from '../../../core/contract/console-api.ts';
import { CLOSE } from '../../../core/contract/live-messages.ts';
import { type ConsoleLab, startConsoleLab } from '../../support/console-lab.ts';
import { List, WorkerSide } from '../../support/console-scene.ts';
import type { Visitor } from '../../support/visitor.ts';

let lab: ConsoleLab;
/** Another api process, which beats fast. */
let quick: Api;
let redis: Redis;
let workers: WorkerSide;
let support: Visitor;

beforeAll(async () => {
  lab = await startConsoleLab();
  quick = await lab.another({ beatMs: 300 });
  redis = new Redis(lab.redis.url, { maxRetriesPerRequest: null });
  redis.on('error', () => {});
  workers = new WorkerSide(redis, lab.records);
  support = await lab.operator('support');
});
afterAll(async () => {
  redis?.disconnect();
  await lab?.stop();
});

async function opened(browser: Visitor): Promise<List> {
  const list = new List(browser);
  expect(await list.line.opened).toBe(101);
  await list.line.message(({ type }) => type === 'rows');
  return list;
}

/** Resolves when the api has heard of a handshake. */
async function rowOf(handshake: string): Promise<void> {
  const list = await opened(support);
  await list.row(handshake);
  list.line.socket.close();
}

async function rows(query: string): Promise<Rows> {
  const { status, json } = await support.get(`/api/v1/handshakes?${query}`);
  expect(status).toBe(200);
  return rowsSchema.parse(json);
}

test('one observer’s lists and live views, however many, shut nobody else out', async () => {
  const observer = await lab.operator('observer');
  const handshake = workers.begin(lab.fresh());
  await handshake.goes('reaching');
  await rowOf(handshake.handshake);
  for (const path of ['/api/v1/console/live', `/api/v1/console/watch/${handshake.handshake}`]) {
    // From several browsers too: it is the operator who is counted.
    const browsers = [observer, await lab.operator('observer')];
    const lines = Array.from({ length: 100 }, (_, at) => (browsers[at % 2] as Visitor).line(path));
    const statuses = await Promise.all(lines.map(({ opened: status }) => status));
    expect(statuses.filter((status) => status === 101)).toHaveLength(40);
    expect(statuses.filter((status) => status === 429)).toHaveLength(60);
    const admin = (await lab.operator('admin')).line(path);
    expect(await admin.opened).toBe(101);
    const [first] = lines.filter((_, at) => statuses[at] === 101);
    first?.socket.close();
    await first?.closed;
    expect(await observer.line(path).opened).toBe(101);
    expect(await observer.line(path).opened).toBe(429);
  }
});

describe('the list', () => {
  test('shows a handshake as soon as it begins, and moves on with it, on every process', async () => {
    const lists = [await opened(support), await opened(support.at(quick.port))];
    const customer = lab.fresh();
    const handshake = workers.begin(customer);
    await handshake.goes('reaching');
    for (const list of lists)
      expect(await list.row(handshake.handshake)).toMatchObject({ customer, phase: 'reaching', attempt: 1 });
    await handshake.goes('preparing', { versions: { claude: '2.1.330', openclaw: '2026.4.15' } });
    await handshake.goes('connected');
    for (const list of lists) {
      const row = await list.row(handshake.handshake, ({ phase }) => phase === 'connected');
      expect(row.versions).toEqual({ claude: '2.1.330', openclaw: '2026.4.15' });
      for (const message of list.line.messages)
        expect(consoleMessageSchema.safeParse(message).success).toBe(true);
      list.line.socket.close();
    }
  });

  test('begins with what there is', async () => {
    const handshake = workers.begin(lab.fresh());
    await handshake.goes('waiting');
    await (await opened(support)).row(handshake.handshake);
    const list = new List(support);
    const first = await list.line.message(({ type }) => type === 'rows');
    expect(first).toMatchObject({ type: 'rows', first: true });
    expect(JSON.stringify(first)).toContain(handshake.handshake);
  });

  test('is searched by every field, in pages, and what is no search is refused', async () => {
    const customer = lab.fresh('searched');
    const [one, two] = [workers.begin(customer), workers.begin(`${customer}-b`)];
    await one.goes('reaching');
    await one.fails();
    await two.goes('opening');
    const list = await opened(support);
    await Promise.all([list.row(one.handshake, ({ phase }) => phase === 'failed'), list.row(two.handshake)]);
    const found = async (query: string) =>
      (await rows(`customer=${customer}&${query}`)).rows.map(({ handshake }) => handshake);
    expect(await found('')).toHaveLength(2);
    expect(await found('state=active')).toEqual([two.handshake]);
    expect(await found('error=box_unreachable&state=ended')).toEqual([one.handshake]);
    expect(await found('phase=opening')).toEqual([two.handshake]);
    expect(await found('age=3600')).toEqual([]);
    expect(await found(`since=${new Date(Date.now() + 60_000).toISOString()}`)).toEqual([]);
    const first = await rows(`customer=${customer}&limit=1`);
    const second = await rows(`customer=${customer}&limit=1&before=${first.next}`);
    expect([first, second].map((page) => page.rows.length)).toEqual([1, 1]);
    expect([first, second].map((page) => page.rows[0]?.handshake).sort()).toEqual(
      [one.handshake, two.handshake].sort(),
    );
    expect(second).not.toHaveProperty('next');
    for (const query of ['phase=sleeping', 'limit=0', 'customer=%00', 'secret=1', 'before=x'])
      expect((await support.get(`/api/v1/handshakes?${query}`)).json).toMatchObject({
        code: 'input_invalid',
      });
  });

  test('finds a failure that the customer is looking at', async () => {
    const customer = lab.fresh();
    const list = await opened(support);
    const handshake = workers.begin(customer);
    await handshake.goes('reaching');
    await handshake.fails();
    await list.row(handshake.handshake, ({ phase }) => phase === 'failed');
    expect((await rows(`customer=${customer}&state=stuck`)).rows).toEqual([]);
    // At the other process.
    const page = await lab.signIn(customer, { api: quick });
    expect(await page.live().opened).toBe(101);
    const row = await list.row(handshake.handshake, ({ stuck }) => stuck !== undefined);
    expect(row).toMatchObject({ stuck: 'failed-on-page', onPage: true, error: { code: 'box_unreachable' } });
    expect((await rows(`customer=${customer}&state=stuck`)).rows).toHaveLength(1);
    const left = await redis.pttl(`keyferry:on-page:${customer}`);
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(75_000);
  });

  test('is for operators who are signed in, at the console, from its own page', async () => {
    expect(await new List(lab.console()).line.opened).toBe(401);
    const elsewhere = support.line('/api/v1/console/live', { origin: 'https://evil.example' });
    expect(await elsewhere.opened).toBe(403);
    expect(await support.line('/api/v1/console/live', { origin: undefined }).opened).toBe(403);
    const customer = await lab.signIn(lab.fresh());
    expect(await customer.line('/api/v1/console/live').opened).toBe(404);
    for (const path of ['/api/v1/handshakes', '/api/v1/numbers'])
      expect((await customer.get(path)).status).toBe(404);
  });

  test('ends at once when its operator signs out, also at another process', async () => {
    const leaver = await lab.operator('observer');
    const list = await opened(leaver.at(quick.port));
    expect((await leaver.post('/api/v1/sign-out')).status).toBe(204);
    expect(await list.line.closed).toBe(CLOSE.signedOut);
  });
});

describe('one handshake', () => {
  test('is told whole: attempts, screens, what is usual, the ones before', async () => {
    const customer = lab.fresh();
    const before = workers.begin(customer);
    await before.goes('reaching');
    await before.goes('cancelled');
    const handshake = workers.begin(customer);
    await handshake.goes('reaching');
    const error = {
      code: 'box_unreachable' as const,
      phase: 'reaching' as const,
      screen: 'the last\nscreen',
    };
    await handshake.goes('queued', { error });
    handshake.again(2);
    await handshake.goes('reaching');
    const list = await opened(support);
    await list.row(handshake.handshake, ({ attempt }) => attempt === 2);
    const { status, json } = await support.get(`/api/v1/handshakes/${handshake.handshake}`);
    expect(status).toBe(200);
    const dossier: Dossier = dossierSchema.parse(json);
    expect(dossier).toMatchObject({ row: { phase: 'reaching', attempt: 2 }, recordings: [] });
    expect(dossier.record.attempts.map(({ attempt }) => attempt)).toEqual([1, 2]);
    expect(dossier.record.attempts[0]?.error?.screen).toBe('the last\nscreen');
    expect(dossier.before.map((row) => row.handshake)).toEqual([before.handshake]);
    // What the list is told carries no screens.
    expect(JSON.stringify(list.line.messages)).not.toContain('the last');
  });

  test('with a last screen is written down as seen, once a minute and operator, before it goes out', async () => {
    const customer = lab.fresh();
    const handshake = workers.begin(customer);
    const dossierFor = async (browser: Visitor): Promise<Dossier> =>
      dossierSchema.parse((await browser.get(`/api/v1/handshakes/${handshake.handshake}`)).json);
    await handshake.goes('reaching');
    expect((await dossierFor(support)).watched).toEqual([]);
    const error = { code: 'box_unreachable' as const, phase: 'reaching' as const, screen: 'the last screen' };
    await handshake.goes('failed', { error });
    const seen = { action: 'see', outcome: 'done', customer, detail: 'the last screen', from: '127.0.0.1' };
    const first = await dossierFor(support);
    expect(first.watched).toMatchObject([{ ...seen, who: 'olga-support', role: 'support' }]);
    const both = await Promise.all([dossierFor(support), dossierFor(support.at(quick.port))]);
    for (const { watched } of both) expect(watched).toEqual(first.watched);
    const observer = await lab.operator('observer');
    expect((await dossierFor(observer)).watched).toMatchObject([
      { who: 'olga-observer' },
      { who: 'olga-support' },
    ]);
    const key = `keyferry:audit-once:screen:olga-support:${handshake.handshake}`;
    const left = await redis.ttl(key);
    expect([left > 30, left <= 60]).toEqual([true, true]);
    // After the minute.
    await redis.del(key);
    await dossierFor(support);
    const audit = lab.audit;
    expect(await audit.search({ handshake: handshake.handshake, who: 'olga-support' }, 9)).toHaveLength(2);
  });

  test('whose last screen cannot be written down does not go out', async () => {
    const handshake = workers.begin(lab.fresh());
    const error = {
      code: 'box_unreachable' as const,
      phase: 'reaching' as const,
      screen: 'an unseen screen',
    };
    await handshake.goes('failed', { error });
    await sql`alter function audit_append(jsonb) rename to audit_append_aside`.execute(lab.database);
    try {
      for (let tries = 0; tries < 2; tries += 1) {
        const { status, text } = await support.get(`/api/v1/handshakes/${handshake.handshake}`);
        expect([status >= 500, text.includes('an unseen screen')]).toEqual([true, false]);
      }
    } finally {
      await sql`alter function audit_append_aside(jsonb) rename to audit_append`.execute(lab.database);
    }
  });

  test.each(['nobody-has-this', 'x', '%00', 'a'.repeat(200)])(
    'that is not there is not: %s',
    async (name) => {
      expect((await support.get(`/api/v1/handshakes/${name}`)).status).toBe(404);
    },
  );
});

test('numbers say how handshakes do', async () => {
  const handshake = workers.begin(lab.fresh());
  await handshake.goes('reaching');
  await handshake.goes('preparing', { versions: { claude: '9.9.9' } });
  await handshake.fails();
  await (await opened(support)).row(handshake.handshake, ({ phase }) => phase === 'failed');
  const { status, json } = await support.get('/api/v1/numbers');
  const numbers: Numbers = numbersSchema.parse(json);
  expect(status).toBe(200);
  expect(numbers.ended?.claude).toContainEqual({
    version: '9.9.9',
    connected: 0,
    cancelled: 0,
    expired: 0,
    failed: { box_unreachable: 1 },
  });
  expect(numbers.ended?.lastDay.failed.box_unreachable).toBeGreaterThan(0);
  expect(numbers.phases.reaching?.count).toBeGreaterThan(0);
});

test('what happened while Redis was away is made good when it is back, and consoles are told meanwhile', async () => {
  const list = await opened(support);
  const handshake = workers.begin(lab.fresh());
  await handshake.goes('reaching');
  await list.row(handshake.handshake);
  await lab.redis.halt();
  expect(await list.line.message(({ type }) => type === 'service')).toMatchObject({ available: false });
  await lab.redis.resume();
  // Written while the api's lines are still coming back, and told to nobody.
  const direct = new Redis(lab.redis.url);
  const attempt = JSON.parse((await direct.hget(`keyferry:record:${handshake.handshake}`, '1')) ?? '');
  attempt.timeline.push({ phase: 'waiting', at: new Date().toISOString() });
  await direct.hset(`keyferry:record:${handshake.handshake}`, '1', JSON.stringify(attempt));
  // On a busy machine they may have been back before that, and have looked: then they are cut, and look again.
  await direct.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
  direct.disconnect();
  await list.row(handshake.handshake, ({ phase }) => phase === 'waiting');
  expect(list.line.socket.readyState).toBe(list.line.socket.OPEN);
  const metrics = await lab.console(lab.api.healthPort).get('/metrics');
  expect(metrics.text).toMatch(/keyferry_console_sockets \d/);
  expect(metrics.text).toMatch(
    /keyferry_operator_requests_total\{route="\/api\/v1\/handshakes",status="200"\}/,
  );
});
