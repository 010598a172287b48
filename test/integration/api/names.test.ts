import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { BASE } from '../../support/api-lab.ts';
import { type ConsoleLab, startConsoleLab } from '../../support/console-lab.ts';
import type { Visitor } from '../../support/visitor.ts';

/** Names from outside that end up in a command to Redis. */
let lab: ConsoleLab;
let redis: Redis;
let admin: Visitor;
let bullsOwn: string[];

beforeAll(async () => {
  lab = await startConsoleLab();
  redis = new Redis(lab.redis.url);
  admin = await lab.operator('admin');
  bullsOwn = [...Object.keys(lab.queue.keys), 'de:alice', 'x:lock', 'x:logs'].filter(Boolean);
  // Each is there, and is no hash as a job is.
  for (const name of ['doctor', 'handshakes', 'webhooks']) {
    const queue = new Queue(name, { connection: redis, prefix: 'keyferry' });
    for (const own of bullsOwn) await redis.set(queue.toKey(own), 'x').catch(() => undefined);
    await queue.close();
  }
});
afterAll(async () => {
  redis?.disconnect();
  await lab?.stop();
});

describe('a key of BullMQ’s own is no job', () => {
  test('where the platform asks for a run of the doctor', async () => {
    const headers = { authorization: `Bearer ${lab.apiKey}` };
    for (const own of bullsOwn) {
      const path = `/api/v1/boxes/alice/doctor/${encodeURIComponent(own)}`;
      expect(await lab.visitor(BASE).get(path, headers)).toMatchObject({
        status: 400,
        json: { code: 'input_invalid' },
      });
    }
  });

  test('where an operator asks for one', async () => {
    for (const own of bullsOwn) {
      const path = `/api/v1/customers/alice/doctor/${encodeURIComponent(own)}`;
      expect(await admin.get(path)).toMatchObject({ status: 404, json: { code: 'not_here' } });
    }
  });

  test.each(['doctor', 'handshakes', 'webhooks'])(
    'where Bull Board is asked for one of %s',
    async (queue) => {
      for (const own of bullsOwn) {
        const { status } = await admin.get(`/queues/api/queues/${queue}/${encodeURIComponent(own)}`);
        expect([own, status]).toEqual([own, 404]);
      }
    },
  );

  test('where an operator asks for a handshake', async () => {
    for (const own of bullsOwn)
      for (const part of ['', '/diagnostics', '/recordings/1']) {
        const path = `/api/v1/handshakes/${encodeURIComponent(own)}${part}`;
        expect((await admin.get(path)).status).toBe(404);
      }
  });

  test('where a customer cancels one, or gives a code for one', async () => {
    const customer = await lab.signIn(lab.fresh());
    // What has the form of a handshake's id; more codes than these would be too many in a minute.
    const likeIds = bullsOwn.filter((own) => own.length >= 8 && !own.includes(':'));
    expect(likeIds).toContain('stalled-check');
    for (const handshake of likeIds) {
      expect([400, 404]).toContain((await customer.post('/api/v1/handshake/cancel', { handshake })).status);
      const code = { handshake, code: 'a#b' };
      expect([400, 404]).toContain((await customer.post('/api/v1/handshake/code', code)).status);
    }
  });
});

describe('the audit log', () => {
  test.each([
    ['from before there was Unix', 'since=1901-01-01T00:00:00Z', 200],
    ['to before there was Unix', 'until=1901-01-01T00:00:00Z', 200],
    ['to the end of time', 'until=9999-12-31T23:59:59Z', 200],
    ['before an entry that Redis cannot count to', `before=${'9'.repeat(30)}-0`, 400],
    ['before one of another form', 'before=%2B', 400],
  ])('is read %s', async (_, query, status) => {
    expect((await admin.get(`/api/v1/audit?${query}`)).status).toBe(status);
    if (!query.startsWith('before'))
      expect((await admin.get(`/api/v1/audit/export?${query}`)).status).toBe(status);
  });
});
