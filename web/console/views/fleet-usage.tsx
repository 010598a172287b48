import type {
  FleetUsage,
  FleetUsageRow,
  FleetUsageSort,
  FleetUsageTotals,
  Lean,
  Used,
} from '../../../core/contract/fleet-usage.ts';
import { LEANS } from '../../../core/contract/fleet-usage.ts';
import { percent } from '../model/end-counts.ts';
import { hashOf, queryOf, type UsageSearch } from '../model/place.ts';
import { amountWords, countWords, estimatedWords } from '../model/usage.ts';
import { Heading } from '../parts/heading.tsx';
import { Problem } from '../parts/problem.tsx';
import { USAGE_COLUMNS, UsageCells } from '../parts/usage-of.tsx';
import { useDesk } from '../parts/use.ts';
import { usePaged } from '../parts/use-paged.ts';
import { LeanChips, UsageFilters } from './fleet-usage-filters.tsx';

/** What customers have used in a month: who leans on the platform's credential, and what those of their own save it. */
export function FleetUsageView({ search }: { search: UsageSearch }) {
  const { desk, can } = useDesk();
  const { rows, first, why, more, isBusy } = usePaged<FleetUsageRow, FleetUsage>(search, (cursor, limit) =>
    desk.api.fleetUsage(search, cursor, limit),
  );
  const totals = first?.totals;
  const { sort, ...filter } = search;
  return (
    <>
      <p class="crumb">
        <a href={hashOf({ name: 'fleet', search: {} })}>Fleet</a>
      </p>
      <Heading title="Usage" />
      <LeanChips search={search} leans={totals?.leans} />
      <UsageFilters search={search} now={new Date(desk.clock.now()).toISOString().slice(0, 7)} />
      <Problem why={why} />
      {!rows && !why && (
        <p class="empty on-loading" aria-busy="true">
          One moment…
        </p>
      )}
      {totals && customersIn(totals.leans) > 0 && <Totals totals={totals} />}
      {rows?.length === 0 && (
        <p class="empty">
          {filter.q || filter.leans ? 'Nothing matches. ' : 'Nothing was counted in this month. '}
          {(filter.q || filter.leans) && (
            <a href={hashOf({ name: 'usage', search: filter.month ? { month: filter.month } : {} })}>
              Show all of this month
            </a>
          )}
        </p>
      )}
      {rows && rows.length > 0 && (
        <>
          <div class="over-table">
            <p role="status" class="soft">
              {shownWords(rows.length, totals, search.leans)}
            </p>
            {can('usage-export') && (
              <p>
                Export what matches:{' '}
                <a href={`/api/v1/fleet/usage/export${queryOf({ format: 'csv', ...filter })}`} download>
                  CSV
                </a>
                ,{' '}
                <a href={`/api/v1/fleet/usage/export${queryOf({ format: 'jsonl', ...filter })}`} download>
                  JSON lines
                </a>
              </p>
            )}
          </div>
          <UsageTable rows={rows} sort={sort ?? 'customer'} isBusy={isBusy} />
          {more && (
            <button class="secondary" type="button" aria-disabled={isBusy} onClick={more}>
              {isBusy ? 'Looking…' : 'Show more'}
            </button>
          )}
        </>
      )}
    </>
  );
}

const customersIn = (leans: FleetUsageTotals['leans']) => LEANS.reduce((sum, lean) => sum + leans[lean], 0);

function shownWords(shown: number, totals: FleetUsageTotals | undefined, lean: Lean | undefined): string {
  const total = totals && (lean ? totals.leans[lean] : customersIn(totals.leans));
  if (total === undefined || total <= shown) return `${shown} ${shown === 1 ? 'customer' : 'customers'}`;
  return `${countWords(shown)} of ${countWords(total)} customers`;
}

/** Who has brought something of their own, who leans on the platform's, and what that comes to. */
function Totals({ totals: { own, platform, leans } }: { totals: FleetUsageTotals }) {
  const withOwn = leans.own + leans['mostly-own'] + leans['mostly-platform'];
  const leaning = leans.platform + leans['mostly-platform'];
  const all = customersIn(leans);
  return (
    <>
      <div class="tiles">
        <Tile
          name={`of ${countWords(all)} customers used a credential of their own`}
          value={percent(withOwn / all)}
        />
        <Tile name="lean on the platform’s for half of their requests or more" value={countWords(leaning)} />
        <CostTile name="is what the platform’s credential answered, by API prices" used={platform} />
        <CostTile name="is what customers’ own credentials answered, and the platform has saved" used={own} />
      </div>
      <p class="soft">
        Costs are what the same comes to by API prices, also where a subscription answered, which nobody pays
        by what is used. What the platform saves is that, as far as its own models would have been asked
        instead. How often credentials were accepted, and what went wrong, is in{' '}
        <a href={hashOf({ name: 'numbers' })}>Numbers</a>.
      </p>
    </>
  );
}

function CostTile({ name, used }: { name: string; used: Used }) {
  const estimated = estimatedWords(used);
  return <Tile name={estimated === undefined ? name : `${name}, ${estimated}`} value={amountWords(used)} />;
}

function Tile({ name, value }: { name: string; value: string }) {
  return (
    <p class="tile">
      <b>{value}</b> {name}
    </p>
  );
}

interface TableParts {
  rows: readonly FleetUsageRow[];
  sort: FleetUsageSort;
  isBusy: boolean;
}

const SORTED: Partial<Record<(typeof USAGE_COLUMNS)[number], FleetUsageSort>> = {
  'Cost of own': 'own-cost',
  'Platform’s requests': 'fallback',
  'Cost of platform’s': 'platform-cost',
  'Platform’s share': 'share',
};

function UsageTable({ rows, sort, isBusy }: TableParts) {
  const column = (label: string, by?: FleetUsageSort) => (
    <th
      key={label}
      scope="col"
      aria-sort={by !== sort ? undefined : by === 'customer' ? 'ascending' : 'descending'}
    >
      {label}
    </th>
  );
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be focusable
    <section class="wide-table" tabIndex={0} aria-label="Usage by customer">
      <table class="numbers" aria-busy={isBusy}>
        <caption class="unseen">What customers have used</caption>
        <thead>
          <tr>
            {column('Customer', 'customer')}
            {USAGE_COLUMNS.map((label) => column(label, SORTED[label]))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ customer, displayName, ...used }) => (
            <tr key={customer}>
              <th scope="row">
                <a href={hashOf({ name: 'customer', customer })}>{displayName ?? customer}</a>
                {displayName !== null && <span class="soft block slug">{customer}</span>}
              </th>
              <UsageCells used={used} />
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
