import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { openBrowser } from '../../lab/browser.ts';
import { filesBelow, leaks } from '../../lab/leaks.ts';
import { databasePlaces } from '../../lab/postgres-places.ts';
import { redisValues } from '../../lab/redis-values.ts';
import { type System, startSystem } from '../../lab/system.ts';
import { PATHS } from '../support/e2e-paths.ts';
import { metricsOf } from '../support/metrics.ts';
import { rowsOf } from '../support/real-rows.ts';
import { Scene } from '../support/scene.ts';

const MINUTE = 60_000;
const PROGRAMS = { claude: '2.1.330', openclaw: '2026.9.6' };
const paths = Object.entries(PATHS).map(([sentence, path], at) => ({
  sentence,
  path,
  customer: `real-${at}`,
}));

describe.each([
  { apis: 1, workers: 1, few: 3 },
  { apis: 2, workers: 2, few: 2 },
])('with the real programs, $apis api and $workers worker processes, a customer', ({ few, ...processes }) => {
  const chosen = rowsOf(paths, few);
  let system: System;
  let browser: Browser;
  let scene: Scene;
  const received: string[] = [];

  beforeAll(async () => {
    const customers = chosen.map(({ customer }) => customer);
    [system, browser] = await Promise.all([
      startSystem({ customers, programs: PROGRAMS, ...processes }),
      openBrowser(),
    ]);
  }, 10 * MINUTE);

  afterAll(async () => {
    await browser?.close();
    await system?.stop();
  }, MINUTE);

  beforeEach(() => {
    scene = new Scene({ system, browser, real: true });
  });

  afterEach(async () => {
    received.push(await scene.end());
  });

  test.each(chosen)(
    '$sentence',
    ({ path, customer }) => scene.play(() => path(scene, customer)),
    10 * MINUTE,
  );

  test('leaves no code, token or verifier in Redis, the database, logs, metrics or browsers', async () => {
    const { secrets, minted } = system.anthropic;
    expect(minted.length).toBeGreaterThanOrEqual(chosen.length - 1);
    const places = {
      ...(await metricsOf(system)),
      ...system.logs(),
      ...(await redisValues(system.redis.url)),
      ...filesBelow(system.redis.directory),
      ...(await databasePlaces(system.databaseUrl)),
      browsers: received.join('\n'),
    };
    expect(leaks(secrets, places)).toEqual([]);
  });
});
