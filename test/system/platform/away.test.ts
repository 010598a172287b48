import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { ROUTES } from '../../../api/routes.ts';
import { platformProblemSchema } from '../../../core/contract/platform-problem.ts';
import { openDatabase } from '../../../core/store/database.ts';
import { migrate } from '../../../core/store/migrate.ts';
import { asked, type LabPostgres, startPostgres } from '../../../lab/postgres.ts';
import { type ApiLab, startApiLab } from '../../support/api-lab.ts';
import { PlatformServer } from '../../support/platform.ts';
import { until } from '../../support/redis-system.ts';

let postgres: LabPostgres;
let name: string;
let lab: ApiLab;
let server: PlatformServer;

beforeAll(async () => {
  postgres = await startPostgres();
  const url = await postgres.database();
  name = new URL(url).pathname.slice(1);
  const database = openDatabase({ url, connections: 1, name: 'test' }, pino({ level: 'silent' }));
  await migrate(database);
  await database.destroy();
  lab = await startApiLab({ environment: { DATABASE_URL: url } });
  server = new PlatformServer(lab);
});
afterAll(async () => {
  await lab?.stop();
  await postgres?.stop();
});

/** Reads of the record, each with something in place of its names. */
/** What is read from Redis, or from the configuration. */
const IN_REDIS = /\/(doctor|connection-runs|repair-runs)\/|\/providers$/;
const READS = ROUTES.filter(
  ({ who, method, path }) => who === 'platform' && method === 'get' && !IN_REDIS.test(path),
);
const pathOf = (path: string) =>
  path.replace(/:(\w+)/g, (_, param) =>
    param === 'customer' ? 'alice' : '00000000-0000-4000-8000-000000000001',
  );

async function expectUnavailable(method: string, path: string, body?: unknown): Promise<void> {
  const { status, json, headers } = await server.ask(method, path, body);
  expect([path, status]).toEqual([path, 503]);
  expect(platformProblemSchema.parse(json).code).toBe('service_unavailable');
  expect(Number(headers['retry-after'])).toBeGreaterThan(0);
}

const readOnly = (value: 'on' | 'off') => async () => {
  await asked(
    postgres.url('postgres'),
    `alter database ${name} set default_transaction_read_only = ${value}`,
  );
  await asked(
    postgres.url('postgres'),
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`,
  );
};

describe.each([
  ['stopped', () => postgres.halt(), () => postgres.resume()],
  ['killed', () => postgres.halt('SIGKILL'), () => postgres.resume()],
  ['silent', async () => postgres.freeze(), async () => postgres.thaw()],
])('while the database is %s', (_, take, give) => {
  test('every read of the record, and a change, is answered that it is unavailable, and works again after', async () => {
    await take();
    try {
      await Promise.all([
        ...READS.map(({ path }) => expectUnavailable('GET', pathOf(path))),
        expectUnavailable('PUT', '/api/v1/customers/alice', {}),
      ]);
      // This does not need it.
      expect((await server.ask('POST', '/api/v1/connect-links', { customer: 'bob' })).status).toBe(201);
    } finally {
      await give();
    }
    await until(async () => (await server.ask('PUT', '/api/v1/customers/alice', {})).status < 300);
    // The history is asked again only after two seconds.
    for (const { path } of READS)
      await until(async () => [200, 400, 404].includes((await server.ask('GET', pathOf(path))).status));
  });
});

test('while the database takes no writes, reads are answered and changes are unavailable', async () => {
  await server.ask('PUT', '/api/v1/customers/alice', { plan: 'pro' });
  await readOnly('on')();
  try {
    await until(async () => (await server.ask('GET', '/api/v1/customers/alice')).status === 200);
    await expectUnavailable('PUT', '/api/v1/customers/alice', {});
    expect(await server.get('/api/v1/customers/alice')).toMatchObject({ plan: 'pro' });
  } finally {
    await readOnly('off')();
  }
});
