import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { compactDecrypt } from 'jose';
import { codeBinding, keyBinding } from '../../core/contract/sealed.ts';
import type { Snapshot } from '../../core/contract/snapshot.ts';
import { readSettings } from '../../core/process/config.ts';
import { SealedBox } from '../../core/secrets/sealed.ts';
import { WorkerKeys } from '../../core/secrets/sealed-to-workers.ts';
import { Secret } from '../../core/secrets/secret.ts';
import { LeftSecrets } from '../../core/store/in-flight-secrets.ts';
import { HeadlessCustomer } from '../../lab/headless-customer.ts';
import { filesBelow, leaks } from '../../lab/leaks.ts';
import { databasePlaces } from '../../lab/postgres-places.ts';
import { redisValues } from '../../lab/redis-values.ts';
import { type System, startSystem } from '../../lab/system.ts';
import { heapOf, heapOptions } from '../support/heap.ts';

/** What somebody finds who has every SEALING_KEY, the database, Redis and an api's memory, but not the workers. */

let directory: string;
let system: System;
let redis: Redis;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'keyferry-heap-'));
  system = await startSystem({ folder: true, delayMs: 5, env: { NODE_OPTIONS: heapOptions(directory) } });
  redis = new Redis(system.redis.url);
});
afterAll(async () => {
  redis?.disconnect();
  await system?.stop();
  if (directory) rmSync(directory, { recursive: true, force: true });
});

/** Redis and the database, values and files. */
async function stored(): Promise<Record<string, string>> {
  await redis.save();
  const files = filesBelow(system.redis.directory);
  expect(Object.keys(files).filter((name) => /\.rdb$|\.aof$/.test(name)).length).toBeGreaterThan(1);
  return {
    ...files,
    ...(await redisValues(system.redis.url)),
    ...(await databasePlaces(system.databaseUrl)),
  };
}

/** Everything in these places that a SEALING_KEY opens, whatever it is bound to. */
async function opened(places: Record<string, string>): Promise<Record<string, string>> {
  const { SEALING_KEYS } = readSettings(['SEALING_KEYS'], system.secrets);
  const found: Record<string, string> = {};
  for (const [place, text] of Object.entries(places))
    for (const [envelope] of text.matchAll(/eyJ[\w-]+\.[\w-]*\.[\w-]+\.[\w-]+\.[\w-]+/g))
      for (const { key } of SEALING_KEYS) {
        const plain = await compactDecrypt(envelope, key).catch(() => undefined);
        if (plain)
          found[`opened: ${envelope.slice(0, 60)} in ${place}`] = Buffer.from(plain.plaintext).toString();
      }
  return found;
}

const sealedIn = (places: Record<string, string>) => [
  ...new Set(
    Object.values(places).flatMap((text) => text.match(/kf1\.[\w-]+\.[\w-]{87}\.[\w-]{22,}/g) ?? []),
  ),
];

test('with every SEALING_KEY, the database, Redis’ files and the api’s heap in hand nobody finds a code or a key that waits for a worker', async () => {
  const { SEALING_KEYS } = readSettings(['SEALING_KEYS'], system.secrets);
  const keys = new WorkerKeys(readSettings(['WORKER_KEYS'], system.secrets).WORKER_KEYS);
  const customer = await HeadlessCustomer.open(await system.connectLink('alice'));
  await customer.post('handshake');
  const { handshake, link = '' } = await waiting(customer);
  const code = system.anthropic.signIn(link);
  // Its worker stands still: what is pasted and left now stays where it is.
  for (const worker of system.workers) worker.freeze();
  await customer.sendCode(handshake, code);
  // Random, so that no run of it is anywhere by accident.
  const key = `sk-proj-${randomBytes(48).toString('base64url')}`;
  const owner = { customer: 'alice', box: 'default', provider: 'openai', submission: crypto.randomUUID() };
  const left = await keys.seal(new Secret(key), keyBinding(owner));
  await new LeftSecrets(redis, 'keyferry').leaveKey(owner, left);
  const places = await stored();
  const heap = await heapOf(system.apis[0]?.pid, directory);
  // The other half of the code is in the link, and no secret.
  const secrets = [code.split('#')[0] ?? '', key];

  const all = { ...places, ...(await opened(places)), 'the api’s heap': heap, ...system.logs() };
  expect(leaks(secrets, all)).toEqual([]);
  // They are there, sealed, and the SEALING_KEYS are no keys to them.
  const envelopes = sealedIn(await redisValues(system.redis.url));
  expect(envelopes).toHaveLength(2);
  for (const envelope of envelopes)
    for (const { key: sealing } of SEALING_KEYS) {
      const [, id = ''] = envelope.split('.');
      for (const binding of [codeBinding({ customer: 'alice', handshake }), keyBinding(owner)])
        await expect(new WorkerKeys([{ id, key: sealing }]).open(envelope, binding)).rejects.toThrow();
    }
  await expect(keys.open(left, keyBinding(owner))).resolves.toEqual(new Secret(key));

  // The search finds what is there: the public key in the api's heap, and what SEALING_KEYS seal.
  const [, publicKey = ''] = system.secrets.WORKER_PUBLIC_KEYS.split(':');
  expect(leaks([publicKey], all)).toContain('the api’s heap');
  await redis.set(
    'keyferry:before',
    await new SealedBox(SEALING_KEYS).seal(new Secret(code), 'code:alice:1'),
  );
  const before = await redisValues(system.redis.url);
  expect(leaks(secrets, { ...before, ...(await opened(before)) })).toEqual([
    expect.stringMatching(/^opened: .* in keyferry:before$/),
  ]);

  // It was the right code: with its worker awake the handshake ends well.
  for (const worker of system.workers) worker.thaw();
  expect((await until(customer, ({ phase }) => phase === 'connected')).phase).toBe('connected');
});

const waiting = (customer: HeadlessCustomer) => until(customer, ({ phase }) => phase === 'waiting');

/** The first snapshot that fits; fails when the handshake ends in another way. */
async function until(customer: HeadlessCustomer, fits: (snapshot: Snapshot) => boolean): Promise<Snapshot> {
  for (let looks = 0; looks < 1_200; looks += 1) {
    const { text } = await customer.ask('GET', 'handshake');
    const { snapshot } = JSON.parse(text) as { snapshot: Snapshot };
    if (fits(snapshot)) return snapshot;
    if (snapshot.error) throw new Error(`it ended: ${snapshot.error.code}`);
    await sleep(100);
  }
  throw new Error('it did not come to that');
}
