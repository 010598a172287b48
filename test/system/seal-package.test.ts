import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { filesBelow, leaks } from '../../lab/leaks.ts';
import { databasePlaces } from '../../lab/postgres-places.ts';
import { pointBox } from '../../lab/providers/point-box.ts';
import { type Providers, startProviders } from '../../lab/providers/providers.ts';
import { redisValues } from '../../lab/redis-values.ts';
import { type System, startSystem } from '../../lab/system.ts';
import { type Consumer, exampleOfReadme, installPackages } from '../support/packages.ts';

const MINUTE = 60_000;
let system: System;
let providers: Providers;
let consumer: Consumer;

beforeAll(async () => {
  [system, providers, consumer] = await Promise.all([
    startSystem({ env: { METHODS: 'setup-token,api-key' } }),
    startProviders(),
    installPackages('seal'),
  ]);
  pointBox(system.box('alice'), providers, ['openai']);
}, 2 * MINUTE);
afterAll(async () => {
  consumer?.remove();
  await system?.stop();
  await providers?.stop();
}, MINUTE);

async function ended(handshake: string): Promise<{ outcome: string; error: unknown }> {
  for (let tries = 0; tries < 200; tries += 1) {
    const { text } = await system.platform('GET', `/api/v1/handshakes/${handshake}`);
    const read = JSON.parse(text);
    if (read.outcome) return read;
    await sleep(500);
  }
  throw new Error(`${handshake} has no end`);
}

test(
  'the example in the README of @keyferry/seal brings a key to the customer’s box, and no process but the worker can read it',
  async () => {
    const { url, key } = system.platformAccess;
    const minted = providers.mint('openai');
    const said = await consumer.run(exampleOfReadme(), {
      args: ['alice', 'openai'],
      env: { KEYFERRY_URL: url, KEYFERRY_API_KEY: key },
      input: `${minted.text}\n`,
    });
    expect(await ended(said.trim())).toMatchObject({ outcome: 'connected' });
    expect(providers.turns('openai').at(-1)).toBe(minted.text);
    const places = {
      ...system.logs(),
      ...(await redisValues(system.redis.url)),
      ...filesBelow(system.redis.directory),
      ...(await databasePlaces(system.databaseUrl)),
      script: said,
    };
    expect(leaks([minted.text], places)).toEqual([]);
  },
  3 * MINUTE,
);
