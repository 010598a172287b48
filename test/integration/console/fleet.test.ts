import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { RECEIPT } from '../../../api/platform/examples.ts';
import { connectionRunSchema } from '../../../core/contract/connection-run.ts';
import {
  fleetCustomerSchema,
  fleetLookedSchema,
  fleetRowSchema,
  fleetSchema,
  MOST_LOOKED,
  shownLooksSchema,
} from '../../../core/contract/fleet.ts';
import { CONNECTION_TASKS, DISCONNECTS } from '../../../core/contract/jobs.ts';
import { type Made, recordConnected } from '../../../core/store/connections.ts';
import { Customers } from '../../../core/store/customers.ts';
import { recordDisconnected } from '../../../core/store/disconnected.ts';
import { recordLooked } from '../../../core/store/looked.ts';
import { made } from '../../support/connected.ts';
import { type ConsoleLab, startConsoleLab } from '../../support/console-lab.ts';
import type { Visitor } from '../../support/visitor.ts';

const DAY = 24 * 60 * 60_000;
let lab: ConsoleLab;
let support: Visitor;

beforeAll(async () => {
  lab = await startConsoleLab();
  support = await lab.operator('support');
});
afterAll(async () => {
  await lab?.stop();
});

/** A customer who has been connected for a day, and whose next look is a day away. Returns the connection. */
async function connected(customer: string, more: Partial<Made> = {}): Promise<string> {
  const what = made(customer, new Date(Date.now() - DAY), more);
  await lab.database.transaction().execute((transaction) => recordConnected(transaction, what));
  const { id } = await lab.database
    .updateTable('connections')
    .set({ next_look_at: new Date(Date.now() + DAY) })
    .where('handshake', '=', what.handshake)
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

const fleet = async (query: string) => fleetSchema.parse((await support.get(`/api/v1/fleet?${query}`)).json);

async function nextLook(id: string): Promise<number> {
  const row = await lab.database
    .selectFrom('connections')
    .select('next_look_at')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  return row.next_look_at.getTime();
}

describe('the fleet', () => {
  test('is paged by cursor, each line once; the numbers come with the first page', async () => {
    const name = lab.fresh('paged');
    for (const box of ['a', 'b', 'c']) await connected(`${name}-${box}`);
    await new Customers(lab.database).put(`${name}-d`, { displayName: 'Nobody’s' });
    for (const sort of ['customer', 'expires', 'checked', 'since']) {
      const lines: string[] = [];
      let cursor = '';
      for (let pages = 0; pages < 10; pages += 1) {
        const page = await fleet(`q=${name}&sort=${sort}&limit=1&cursor=${cursor}`);
        lines.push(...page.rows.map(({ customer }) => customer));
        expect(page.counts).toEqual(
          pages > 0 ? undefined : { working: 3, expiring: 0, attention: 0, unknown: 0, none: 1 },
        );
        if (page.next === undefined) break;
        cursor = page.next;
      }
      expect(lines).toEqual(['a', 'b', 'c', 'd'].map((each) => `${name}-${each}`));
    }
  });

  test.each([
    'health=fine',
    'sort=model',
    'expiring=0',
    'limit=501',
    'cursor=made-up',
    'q=%00',
    'model=%00',
    'provider=%27',
    'else=1',
  ])('?%s is refused', async (query) => {
    const { status, json } = await support.get(`/api/v1/fleet?${query}`);
    expect([status, json]).toMatchObject([400, { code: 'input_invalid' }]);
  });

  test('a cursor of one order is none of another', async () => {
    const name = lab.fresh('ordered');
    await connected(`${name}-a`);
    await connected(`${name}-b`);
    const { next } = await fleet(`q=${name}&limit=1&sort=expires`);
    expect((await support.get(`/api/v1/fleet?q=${name}&sort=checked&cursor=${next}`)).status).toBe(400);
    expect((await support.get(`/api/v1/fleet?q=${name}&sort=expires&cursor=${next}`)).status).toBe(200);
  });

  test('a customer without any handshake is found, and has a page', async () => {
    const name = lab.fresh('quiet');
    await new Customers(lab.database).put(name, { displayName: 'Quiet & Co', plan: 'gold' });
    const { rows } = await fleet('q=quiet%20%26%20co');
    expect(rows).toEqual([{ customer: name, displayName: 'Quiet & Co', connection: null, versions: {} }]);
    const { json } = await support.get(`/api/v1/customers/${name}`);
    const told = { customer: name, isKnown: true, displayName: 'Quiet & Co', plan: 'gold' };
    expect(fleetCustomerSchema.parse(json)).toEqual({ ...told, rows: [], earlier: [], removals: {} });
  });
});

describe('the export', () => {
  test('has what matches, in both forms, without a cell that a spreadsheet would run', async () => {
    const name = lab.fresh('exported');
    await connected(`${name}-a`, { label: '=HYPERLINK("http://evil.example","a, b")' });
    await new Customers(lab.database).put(`${name}-b`, { displayName: '@SUM(1)\nsecond line' });
    const csv = await support.get(`/api/v1/fleet/export?format=csv&q=${name}`);
    expect(csv.headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="keyferry-fleet.csv"',
    });
    expect(csv.text.startsWith('\uFEFFcustomer,display_name,box,')).toBe(true);
    expect(csv.text).toContain(`"'=HYPERLINK(""http://evil.example"",""a, b"")"`);
    expect(csv.text).toContain(`${name}-b,"'@SUM(1)\nsecond line",,`);
    expect(csv.text).not.toMatch(/(^|[,"])[=+@-]/m);

    const lines = await support.get(`/api/v1/fleet/export?format=jsonl&q=${name}`);
    expect(lines.headers['content-type']).toBe('application/x-ndjson');
    const rows = lines.text
      .trim()
      .split('\n')
      .map((line) => fleetRowSchema.parse(JSON.parse(line)));
    expect(rows).toEqual((await fleet(`q=${name}`)).rows);
  });

  test('is narrowed like the list, and is written into the audit log', async () => {
    const name = lab.fresh('narrowed');
    await connected(`${name}-a`);
    await new Customers(lab.database).put(`${name}-b`, {});
    const since = new Date();
    const { text } = await support.get(`/api/v1/fleet/export?format=jsonl&q=${name}&health=none`);
    expect(
      text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).customer),
    ).toEqual([`${name}-b`]);
    const search = { action: 'fleet-export', since } as const;
    expect(await lab.audit.search(search, 5)).toMatchObject([{ who: 'olga-support', outcome: 'done' }]);
    const observer = await lab.operator('observer');
    expect((await observer.get('/api/v1/fleet/export?format=csv')).json).toMatchObject({
      code: 'role_refused',
    });
  });

  test('goes on page by page until everything is there', async () => {
    const name = lab.fresh('long');
    await lab.database
      .insertInto('customers')
      .values(
        Array.from({ length: 1_201 }, (_, n) => ({
          customer: `${name}-${String(n).padStart(4, '0')}`,
          metadata: '{}',
        })),
      )
      .execute();
    const { text } = await support.get(`/api/v1/fleet/export?format=csv&q=${name}`);
    const lines = text.trim().split('\r\n');
    expect(lines).toHaveLength(1_202);
    expect(new Set(lines).size).toBe(1_202);
  });
});

describe('a look that support asks for', () => {
  test('is due at once, for one or for many, with one entry in the audit log for each customer', async () => {
    const [one, two, other] = [lab.fresh(), lab.fresh(), lab.fresh()];
    const ids = [
      await connected(one),
      await connected(one, { provider: 'openai', profile: 'openai:keyferry' }),
      await connected(two),
    ];
    const beside = await connected(other);
    const { status, json } = await support.post('/api/v1/fleet/look', { connections: ids });
    expect([status, fleetLookedSchema.parse(json)]).toEqual([202, { due: 3 }]);
    for (const id of ids) expect(await nextLook(id)).toBeLessThanOrEqual(Date.now());
    expect(await nextLook(beside)).toBeGreaterThan(Date.now());
    for (const customer of [one, two])
      expect(await lab.audit.search({ customer }, 5)).toMatchObject([
        { actor: 'operator', who: 'olga-support', action: 'look', outcome: 'done' },
      ]);
    expect(await lab.audit.search({ customer: other }, 5)).toEqual([]);
  });

  test('is on the customer’s page once it was made, and so are those before it', async () => {
    const [one, other] = [lab.fresh(), lab.fresh()];
    const connection = await connected(one);
    await connected(other);
    const seen = { outcome: 'unreachable', code: 'box_unreachable' } as const;
    const look = { connection, at: new Date().toISOString(), seen, watchHours: 24, tookMs: 5_002 };
    await lab.database.transaction().execute((transaction) => recordLooked(transaction, look));
    const observer = await lab.operator('observer');
    const of = async (customer: string) =>
      shownLooksSchema.parse((await observer.get(`/api/v1/customers/${customer}/looks`)).json).looks;
    const { at, tookMs } = look;
    expect(await of(one)).toEqual([
      { connection, at, ...seen, isTurn: false, versions: {}, tookMs, agent: null },
    ]);
    expect(await of(other)).toEqual([]);
  });

  test('of nothing that is connected, of too many, or by an observer changes nothing', async () => {
    const id = await connected(lab.fresh());
    const observer = await lab.operator('observer');
    const many = Array.from({ length: MOST_LOOKED + 1 }, () => id);
    const refused = [
      await support.post('/api/v1/fleet/look', { connections: [randomUUID()] }),
      await support.post('/api/v1/fleet/look', { connections: many }),
      await observer.post('/api/v1/fleet/look', { connections: [id] }),
    ];
    expect(refused.map(({ json }) => (json as { code: string }).code)).toEqual([
      'not_here',
      'input_invalid',
      'role_refused',
    ]);
    expect(await nextLook(id)).toBeGreaterThan(Date.now());
  });
});

describe('a test that support asks for', () => {
  test('is the existing task, in the operator’s name, and its state can be asked for', async () => {
    const redis = new Redis(lab.redis.url, { maxRetriesPerRequest: null });
    const queue = new Queue(CONNECTION_TASKS, { connection: redis, prefix: 'keyferry' });
    try {
      const customer = lab.fresh();
      const connection = await connected(customer);
      const answer = await support.post(`/api/v1/customers/${customer}/connections/${connection}/test`);
      expect(answer.status).toBe(202);
      const { run } = connectionRunSchema.parse(answer.json);
      const task = { task: 'test', customer, box: 'default', connection };
      expect((await queue.getJob(run))?.data).toEqual({ ...task, requestedBy: 'operator:olga-support' });
      const { json } = await support.get(`/api/v1/customers/${customer}/connection-runs/${run}`);
      expect(json).toEqual({ run, state: 'waiting' });
      expect(await lab.audit.search({ customer }, 5)).toMatchObject([{ action: 'connection-test' }]);
      // Nobody else's.
      const other = lab.fresh();
      await connected(other);
      for (const path of [`connections/${connection}/test`, `connections/${randomUUID()}/test`])
        expect((await support.post(`/api/v1/customers/${other}/${path}`)).status).toBe(404);
      expect((await support.get(`/api/v1/customers/${other}/connection-runs/${run}`)).status).toBe(404);
      expect(await lab.audit.search({ customer: other }, 5)).toEqual([]);
    } finally {
      await queue.close();
      redis.disconnect();
    }
  });
});

describe('a disconnection that support asks for', () => {
  test('is the existing removal, in the operator’s name, audited, and its receipt can be read', async () => {
    const redis = new Redis(lab.redis.url, { maxRetriesPerRequest: null });
    const queue = new Queue(DISCONNECTS, { connection: redis, prefix: 'keyferry' });
    try {
      const customer = lab.fresh();
      const connection = await connected(customer);
      const at = `/api/v1/customers/${customer}/connections/${connection}`;
      const { status, json } = await support.post(`${at}/disconnect`);
      expect([status, json]).toMatchObject([202, { connection, state: 'waiting' }]);
      expect((await queue.getJob(connection))?.data.requestedBy).toBe('operator:olga-support');
      expect((await support.get(`${at}/disconnect`)).json).toMatchObject({ state: 'waiting' });
      expect(await lab.audit.search({ customer }, 5)).toMatchObject([
        { actor: 'operator', who: 'olga-support', action: 'disconnect', outcome: 'done' },
      ]);
      expect((await support.get(`${at}/receipt`)).status).toBe(404);
      const about = { ...RECEIPT.receipt.connection, id: connection, customer };
      const receipt = { ...RECEIPT, receipt: { ...RECEIPT.receipt, connection: about } };
      const entry = { customer, connection, at: new Date().toISOString(), receipt };
      await lab.database.transaction().execute((transaction) => recordDisconnected(transaction, entry));
      expect((await support.get(`${at}/receipt`)).json).toEqual(receipt);
      const other = lab.fresh();
      await connected(other);
      const elsewhere = `/api/v1/customers/${other}/connections/${connection}`;
      expect((await support.get(`${elsewhere}/receipt`)).status).toBe(404);
      expect((await support.post(`${elsewhere}/disconnect`)).status).toBe(404);
      expect(await lab.audit.search({ customer: other }, 5)).toEqual([]);
    } finally {
      await queue.close();
      redis.disconnect();
    }
  });
});
