import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { sql } from 'kysely';
import {
  caseFileSchema,
  caseGroupsSchema,
  caseHistorySchema,
  caseListSchema,
} from '../../../core/contract/cases.ts';
import type { Session } from '../../../core/contract/http-api.ts';
import { DISCONNECTS } from '../../../core/contract/jobs.ts';
import { may, ROLES } from '../../../core/contract/operators.ts';
import {
  manyReRunSchema,
  manyReRunsSchema,
  reRunCasesSchema,
  reRunPlanSchema,
} from '../../../core/contract/re-runs.ts';
import { foundSchema } from '../../../core/contract/search.ts';
import { supportCode } from '../../../core/contract/support-code.ts';
import { Customers } from '../../../core/store/customers.ts';
import { recordRemovalFailed } from '../../../core/store/disconnected.ts';
import { type Outcome, recordOutcome } from '../../../core/store/outcomes.ts';
import { ReRuns } from '../../../core/store/re-runs.ts';
import { BASE, connectLink } from '../../support/api-lab.ts';
import { recordedConnection } from '../../support/connected.ts';
import { type ConsoleLab, startConsoleLab } from '../../support/console-lab.ts';
import { RecordedHandshake } from '../../support/console-scene.ts';
import { handOver } from '../../support/hand-over.ts';
import { PlatformServer } from '../../support/platform.ts';
import { until } from '../../support/redis-system.ts';
import type { Visitor } from '../../support/visitor.ts';

let lab: ConsoleLab;
let platform: PlatformServer;
const as = {} as Record<(typeof ROLES)[number], Visitor>;

beforeAll(async () => {
  lab = await startConsoleLab({ reRunsMs: 50 });
  platform = new PlatformServer(lab);
  for (const role of ROLES) as[role] = await lab.operator(role);
});
afterAll(() => lab?.stop());

/** A customer whose handshake has failed. Returns the case. */
async function failed(
  customer = lab.fresh(),
  { error = 'box_unreachable', method = 'setup-token', box, handshake = randomUUID() }: Partial<Outcome> = {},
): Promise<{ id: string; customer: string }> {
  const at = new Date().toISOString();
  const provider = method === 'api-key' ? 'openai' : 'anthropic';
  const outcome = {
    handshake,
    customer,
    provider,
    method,
    requestedAt: at,
    attempt: 1,
    at,
    error,
    box,
  };
  await lab.database
    .transaction()
    .execute((tx) => recordOutcome(tx, { ...outcome, phase: 'failed' } as Outcome));
  const row = await lab.database
    .selectFrom('cases')
    .select(['id', 'customer'])
    .where('customer', '=', customer)
    .executeTakeFirstOrThrow();
  return row;
}
const file = async (id: string) => caseFileSchema.parse((await as.observer.get(`/api/v1/cases/${id}`)).json);
const audited = async (customer: string) =>
  (await lab.audit.search({ actor: 'operator', customer }, 20)).map(({ action, detail }) => [action, detail]);

describe('by role', () => {
  const table = ROLES.flatMap((role) =>
    (
      [
        ['case-change', 'cases/change', { change: { to: 'resolved' } }, 200],
        ['case-note', 'cases/:case/notes', { text: 'Called them.' }, 204],
        ['re-run', 're-runs', {}, 202],
        ['connect-link', 'customers/:customer/connect-link', undefined, 201],
      ] as const
    ).map(([action, path, body, status]) => ({ role, action, path, body, status })),
  );
  test.each(table)('$role, $action', async ({ role, action, path, body, status }) => {
    const { id, customer } = await failed();
    const at = path.replace(':case', id).replace(':customer', customer);
    const isMany = action === 'case-change' || action === 're-run';
    const sent = isMany ? { ...body, of: { cases: [id] } } : (body ?? {});
    const answer = await as[role].post(`/api/v1/${at}`, sent);
    if (!may(role, action)) {
      expect([answer.status, answer.json]).toMatchObject([403, { code: 'role_refused' }]);
      expect(await audited(customer)).toEqual([]);
      return;
    }
    expect(answer.status).toBe(status);
    expect((await audited(customer)).map(([what]) => what)).toEqual([action]);
  });
});

