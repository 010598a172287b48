/** What the record takes with usage of a whole fleet: 10,000 customers, 90 days, five models each. */
import { parseArgs } from 'node:util';
import { sql } from 'kysely';
import { pino } from 'pino';
import { dayOf, firstOfMonth } from '../../core/contract/days.ts';
import { FLEET_USAGE_SORTS } from '../../core/contract/fleet-usage.ts';
import type { UsageRow } from '../../core/contract/usage.ts';
import type { UsageGroup } from '../../core/contract/usage-api.ts';
import { type Database, openDatabase } from '../../core/store/database.ts';
import { FleetUsages } from '../../core/store/fleet-usage.ts';
import { migrate } from '../../core/store/migrate.ts';
import { recordUsage } from '../../core/store/usage.ts';
import { Usage, usageOfToday } from '../../core/store/usage-sums.ts';
import { startPostgres } from '../../lab/postgres.ts';

const { values } = parseArgs({
  options: {
    customers: { type: 'string', default: '10000' },
    days: { type: 'string', default: '90' },
    times: { type: 'string', default: '200' },
  },
});
const [customers, days, times] = [values.customers, values.days, values.times].map(Number) as [
  number,
  number,
  number,
];
const DAY_MS = 24 * 60 * 60_000;
const today = dayOf(Date.now());
const first = firstOfMonth(today);
const from = dayOf(Date.parse(today) - 29 * DAY_MS);

/** Milliseconds of each of so many calls: median, 95th percentile. */
async function timed(what: string, call: (at: number) => Promise<unknown>, calls = times): Promise<void> {
  const took: number[] = [];
  for (let at = 0; at < calls; at += 1) {
    const began = performance.now();
    await call(at);
    took.push(performance.now() - began);
  }
  took.sort((a, b) => a - b);
  const at = (part: number) =>
    (took[Math.min(took.length - 1, Math.floor(took.length * part))] ?? 0).toFixed(1);
  process.stdout.write(`${what.padEnd(58)} ${at(0.5).padStart(8)} ${at(0.95).padStart(8)}\n`);
}

async function seed(database: Database): Promise<void> {
  await sql`insert into usage_daily
    select 'customer-' || lpad(c::text, 5, '0'), current_date - d, 'default',
      case when m = 4 then 'our-models' else 'provider-' || (m / 2) end, 'model-' || m,
      case when m = 4 then 'platform' else 'api-key' end,
      10 + (c + d + m) % 90, 1000 + (c * 7 + d) % 9000, 500, 2000, 0, 1000 + c % 5000, 0, 0
    from generate_series(1, ${customers}::int) c, generate_series(0, ${days - 1}::int) d, generate_series(0, 4) m`.execute(
    database,
  );
  // Of no kind but these two; a name for every other customer.
  await sql`insert into usage_months (month, customer, own_requests, own_tokens, own_cost,
      platform_requests, platform_tokens, platform_cost)
    select date_trunc('month', day)::date, customer,
      sum(requests) filter (where kind = 'api-key'), sum(input + output + cache_read) filter (where kind = 'api-key'),
      sum(cost) filter (where kind = 'api-key'), sum(requests) filter (where kind = 'platform'),
      sum(input + output + cache_read) filter (where kind = 'platform'), sum(cost) filter (where kind = 'platform')
    from usage_daily group by 1, 2`.execute(database);
  await sql`insert into customers (customer, display_name, metadata)
    select 'customer-' || lpad(c::text, 5, '0'), case when c % 2 = 0 then 'Customer No. ' || c end, '{}'
    from generate_series(1, ${customers}::int) c`.execute(database);
  await sql`vacuum analyze usage_daily, usage_months, customers`.execute(database);
}

const postgres = await startPostgres();
const settings = { url: await postgres.database(), connections: 4, name: 'bench' };
const log = pino({ level: 'silent' });
const database = openDatabase(settings, log);
// Whose statements may take longer than the record's own.
const patient = openDatabase({ ...settings, isPatient: true }, log);
try {
  await migrate(database);
  const began = performance.now();
  await seed(patient);
  await patient.destroy();
  const { rows } = await sql<{ count: string; size: string }>`select count(*)::text as count,
    pg_size_pretty(pg_total_relation_size('usage_daily')) as size from usage_daily`.execute(database);
  process.stdout.write(
    `${rows[0]?.count} rows, ${rows[0]?.size}, in ${Math.round((performance.now() - began) / 1_000)} s\n`,
  );
  process.stdout.write(`${'milliseconds'.padEnd(58)}   median      p95\n`);
  const usage = new Usage(database);
  const someone = (at: number) => `customer-${String(1 + ((at * 7_919) % customers)).padStart(5, '0')}`;
  const month = (by: UsageGroup[], customer?: string) => usage.page({ from, to: today, by, customer }, 200);
  await timed('one customer, 30 days, by provider and kind', (at) =>
    month(['provider', 'kind'], someone(at)),
  );
  await timed('one customer, 30 days, by day, provider, model and kind', (at) =>
    month(['day', 'provider', 'model', 'kind'], someone(at)),
  );
  await timed('one customer, the models that answer', (at) => usage.models(someone(at)));
  await timed('one customer, their own page: this month, models, boxes', (at) =>
    Promise.all([
      usage.page({ from: first, to: today, by: ['provider', 'model', 'kind'], customer: someone(at) }, 500),
      usage.models(someone(at)),
      usage.boxes(someone(at)),
    ]),
  );
  const fleet = new FleetUsages(database);
  for (const sort of FLEET_USAGE_SORTS)
    await timed(`console, a month of all, by ${sort}: 100 and the totals`, () =>
      Promise.all([fleet.page({ month: first, sort, limit: 100 }), fleet.totals({ month: first })]),
    );
  await timed('console, a month of all, part of a name: 100 and the totals', (at) => {
    const q = `no. ${1 + (at % 9)}`;
    return Promise.all([fleet.page({ month: first, q, limit: 100 }), fleet.totals({ month: first, q })]);
  });
  await timed('all, 30 days, by customer: a page of 50', (at) =>
    usage.page({ from, to: today, by: ['customer'] }, 50, [someone(at)]),
  );
  await timed('all, 30 days, by provider and kind', () => month(['provider', 'kind']), 5);
  await timed('all, today, by kind (Prometheus)', () => usageOfToday(database), 20);
  const row = (source: number): UsageRow => [source, 'provider-0', 'model-0', 5, 100, 50, 0, 0, 10, 0];
  await timed('one reading of two days with 20 rows each, written', (at) => {
    const day = (back: number) => ({
      day: dayOf(Date.parse(today) - back * DAY_MS),
      rows: Array.from({ length: 20 }, (_, source) => row(source)),
    });
    const reading = {
      customer: someone(at),
      box: 'default',
      at: new Date().toISOString(),
      state: 'read',
    } as const;
    return database
      .transaction()
      .execute((transaction) => recordUsage(transaction, { ...reading, days: [day(1), day(0)] }));
  });
} finally {
  await database.destroy();
  await postgres.stop();
}
