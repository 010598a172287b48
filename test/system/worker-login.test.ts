import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { ConnectionRecord } from '../../core/contract/connection-record.ts';
import { type CustomerState, customerStateSchema } from '../../core/contract/http-api.ts';
import { HeadlessCustomer } from '../../lab/headless-customer.ts';
import { filesBelow, leaks } from '../../lab/leaks.ts';
import { databasePlaces } from '../../lab/postgres-places.ts';
import { redisValues } from '../../lab/redis-values.ts';
import { type System, startSystem } from '../../lab/system.ts';
import { foundInMemory, heapOf, heapOptions } from '../support/heap.ts';

const MINUTE = 60_000;
let directory: string;
let system: System;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'keyferry-heap-'));
  const NODE_OPTIONS = heapOptions(directory);
  system = await startSystem({ env: { METHODS: 'setup-token,claude-login', NODE_OPTIONS } });
}, 2 * MINUTE);
afterAll(async () => {
  await system?.stop();
  if (directory) rmSync(directory, { recursive: true, force: true });
}, MINUTE);

async function until(
  customer: HeadlessCustomer,
  isThere: (state: CustomerState) => boolean,
): Promise<CustomerState> {
  for (let tries = 0; tries < 300; tries += 1) {
    const { text } = await customer.ask('GET', 'handshake');
    const state = customerStateSchema.parse(JSON.parse(text));
    const { snapshot } = state;
    if (snapshot?.phase === 'failed') throw new Error(`It has failed: ${JSON.stringify(snapshot.error)}`);
    if (isThere(state)) return state;
    await sleep(200);
  }
  throw new Error('It has not come to that.');
}

/** The end of a handshake is told before it is on record. */
async function connections(): Promise<ConnectionRecord[]> {
  for (let tries = 0; ; tries += 1) {
    const { text } = await system.platform('GET', '/api/v1/customers/alice/connections');
    const { items } = JSON.parse(text) as { items: ConnectionRecord[] };
    if (items.length > 0 || tries === 40) return items;
    await sleep(250);
  }
}

test(
  'a customer who signs in to Claude Code on their box through the page leaves no token with Keyferry',
  async () => {
    const customer = await HeadlessCustomer.open(await system.connectLink('alice'));
    expect(customer.session.offers).toEqual([
      { provider: 'anthropic', methods: [{ method: 'setup-token' }, { method: 'claude-login' }] },
    ]);
    await customer.post('handshake', { provider: 'anthropic', method: 'claude-login' });
    const { snapshot } = await until(customer, (state) => state.snapshot?.phase === 'waiting');
    const { handshake = '', link = '' } = snapshot ?? {};
    await customer.sendCode(handshake, system.anthropic.signIn(link));
    const { connection } = await until(customer, (state) => state.snapshot?.phase === 'connected');
    expect(connection).toMatchObject({ provider: 'anthropic', method: 'claude-login' });

    expect(await connections()).toMatchObject([{ method: 'claude-login', hint: null, health: 'working' }]);
    const { secrets } = system.anthropic;
    expect(secrets.length).toBeGreaterThan(1);
    const places = {
      ...system.logs(),
      ...(await redisValues(system.redis.url)),
      ...filesBelow(system.redis.directory),
      ...(await databasePlaces(system.databaseUrl)),
      ...(await system.recordings()),
      page: customer.seen,
    };
    expect(leaks(secrets, places)).toEqual([]);
  },
  3 * MINUTE,
);

test('nor is a token in the memory of the worker that did it, because none ever came', async () => {
  const [worker] = system.workers;
  const tokens = system.anthropic.secrets.filter((secret) => secret.startsWith('sk-ant-'));
  expect(tokens.length).toBeGreaterThan(1);
  // The search finds what is there: what the worker opens a customer's sealed code with.
  const [, key = ''] = system.secrets.WORKER_KEYS.split(':');
  expect(foundInMemory(worker?.pid, [...tokens, key])).toEqual([key]);
  const heap = await heapOf(worker?.pid, directory);
  const known = system.databaseUrl;
  expect([...tokens, known].filter((text) => heap.includes(text))).toEqual([known]);
}, 90_000);