describe('cases', () => {
  test('are listed with their groups, changed by cause, and each has an entry in the audit log', async () => {
    const error = 'disk_full';
    const [one, two] = [await failed(undefined, { error }), await failed(undefined, { error })];
    const cause = `handshake:${error}`;
    const listed = async (query: string) =>
      caseListSchema.parse((await as.support.get(`/api/v1/cases?${query}`)).json).cases;
    expect((await listed(`cause=${cause}`)).map(({ id }) => id).toSorted()).toEqual(
      [one.id, two.id].toSorted(),
    );
    const groups = caseGroupsSchema.parse((await as.support.get(`/api/v1/case-groups?cause=${cause}`)).json);
    expect(groups.groups).toMatchObject([{ cause, count: 2, error }]);
    const change = async (to: object) =>
      (await as.support.post('/api/v1/cases/change', { of: { cause }, change: to })).json;
    expect(await change({ to: 'assigned', assignee: 'sam' })).toEqual({ changed: 2 });
    expect(await listed(`cause=${cause}&assignee=sam`)).toHaveLength(2);
    const until = new Date(Date.now() + 60_000).toISOString();
    expect(await change({ to: 'snoozed', until })).toEqual({ changed: 2 });
    expect(await listed(`cause=${cause}&state=open`)).toEqual([]);
    expect(await change({ to: 'open' })).toEqual({ changed: 2 });
    expect(await change({ to: 'resolved', note: 'Disks are bigger now.' })).toEqual({ changed: 2 });
    expect(await file(one.id)).toMatchObject({
      state: 'resolved',
      resolvedBy: `operator:${lab.operators.support.name}`,
      resolution: 'Disks are bigger now.',
    });
    expect(await audited(one.customer)).toEqual(
      ['resolved', 'open', `snoozed until ${until}`, 'assigned to sam'].map((words) => [
        'case-change',
        `${words}: case ${one.id}`,
      ]),
    );
  });

  test.each([
    'state=lost',
    'cause=made-up',
    'assignee=%3Cb%3E',
    'q=%00',
    'cursor=made-up',
    'since=yesterday',
    'since=0000-01-01T00:00:00Z',
    `until=2026-11-30T00:00:00.${'0'.repeat(40)}Z`,
    'limit=501',
    'else=1',
  ])('?%s is refused', async (query) => {
    const { status, json } = await as.support.get(`/api/v1/cases?${query}`);
    expect([status, json]).toMatchObject([400, { code: 'input_invalid' }]);
  });

  test('what has happened to a case comes in pages, for the platform, too; of its notes alone where that is asked', async () => {
    const { id } = await failed();
    for (const text of ['one', 'two']) await as.support.post(`/api/v1/cases/${id}/notes`, { text });
    await sql`insert into case_entries ("case", at, who, deed, text)
      select ${id}, now(), 'system', 'changed', n::text from generate_series(1, 120) n`.execute(lab.database);
    const { history, notes, earlier } = await file(id);
    expect([history.length, history.at(-1)?.text, notes]).toEqual([50, '120', 2]);
    const path = `/api/v1/cases/${id}/history`;
    const texts: unknown[] = history.map(({ text }) => text).reverse();
    for (let cursor = earlier; cursor !== undefined; ) {
      const page = caseHistorySchema.parse((await as.observer.get(`${path}?cursor=${cursor}`)).json);
      texts.push(...page.entries.map(({ text }) => text));
      cursor = page.next;
    }
    expect(texts.slice(0, 122)).toEqual([
      ...Array.from({ length: 120 }, (_, n) => `${120 - n}`),
      ...['two', 'one'],
    ]);
    const alone = caseHistorySchema.parse((await as.observer.get(`${path}?notes=true`)).json);
    expect(alone.entries.map(({ text }) => text)).toEqual(['two', 'one']);
    const first = (await platform.ask('GET', `${path}?limit=100`)).json as Record<string, unknown[]>;
    const rest = (await platform.ask('GET', `${path}?limit=100&cursor=${first.nextCursor}`))
      .json as typeof first;
    expect([...(first.items ?? []), ...(rest.items ?? [])]).toMatchObject(texts.map((text) => ({ text })));
    expect(rest.nextCursor).toBeNull();
    expect((await platform.ask('GET', `${path}?cursor=other`)).status).toBe(400);
    expect((await as.observer.get(`/api/v1/cases/${randomUUID()}/history`)).status).toBe(404);
  });

  test('a note that holds a secret of a provider is refused, and nothing of one is in the audit log', async () => {
    const { id, customer } = await failed();
    const key = `sk-ant-api03-${'k'.repeat(80)}`;
    const refused = await as.support.post(`/api/v1/cases/${id}/notes`, { text: `their key is ${key}` });
    expect([refused.status, refused.json]).toMatchObject([400, { code: 'input_invalid' }]);
    expect(JSON.stringify(refused.json)).not.toContain(key);
    await as.support.post(`/api/v1/cases/${id}/notes`, { text: ' <b>Called</b> \u202eback ' });
    expect((await file(id)).history.at(-1)).toMatchObject({ deed: 'note', text: '<b>Called</b> \u202eback' });
    expect(JSON.stringify(await audited(customer))).not.toContain('Called');
    expect(lab.logged()).not.toContain(key);
  });

  test('nothing is snoozed to a time that is past, or too far away', async () => {
    const { id } = await failed();
    const tomorrow = new Date(Date.now() + 24 * 60 * 60_000).toISOString();
    const long = tomorrow.replace('Z', `${'0'.repeat(2_000)}Z`);
    for (const until of ['2020-01-01T00:00:00.000Z', '2999-01-01T00:00:00.000Z', long]) {
      const of = { cases: [id] };
      const { status } = await as.support.post('/api/v1/cases/change', {
        of,
        change: { to: 'snoozed', until },
      });
      expect(status).toBe(400);
    }
  });

  test('as a file have no cell that a spreadsheet would run, whatever customers are called', async () => {
    const names = { formula: '=cmd|calc!A1', rtl: 'شركة الأمل', emoji: '🦊 & Söhne', tab: '\t=1+1' };
    const customer = 'a'.repeat(63);
    for (const [which, displayName] of Object.entries({ ...names, long: 'Long' })) {
      const slug = which === 'long' ? customer : lab.fresh(which);
      await failed(slug, { error: 'home_unwritable' });
      await new Customers(lab.database).put(slug, { displayName });
    }
    const { text, headers } = await as.support.get('/api/v1/case-export?error=home_unwritable');
    expect(headers['content-type']).toBe('text/csv; charset=utf-8');
    const lines = text.split('\r\n').slice(1, -1);
    expect(lines).toHaveLength(5);
    expect(text).toContain(`,'=cmd|calc!A1,`);
    expect(text).toContain(names.rtl);
    expect(text).toContain(names.emoji);
    expect(text).toContain(customer);
    for (const line of lines)
      for (const cell of line.split(',')) expect(cell.replace(/^"/, '')).not.toMatch(/^[=+\-@\t]/);
  });
});

describe('a re-run of many', () => {
  const plan = async (of: object) =>
    reRunPlanSchema.parse((await as.support.post('/api/v1/re-runs/plan', { of })).json);
  const begin = async (of: object) =>
    manyReRunSchema.parse((await as.support.post('/api/v1/re-runs', { of })).json).id;
  const run = async (id: string) =>
    reRunCasesSchema.parse((await as.observer.get(`/api/v1/re-runs/${id}`)).json);
  /** Workers take what waits. */
  async function drain() {
    for (const job of await lab.queue.getWaiting()) await lab.queue.remove(job.id as string);
  }

  test('says first what will happen: whose page is closed, who has to bring a key', async () => {
    const error = 'node_unfit';
    const [closed, open] = [await failed(undefined, { error }), await failed(undefined, { error })];
    await failed(undefined, { error, method: 'api-key' });
    const page = (await lab.signIn(open.customer)).live();
    expect(await page.opened).toBe(101);
    await until(async () => (await plan({ cases: [open.id] })).onPage === 1);
    expect(await plan({ cause: `handshake:${error}` })).toEqual({
      ...{ total: 3, starts: 2, onPage: 1, looks: 0, removals: 0, needsKey: 1, over: 0 },
      closed: [closed.customer],
    });
  });

  test('of a removal that has failed asks for it again', async () => {
    const customer = lab.fresh();
    const connection = await recordedConnection(lab.database, lab.snapshots, customer);
    const entry = { customer, connection, error: 'openclaw_failed', at: new Date().toISOString() } as const;
    await lab.database.transaction().execute((tx) => recordRemovalFailed(tx, entry));
    const of = { cause: 'removal:openclaw_failed' };
    expect(await plan(of)).toMatchObject({ total: 1, starts: 0, looks: 0, removals: 1, closed: [] });
    const mine = await begin(of);
    await until(async () => (await run(mine)).state === 'done');
    expect((await run(mine)).cases).toMatchObject([{ customer, state: 'started' }]);
    const redis = new Redis(lab.redis.url, { maxRetriesPerRequest: null });
    const queue = new Queue(DISCONNECTS, { connection: redis, prefix: 'keyferry' });
    const job = await queue.getJob(connection);
    await queue.close();
    redis.disconnect();
    expect(job?.data).toMatchObject({
      customer,
      connection,
      requestedBy: `operator:${lab.operators.support.name}`,
    });
  });

  test('counts customers, who have one handshake at a time, and leaves alone what they are at already', async () => {
    const error = 'account_expired';
    const { id, customer } = await failed(undefined, { error });
    await failed(customer, { error, box: 'second' });
    expect(await plan({ cause: `handshake:${error}` })).toMatchObject({
      total: 2,
      starts: 1,
      closed: [customer],
    });
    const theirs = (await (await lab.signIn(customer)).post('/api/v1/handshake')).json as {
      handshake: string;
    };
    const mine = await begin({ cases: [id] });
    await until(async () => (await run(mine)).state === 'done');
    expect((await run(mine)).cases).toMatchObject([{ state: 'passed', handshake: null }]);
    expect(theirs.handshake).toBeDefined();
    await drain();
  });

  test('of what was to be beside another one has its name, and is beside that again; what works is not replaced', async () => {
    const [beside, lost] = [lab.fresh(), lab.fresh()];
    for (const customer of [beside, lost]) await recordedConnection(lab.database, lab.snapshots, customer);
    const wanted = { label: 'Second', another: true, provider: 'anthropic', method: 'setup-token' };
    const browser = await lab.signIn(beside);
    const { handshake } = (await browser.post('/api/v1/handshake', wanted)).json as { handshake: string };
    // A worker has had it.
    await lab.queue.removeDeduplicationKey(beside);
    const jobOf = async (customer: string, of: string) => {
      const { id } = await failed(customer, { error: 'store_unreadable', handshake: of });
      const mine = await begin({ cases: [id] });
      await until(async () => (await run(mine)).state === 'done');
      const [started] = (await run(mine)).cases;
      return (await lab.queue.getJob(started?.handshake ?? ''))?.data;
    };
    const again = await jobOf(beside, handshake);
    expect(again).toMatchObject({ label: 'Second', another: true });
    expect(again).not.toHaveProperty('replaces');
    expect(await jobOf(lost, randomUUID())).not.toHaveProperty('replaces');
    await drain();
  });

  test('starts each once, in the name of who asked, also by two apis; the case says so', async () => {
    const error = 'claude_unfit';
    const many = [];
    for (let index = 0; index < 12; index += 1) many.push(await failed(undefined, { error }));
    const second = await lab.another({ reRunsMs: 50 });
    const id = await begin({ cause: `handshake:${error}` });
    await until(async () => {
      await drain();
      return (await run(id)).state === 'done';
    });
    await second.close();
    const ended = await run(id);
    expect(ended).toMatchObject({ total: 12, started: 12, failed: 0, waiting: 0 });
    expect(new Set(ended.cases.map(({ handshake }) => handshake)).size).toBe(12);
    const [first] = many;
    const mine = ended.cases.find((each) => each.case === first?.id);
    expect((await file(first?.id ?? '')).history.at(-1)).toMatchObject({
      deed: 're-run',
      text: mine?.handshake,
      who: `operator:${lab.operators.support.name}`,
    });
  });

  test('of what was taken by an api that has died is gone on with, and starts no second handshake', async () => {
    const { id } = await failed();
    const mine = await begin({ cases: [id] });
    await until(async () => {
      await drain();
      return (await run(mine)).state === 'done';
    });
    const [{ handshake } = { handshake: null }] = (await run(mine)).cases;
    expect(handshake).not.toBeNull();
    await lab.database
      .updateTable('re_runs')
      .set({ state: 'running', ended_at: null })
      .where('id', '=', mine)
      .execute();
    await lab.database
      .updateTable('re_run_cases')
      .set({ state: 'starting', leased_until: new Date(0) })
      .where('run', '=', mine)
      .execute();
    await until(async () => (await run(mine)).state === 'done');
    expect((await run(mine)).cases).toMatchObject([{ state: 'started', handshake }]);
  });

  /** As a dump has it: running, and nobody was at it since. */
  const comesBack = (run: string, id: string) =>
    lab.database.transaction().execute(async (transaction) => {
      const at = new Date(Date.now() - 24 * 60 * 60_000);
      await transaction
        .insertInto('re_runs')
        .values({ id: run, asked_by: 'operator:sam', about: '1 case', started_at: at, led_at: at })
        .execute();
      await transaction.insertInto('re_run_cases').values({ run, case: id, customer: 'restored' }).execute();
    });

  test('that comes back with a backup between the look of an api and its work is not gone on with, either', async () => {
    const { id } = await failed(undefined, { error: 'other_credential_first' });
    const mine = randomUUID();
    await comesBack(mine, id);
    expect(await new ReRuns(lab.database).take(mine, 5)).toBeUndefined();
    await until(async () => (await run(mine)).state === 'stopped');
    expect((await run(mine)).waiting).toBe(1);
  });

  test('that comes back with a backup is not gone on with: nothing is started, and it says why', async () => {
    const { id } = await failed(undefined, { error: 'other_credential_first' });
    const mine = randomUUID();
    await comesBack(mine, id);
    await until(async () => (await run(mine)).state === 'stopped');
    expect(await run(mine)).toMatchObject({ started: 0, waiting: 1 });
    expect((await run(mine)).reason).toMatch(/^No api was at it for 1440 minutes/);
    // The console lists what is under way or has just ended; what ended long ago costs it nothing.
    const listed = async () =>
      manyReRunsSchema.parse((await as.observer.get('/api/v1/re-runs')).json).runs.map((each) => each.id);
    expect(await listed()).toContain(mine);
    await lab.database
      .updateTable('re_runs')
      .set({ ended_at: new Date(0) })
      .where('id', '=', mine)
      .execute();
    expect(await listed()).not.toContain(mine);
  });

  test('that an api of the version before is at, which takes cases and writes nothing else, is gone on with', async () => {
    const { id } = await failed();
    const mine = randomUUID();
    await lab.database.transaction().execute(async (transaction) => {
      const at = new Date(Date.now() - 60 * 60_000);
      await transaction
        .insertInto('re_runs')
        .values({ id: mine, asked_by: 'operator:sam', about: '1 case', started_at: at, led_at: at })
        .execute();
      const lately = new Date(Date.now() - 5 * 60_000);
      await transaction
        .insertInto('re_run_cases')
        .values([
          { run: mine, case: randomUUID(), customer: 'before', state: 'passed', ended_at: lately },
          { run: mine, case: id, customer: 'next' },
        ])
        .execute();
    });
    await until(async () => (await run(mine)).state !== 'running');
    expect(await run(mine)).toMatchObject({ state: 'done', started: 1, passed: 1 });
  });

  test('is stopped: what was not started stays as it is', async () => {
    const error = 'openclaw_unfit';
    for (let index = 0; index < 30; index += 1) await failed(undefined, { error });
    const id = await begin({ cause: `handshake:${error}` });
    // Nobody takes what waits, so it goes on to a few and waits.
    await until(async () => (await run(id)).started > 0);
    const { status } = await as.support.post(`/api/v1/re-runs/${id}/stop`);
    expect(status).toBe(200);
    const stopped = await run(id);
    expect(stopped).toMatchObject({ state: 'stopped', total: 30 });
    expect(stopped.started).toBeLessThan(30);
    // The one that was just being started may be started still; then, however much room there is, nothing more.
    await sleep(200);
    const after = await run(id);
    for (let ticks = 0; ticks < 6; ticks += 1) {
      await drain();
      await sleep(60);
    }
    expect(await run(id)).toEqual(after);
    expect(after.started).toBeLessThanOrEqual(stopped.started + 1);
    expect(after.waiting).toBeGreaterThan(0);
  });
});

describe('the platform', () => {
  test('lists cases, reads one, and resolves, snoozes and notes it in the name of its key', async () => {
    const { id, customer } = await failed(undefined, { error: 'clock_wrong' });
    const page = await platform.get<{ items: { id: string }[] }>('/api/v1/cases?error=clock_wrong');
    expect(page.items).toMatchObject([{ id, customer }]);
    expect(await platform.get(`/api/v1/cases/${id}`)).toMatchObject({ id, history: [{ deed: 'opened' }] });
    const path = `/api/v1/cases/${id}`;
    const until = new Date(Date.now() + 60_000).toISOString();
    expect((await platform.ask('POST', `${path}/snooze`, { until })).json).toMatchObject({
      state: 'snoozed',
    });
    expect((await platform.ask('POST', `${path}/notes`, { text: 'Their clock runs.' })).status).toBe(200);
    const { json } = await platform.ask('POST', `${path}/resolve`, { note: 'Set by us.' });
    expect(json).toMatchObject({
      state: 'resolved',
      resolvedBy: 'platform:dashboard',
      resolution: 'Set by us.',
    });
    // It is over: neither is done, nor audited; what is said of it is kept.
    await platform.ask('POST', `${path}/resolve`, {});
    await platform.ask('POST', `${path}/snooze`, { until });
    await platform.ask('POST', `${path}/resolve`, { note: 'And their time zone.' });
    expect((await file(id)).history.at(-1)).toMatchObject({ deed: 'note', text: 'And their time zone.' });
    const entries = await lab.audit.search({ actor: 'platform', customer }, 9);
    expect(entries.map(({ action, detail }) => [action, detail])).toEqual([
      ['case-change', `note: case ${id}`],
      ['case-change', `resolved: case ${id}`],
      ['case-note', `note: case ${id}`],
      ['case-change', `snoozed: case ${id}`],
    ]);
    expect((await platform.ask('GET', `/api/v1/cases/${randomUUID()}`)).status).toBe(404);
    const mine = await lab.database
      .selectFrom('events')
      .select('type')
      .where('customer', '=', customer)
      .where('type', 'like', 'case.%')
      .orderBy('seq')
      .execute();
    expect(mine.map(({ type }) => type)).toEqual(['case.opened', 'case.resolved']);
  });
});

test('a connect link that support makes lets the customer in, once; the log says of all they do whose link it was', async () => {
  const customer = lab.fresh();
  const { json } = await as.support.post(`/api/v1/customers/${customer}/connect-link`);
  const { url } = json as { url: string };
  const browser = lab.visitor(`${customer}.keyferry.test`);
  await browser.open(new URL(url).pathname);
  expect(browser.cookie).toBeDefined();
  expect((await browser.post('/api/v1/handshake')).status).toBe(201);
  await handOver(browser, lab.visitor(`${customer}.keyferry.test`));
  // The platform's own link says nothing of the kind.
  const own = await lab.signIn(lab.fresh());
  const ownCustomer = (await own.get('/api/v1/session')).json as { customer: string };
  const done = async (of: string) =>
    (await lab.audit.search({ actor: 'customer', customer: of }, 9)).map(({ action, detail }) => [
      action,
      detail,
    ]);
  const whose = `by a connect link that ${lab.operators.support.name} made`;
  await until(async () => (await done(customer)).length === 6);
  expect(await done(customer)).toEqual([
    ['hand-over-enter', whose],
    ['hand-over-answer', whose],
    // Until then the other browser is nobody's.
    ['hand-over-open', undefined],
    ['hand-over', whose],
    ['start', whose],
    ['enter', whose],
  ]);
  await until(async () => (await done(ownCustomer.customer)).length === 1);
  expect(await done(ownCustomer.customer)).toEqual([['enter', undefined]]);
});

describe('the search', () => {
  const find = async (q: string) =>
    foundSchema.parse((await as.observer.get(`/api/v1/search?q=${encodeURIComponent(q)}`)).json);

  test('finds customers, cases, handshakes, boxes, codes and days by what people write', async () => {
    const { id, customer } = await failed(lab.fresh('findable'), { error: 'gateway_elsewhere' });
    await new Customers(lab.database).put(customer, { displayName: 'شركة الأمل 🦊' });
    expect((await find(customer.slice(0, 12))).customers).toContainEqual({
      customer,
      displayName: 'شركة الأمل 🦊',
    });
    expect((await find('الأمل')).cases.map((each) => each.id)).toContain(id);
    expect((await find(id)).cases).toMatchObject([{ id }]);
    expect((await find('gateway elsewhere')).errors).toEqual(['gateway_elsewhere']);
    const today = new Date().toISOString().slice(0, 10);
    expect((await find(`${today}..${today}`)).days?.since).toBe(`${today}T00:00:00.000Z`);
    const here = { since: `${today}T05:00:00.000Z`, until: `${today}T06:00:00.000Z` };
    const { json } = await as.observer.get(`/api/v1/search?${new URLSearchParams({ q: today, ...here })}`);
    expect(json).toMatchObject({ days: here, cases: [], handshakes: [] });
    await lab.database
      .insertInto('boxes')
      .values({
        ...{ id: randomUUID(), customer, name: 'default', is_default: true },
        ...{ host_keys: '{"pinned":[]}', credentials: null, shown_credentials: '{}', pending: '{}' },
        reach: JSON.stringify({ kind: 'ssh', host: '203.0.113.77', port: 22, user: 'ubuntu' }),
        last_test: null,
      })
      .execute();
    expect((await find('203.0.113.77')).boxes).toEqual([
      { customer, box: 'default', address: '203.0.113.77' },
    ]);
    const nothing = { customers: [], cases: [], handshakes: [] };
    for (const day of ['2026-02-31', '2026-02-01..2026-02-30', '0000-01-01']) {
      const found = await find(day);
      expect(found).toMatchObject(nothing);
      expect(found.days).toBeUndefined();
    }
    expect(await find(`'; drop table cases --`)).toMatchObject({ customers: [], cases: [] });
  });

  test('finds a handshake by its id, the beginning of one, its code and the reference of the link', async () => {
    const recorded = new RecordedHandshake(lab.records, lab.fresh('sought'));
    const { handshake, head } = recorded;
    const reference = `ticket ${randomUUID()}`;
    Object.assign(head, { reference });
    await recorded.fails();
    // Another, which none of it names.
    await new RecordedHandshake(lab.records, lab.fresh()).fails();
    const code = supportCode(handshake) ?? '';
    for (const q of [handshake, handshake.slice(0, 10), code, code.toLowerCase(), reference]) {
      await until(async () => (await find(q)).handshakes.length > 0);
      expect((await find(q)).handshakes).toMatchObject([{ handshake, customer: head.customer }]);
    }
    for (const wrong of [randomUUID(), supportCode(randomUUID()) ?? '', `${reference}x`])
      expect(await find(wrong)).toMatchObject({ customers: [], cases: [], handshakes: [] });
  });

  test('finds whose connect link was over by the code that its page shows', async () => {
    const customer = lab.fresh();
    const path = await connectLink(lab.visitor(BASE), lab.apiKey, { customer });
    await lab.visitor(`${customer}.${BASE}`).open(path);
    const { json } = await lab.visitor(`${customer}.${BASE}`).get(`${path}/session`);
    const { supportCode: shown = '' } = json as Session;
    expect((await find(shown)).quoted).toBe(customer);
    expect((await find(`${shown.slice(0, 4)}-${shown.slice(4).toLowerCase()}`)).quoted).toBe(customer);
    expect((await find(supportCode(randomUUID()) ?? '')).quoted).toBeUndefined();
  });

  test.each(['q=', 'q=%00', 'q=a&else=1'])('?%s is refused', async (query) => {
    expect((await as.observer.get(`/api/v1/search?${query}`)).status).toBe(400);
  });
});
