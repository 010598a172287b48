import {
  type FleetUsageSort,
  type FleetUsageTotals,
  LEANS,
  type Lean,
} from '../../../core/contract/fleet-usage.ts';
import { hashOf, placeOf, queryOf, type UsageSearch } from '../model/place.ts';
import { countWords, monthsBefore } from '../model/usage.ts';
import { Choice } from '../parts/choice.tsx';

const NAMES: Readonly<Record<Lean, string>> = {
  platform: 'The platform’s alone',
  'mostly-platform': 'Mostly the platform’s',
  'mostly-own': 'Mostly their own',
  own: 'Their own alone',
  unknown: 'Not connected here',
};
const SORTS: Readonly<Record<FleetUsageSort, string>> = {
  customer: 'Customer',
  fallback: 'Most of the platform’s requests',
  share: 'Largest share of the platform’s',
  'platform-cost': 'Highest cost of the platform’s',
  'own-cost': 'Highest cost of their own',
};
/** Months to choose from, this one among them: about as long as history is kept. */
const MONTHS = 13;

/** On whose credential they lean; each narrows the list to those. */
export function LeanChips({
  search,
  leans,
}: {
  search: UsageSearch;
  leans: FleetUsageTotals['leans'] | undefined;
}) {
  const sum = leans && LEANS.reduce((total, lean) => total + leans[lean], 0);
  const chip = (lean: Lean | undefined, label: string, count: number | undefined) => (
    <a
      class="chip"
      href={hashOf({ name: 'usage', search: { ...search, leans: lean } })}
      aria-current={search.leans === lean ? 'true' : undefined}
    >
      {label} <span class={count === undefined ? 'count is-none' : 'count'}>{countWords(count ?? 0)}</span>
    </a>
  );
  return (
    <nav class="chips" aria-label="By whose credential">
      {chip(undefined, 'All', sum)}
      {LEANS.map((lean) => chip(lean, NAMES[lean], leans?.[lean]))}
    </nav>
  );
}

/** Narrows the list; `now`: this month. It is in the address; changing it adds no step to the browser's history. */
export function UsageFilters({ search, now }: { search: UsageSearch; now: string }) {
  const narrow = (name: keyof UsageSearch, value: string) => {
    const place = placeOf(`#/fleet/usage${queryOf({ ...search, [name]: value })}`);
    history.replaceState(null, '', hashOf(place));
    dispatchEvent(new HashChangeEvent('hashchange'));
  };
  const months = monthsBefore(now, MONTHS);
  const shown = search.month ?? now;
  const words = Object.fromEntries(
    (months.includes(shown) ? months : [...months, shown]).map((month) => [month, month]),
  );
  return (
    <search class="filters">
      <Choice
        name="Month"
        words={words}
        value={shown}
        onChosen={(month) => narrow('month', month === now ? '' : month)}
      />
      <label>
        Customer
        <input
          type="search"
          value={search.q ?? ''}
          maxLength={100}
          placeholder="part of it"
          autocapitalize="none"
          autocomplete="off"
          spellcheck={false}
          onInput={({ currentTarget }) => narrow('q', currentTarget.value)}
        />
      </label>
      <Choice
        name="Sort by"
        words={SORTS}
        value={search.sort ?? 'customer'}
        onChosen={(sort) => narrow('sort', sort === 'customer' ? '' : sort)}
      />
    </search>
  );
}
