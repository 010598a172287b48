import type { FleetUsageFilter, FleetUsageRow } from '../../core/contract/fleet-usage.ts';
import { WHOSE } from '../../core/contract/usage-kinds.ts';
import type { FleetUsagePage, FleetUsages } from '../../core/store/fleet-usage.ts';
import { today } from '../../core/store/redis-clock.ts';
import { type Columns, csvLines } from './csv.ts';
import { everyPage } from './every-page.ts';

/** Which month is meant, and its first day. */
export function monthOf({ month = today().slice(0, 7) }: Pick<FleetUsageFilter, 'month'>) {
  return { month, first: `${month}-01` };
}

/** All that match, by name, a page at a time; the first one is there when this resolves. */
export function pagesOf(
  usages: Pick<FleetUsages, 'page'>,
  filter: FleetUsageFilter,
): Promise<AsyncIterable<readonly FleetUsageRow[]>> {
  const { first } = monthOf(filter);
  return everyPage((limit, after?: FleetUsagePage['next']) =>
    usages.page({ ...filter, month: first, after, limit }),
  );
}

/** What a spreadsheet shows of each customer in a month. */
export function csvOf(month: string, pages: AsyncIterable<readonly FleetUsageRow[]>): AsyncGenerator<string> {
  const ofEach = WHOSE.flatMap((whose): [string, Columns<FleetUsageRow>[string]][] => [
    [`${whose}_requests`, (row) => row[whose].requests],
    [`${whose}_tokens`, (row) => row[whose].tokens],
    [`${whose}_cost_usd`, (row) => row[whose].costUsd],
    [`${whose}_estimate_usd`, (row) => row[whose].estimateUsd],
  ]);
  const columns: Columns<FleetUsageRow> = {
    month: () => month,
    customer: ({ customer }) => customer,
    display_name: ({ displayName }) => displayName,
    ...Object.fromEntries(ofEach),
  };
  return csvLines(columns, pages);
}
