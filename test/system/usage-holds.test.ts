import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { dayOf } from '../../core/contract/days.ts';
import type { Limit } from '../../core/contract/limits.ts';
import { type Database, openDatabase } from '../../core/store/database.ts';
import { UsageLimits } from '../../core/store/limits.ts';
import { recordWeighed } from '../../core/store/usage-caps.ts';
import { type System, startSystem } from '../../lab/system.ts';
import { QUICK_WORKER } from '../../scripts/chaos/run.ts';
import { put, wrap } from '../support/unwell-box.ts';
import { rowOf } from '../support/usage.ts';
import { Watched } from '../support/watched.ts';

/** What a limit that is reached takes out of use on boxes, and what comes back. */
const MINUTE = 60_000;
const PLATFORM = {
  name: 'our-models',
  baseUrl: 'https://models.example.com/v1',
  api: 'openai-completions',
  models: [{ id: 'large' }],
  key: 'pk-platform-0123456789abcdefghijklmnop',
};
const CUSTOMERS = ['alice', 'bob', 'carol'];
let system: System;
let database: Database;
let limits: UsageLimits;
let watched: Watched;

beforeAll(async () => {
  const env = { PLATFORM_PROVIDER: JSON.stringify(PLATFORM) };
  system = await startSystem({ customers: CUSTOMERS, env, workerMain: QUICK_WORKER });
  const { databaseUrl: url } = system;
  database = openDatabase({ url, connections: 2, name: 'test' }, pino({ level: 'silent' }));
  limits = new UsageLimits(database, []);
  watched = new Watched(system, database);
  await Promise.all(CUSTOMERS.map((name) => watched.connect(name)));
}, 5 * MINUTE);
afterAll(async () => {
  await database?.destroy();
  await system?.stop();
}, MINUTE);

const limit = (provider: string, action: Limit['action']): Limit => ({
  ...{ provider, per: 'month', measure: 'requests', most: 10, action },
});

/** That ten requests were made of a provider. */
async function used(customer: string, provider: string): Promise<void> {
  const at = new Date();
  const days = [{ day: dayOf(+at), rows: [rowOf(1, 10, { provider })] }];
  const of = {
    customer,
    box: 'default',
    at: at.toISOString(),
    state: 'read',
    platform: PLATFORM.name,
  } as const;
  await database.transaction().execute((transaction) => recordWeighed(transaction, { ...of, days }));
}

const holdIs = (customer: string, state: string) =>
  watched.until(async () => {
    const all = database
      .selectFrom('usage_holds')
      .select(['state', 'error'])
      .where('customer', '=', customer);
    const hold = await all.executeTakeFirst();
    expect(hold?.error ?? null).toBeNull();
    return hold?.state === state ? true : undefined;
  }, `Nothing of ${customer}'s is ${state}.`);

const configOf = (name: string) =>
  JSON.parse(readFileSync(join(system.home(name), '.openclaw/openclaw.json'), 'utf8'));
const usageEvents = async (name: string) =>
  (await watched.events(name)).filter((type) => type.startsWith('usage.'));

test(
  'a provider’s credentials go out of use by an empty order, no look calls that broken, and a limit that is raised brings them back as they were',
  async () => {
    const { profile } = await watched.recorded('alice');
    const order = ['models', 'auth', 'order', 'set', '--provider', 'anthropic', profile];
    expect((await system.box('alice').run(['openclaw', ...order])).code).toBe(0);
    await limits.put('alice', [limit('anthropic', 'out-of-use')]);
    await used('alice', 'anthropic');
    await holdIs('alice', 'held');
    expect(configOf('alice').auth.order).toEqual({ anthropic: [] });
    const capped = { health: 'unknown', reason: 'usage_capped' };
    expect(await watched.recorded('alice')).toMatchObject(capped);
    expect(await watched.lookNow('alice')).toMatchObject(capped);
    await limits.put('alice', []);
    await holdIs('alice', 'over');
    expect(configOf('alice').auth.order ?? {}).toEqual({});
    const get = ['models', 'auth', 'order', 'get', '--provider', 'anthropic', '--json'];
    const { stdout } = await system.box('alice').run(['openclaw', ...get]);
    expect(JSON.parse(stdout).order).toEqual([profile]);
    // A look is due at once.
    await watched.until(async () => {
      const { health } = await watched.recorded('alice');
      return health === 'working' ? true : undefined;
    }, 'Nobody has seen that it works again.');
    expect(await usageEvents('alice')).toEqual(['usage.reached', 'usage.capped', 'usage.released']);
    expect(await watched.events('alice')).not.toContain('connection.attention');
  },
  5 * MINUTE,
);

