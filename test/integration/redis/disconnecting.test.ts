import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { FIRST } from '../../../core/contract/providers.ts';
import type { Connection, Snapshot } from '../../../core/contract/snapshot.ts';
import { Disconnecting } from '../../../core/store/disconnecting.ts';
import { Snapshots } from '../../../core/store/snapshots.ts';
import { type LabRedis, startRedis } from '../../../lab/redis.ts';

const PREFIX = 'kf-test';
let server: LabRedis;
let redis: Redis;
let disconnecting: Disconnecting;
let snapshots: Snapshots;

beforeAll(async () => {
  server = await startRedis();
  redis = new Redis(server.url, { maxRetriesPerRequest: null });
  disconnecting = new Disconnecting(redis, PREFIX);
  snapshots = new Snapshots(redis, PREFIX);
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

const someone = () => `alice-${randomUUID().slice(0, 8)}`;

describe('a removal that is under way', () => {
  test('is seen by handshakes until it ends, and a try before it does not end it', async () => {
    const [customer, connection] = [someone(), randomUUID()];
    expect(await disconnecting.isUnderWay(customer)).toBe(false);
    await disconnecting.begin(customer, connection, 'first');
    await disconnecting.begin(customer, connection, 'second');
    await disconnecting.end(customer, connection, 'first');
    expect(await disconnecting.isUnderWay(customer)).toBe(true);
    expect(await disconnecting.isUnderWay(someone())).toBe(false);
    await disconnecting.end(customer, connection, 'second');
    expect(await disconnecting.isUnderWay(customer)).toBe(false);
  });

  test('beside another one of the same customer counts until both have ended', async () => {
    const [customer, one, other] = [someone(), randomUUID(), randomUUID()];
    await disconnecting.begin(customer, one, 'x');
    await disconnecting.begin(customer, other, 'y');
    await disconnecting.end(customer, one, 'x');
    expect(await disconnecting.isUnderWay(customer)).toBe(true);
  });

  test('does not count for ever if nobody ends it', async () => {
    const customer = someone();
    await disconnecting.begin(customer, randomUUID(), 'x');
    expect(await redis.pttl(`${PREFIX}:disconnecting:${customer}`)).toBeGreaterThan(0);
  });
});

describe('a connection that was removed', () => {
  const AT = new Date('2026-11-29T12:00:00.000Z');
  const connection: Connection = {
    ...FIRST,
    profile: 'anthropic:manual',
    connectedAt: '2026-11-01T00:05:00.000Z',
    expiresAt: '2027-11-01T00:05:00.000Z',
    tokenFingerprint: '0123456789ab',
  };
  const snapshot = (more: Partial<Snapshot> = {}): Snapshot => ({
    ...FIRST,
    handshake: randomUUID(),
    phase: 'connected',
    startedAt: '2026-11-01T00:00:00.000Z',
    at: '2026-11-01T00:05:00.000Z',
    attempt: 1,
    seq: 7,
    connection,
    ...more,
  });
  const { profile, tokenFingerprint: fingerprint = null } = connection;
  const removed = { handshake: randomUUID(), profile, fingerprint };

  test('is no longer the customer’s, and their last snapshot says since when; again nothing changes', async () => {
    const customer = someone();
    const last = snapshot();
    await snapshots.publish(customer, last);
    await snapshots.disconnect(customer, removed, AT);
    const { connection: _, ...rest } = last;
    const after = { snapshot: { ...rest, seq: 8, disconnectedAt: AT.toISOString() }, connection: null };
    expect(await snapshots.read(customer)).toEqual(after);
    await snapshots.disconnect(customer, removed, new Date());
    expect(await snapshots.read(customer)).toEqual(after);
  });

  test('is told to open pages also when a later handshake had ended without one', async () => {
    const customer = someone();
    await snapshots.publish(customer, snapshot());
    const later = snapshot({ phase: 'cancelled', startedAt: '2026-11-02T00:00:00.000Z' });
    const { connection: _, ...cancelled } = later;
    await snapshots.publish(customer, cancelled);
    await snapshots.disconnect(customer, removed, AT);
    expect(await snapshots.read(customer)).toEqual({
      snapshot: { ...cancelled, seq: 8, disconnectedAt: AT.toISOString() },
      connection: null,
    });
  });

  test('is told also when the snapshot that brought it is no longer kept', async () => {
    const customer = someone();
    await snapshots.publish(customer, snapshot());
    await redis.del(`${PREFIX}:snapshot:${customer}`);
    await snapshots.disconnect(customer, removed, AT);
    const { snapshot: last, connection: none } = await snapshots.read(customer);
    expect(none).toBeNull();
    expect(last).toMatchObject({ handshake: removed.handshake, disconnectedAt: AT.toISOString() });
  });

  test('takes nothing from a newer connection, nor from a handshake that is under way', async () => {
    const customer = someone();
    const newer = snapshot({ connection: { ...connection, tokenFingerprint: 'ba9876543210' } });
    await snapshots.publish(customer, newer);
    await snapshots.disconnect(customer, removed, AT);
    expect(await snapshots.read(customer)).toEqual({ snapshot: newer, connection: newer.connection });

    const other = someone();
    await snapshots.publish(other, snapshot());
    const { connection: _, ...waiting } = snapshot({
      phase: 'waiting',
      startedAt: '2026-11-02T00:00:00.000Z',
    });
    await snapshots.publish(other, waiting);
    await snapshots.disconnect(other, removed, AT);
    expect(await snapshots.read(other)).toEqual({ snapshot: waiting, connection: null });
  });
});
