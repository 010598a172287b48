import { Command } from 'commander';
import { pino } from 'pino';
import { HEALTHS } from '../../core/contract/connection-record.ts';
import { Connections, type ConnectionsSearch } from '../../core/store/connections.ts';
import { openDatabase } from '../../core/store/database.ts';
import { migrate } from '../../core/store/migrate.ts';
import { asked, startPostgres } from '../../lab/postgres.ts';
import { summarize, table } from './figures.ts';
import { describeMachine } from './machine.ts';
import { atPercent } from './page-probe.ts';

/** Connections that are written with one statement. */
const PART = 50_000;
/** Connections on a page. */
const PAGE = 100;
const DAY_MS = 24 * 60 * 60_000;

await new Command('npm run bench:record --')
  .description('What the lists of connections cost: by health, provider and expiry, page by page.')
  .option('--connections <n>', 'connections on record; one in ten has ended', Number, 1_000_000)
  .option('--pages <n>', 'pages that are measured of each list', Number, 300)
  .action(run)
  .parseAsync();

async function run(options: { connections: number; pages: number }): Promise<void> {
  const machine = describeMachine();
  // As a server would have it; the lab's is small.
  const settings = ['shared_buffers=256MB', 'maintenance_work_mem=128MB'];
  const postgres = await startPostgres({ settings });
  const url = await postgres.database();
  const database = openDatabase({ url, connections: 4, name: 'bench' }, pino({ level: 'silent' }));
  try {
    await migrate(database);
    await seed(url, options.connections);
    await asked(url, 'vacuum analyze connections');
    const connections = new Connections(database);
    const rows: string[][] = [];
    for (const [name, search] of lists()) rows.push([name, ...(await measure(connections, search, options))]);
    rows.push(['of one customer', ...(await measureCustomers(connections, options))]);
    process.stdout.write(
      table({
        title: `Lists of ${options.connections.toLocaleString('en')} connections, ${PAGE} on a page`,
        columns: ['median', '95th percentile', 'slowest', 'measured'],
        rows,
        notes: [machine, 'Milliseconds from the call until the page is there, over one connection.'],
        data: {},
      }),
    );
  } finally {
    await database.destroy();
    await postgres.stop();
  }
}

/** A year's worth: some expire at the same moment, one in a hundred never, one in fifty needs attention. */
async function seed(url: string, count: number): Promise<void> {
  for (let from = 1; from <= count; from += PART) {
    const to = Math.min(count, from + PART - 1);
    process.stderr.write(`\rWriting ${to.toLocaleString('en')} connections … `);
    const insert = `
      insert into connections (customer, box, provider, method, profile, model, fingerprint, hint, handshake,
        requested_at, attempt, connected_at, expires_at, checked_at, health, ended_at)
      select 'customer-' || n, 'default', case when n % 20 = 0 then 'openai' else 'anthropic' end, 'setup-token',
        'anthropic:manual', 'anthropic/claude-opus-5-5', substr(md5(n::text), 1, 12), 'wXyZ', 'handshake-' || n,
        now() - (n::bigint * 7919 % 525600) * interval '1 minute', 1,
        now() - (n::bigint * 7919 % 525600) * interval '1 minute',
        case when n % 100 = 0 then null
          else now() + (525600 - n::bigint * 7919 % 525600) * interval '1 minute' end,
        now(), case when n % 50 = 0 then 'attention' when n % 12 = 0 then 'expiring' else 'working' end,
        case when n % 10 = 3 then now() end
      from generate_series(${from}, ${to}) n`;
    await asked(url, insert);
  }
  process.stderr.write('\n');
}

/** Every list that the API can ask for. */
function lists(): [string, Omit<ConnectionsSearch, 'limit'>][] {
  const soon = new Date(Date.now() + 30 * DAY_MS);
  const healths = [undefined, ...HEALTHS.slice(0, 3)];
  return healths.flatMap((health) =>
    [undefined, 'openai'].flatMap((provider) =>
      [undefined, soon].map((expiringBefore): [string, Omit<ConnectionsSearch, 'limit'>] => [
        [health ?? 'all', provider, expiringBefore && 'expiring within 30 days'].filter(Boolean).join(', '),
        { health, provider, expiringBefore },
      ]),
    ),
  );
}

/** Page after page, from the beginning again after the last one. */
async function measure(
  connections: Connections,
  search: Omit<ConnectionsSearch, 'limit'>,
  { pages }: { pages: number },
): Promise<string[]> {
  const took: number[] = [];
  let after: ConnectionsSearch['after'];
  while (took.length < pages) {
    const began = performance.now();
    const page = await connections.list({ ...search, after, limit: PAGE });
    took.push(performance.now() - began);
    after = page.next;
  }
  return cells(took);
}

async function measureCustomers(connections: Connections, options: { connections: number; pages: number }) {
  const took: number[] = [];
  for (let at = 0; at < options.pages; at += 1) {
    const customer = `customer-${1 + ((at * 7_919) % options.connections)}`;
    const began = performance.now();
    await connections.of(customer);
    took.push(performance.now() - began);
  }
  return cells(took);
}

function cells(took: readonly number[]): string[] {
  const { median, max } = summarize(took);
  return [...[median, atPercent(took, 95), max].map((ms) => `${ms.toFixed(1)} ms`), String(took.length)];
}