test(
  'the platform’s own models are taken off the box and come back, and the customer’s credential is none the wiser',
  async () => {
    const providersOf = () => Object.keys(configOf('bob').models?.providers ?? {});
    expect(providersOf()).toContain('our-models');
    await limits.put('bob', [limit('our-models', 'stop-fallback')]);
    await used('bob', 'our-models');
    await holdIs('bob', 'held');
    expect(providersOf()).not.toContain('our-models');
    expect(JSON.stringify(configOf('bob'))).not.toContain('our-models');
    expect(await watched.lookNow('bob')).toMatchObject({ health: 'working', reason: null });
    await limits.put('bob', []);
    await holdIs('bob', 'over');
    expect(providersOf()).toContain('our-models');
    expect(await usageEvents('bob')).toEqual(['usage.reached', 'usage.capped', 'usage.released']);
  },
  5 * MINUTE,
);

test(
  'a cap outlives an order that was set by a worker that was killed before it could say so, and one that somebody has set on the box',
  async () => {
    const carol = system.box('carol');
    const { id, profile } = await watched.recorded('carol');
    await limits.put('carol', [limit('anthropic', 'out-of-use')]);
    await used('carol', 'anthropic');
    await holdIs('carol', 'held');
    const ordered = async () => {
      const get = ['models', 'auth', 'order', 'get', '--provider', 'anthropic', '--json'];
      return JSON.parse((await carol.run(['openclaw', ...get])).stdout).order as string[] | null;
    };
    const isOutAgain = async () => {
      await watched.until(
        async () => ((await ordered()) === null ? true : undefined),
        'Nobody has taken it out of use again.',
      );
      await holdIs('carol', 'held');
      expect(configOf('carol').auth.order).toEqual({ anthropic: [] });
    };
    expect(await ordered()).toBeNull();
    // It does what it was told to, and its worker never hears of it.
    put(carol, 'hangs', '');
    const hangs = '[ -e "$HOME/hangs" ] && { "$0.real" "$@"; touch "$HOME/set"; exec sleep 600; }';
    wrap(carol, 'openclaw', `case "$*" in *'auth order set'*) ${hangs} ;; esac`);
    const order = { connections: [id] };
    expect((await system.platform('PUT', '/api/v1/customers/carol/connections/order', order)).status).toBe(
      202,
    );
    const isSet = () => existsSync(join(carol.home, 'set'));
    await watched.until(async () => (isSet() ? true : undefined), 'The order was not set.');
    expect(await ordered()).toEqual([profile]);
    const [worker] = system.workers;
    await worker?.stop('SIGKILL');
    rmSync(join(carol.home, 'hangs'));
    await worker?.start();
    await isOutAgain();

    const set = ['models', 'auth', 'order', 'set', '--provider', 'anthropic', profile];
    expect((await carol.run(['openclaw', ...set])).code).toBe(0);
    expect(await watched.lookNow('carol')).toMatchObject({ reason: 'usage_capped' });
    await isOutAgain();
    // That it was done again is no news.
    expect(await usageEvents('carol')).toEqual(['usage.reached', 'usage.capped']);
  },
  5 * MINUTE,
);
