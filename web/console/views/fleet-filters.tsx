import { FLEET_HEALTHS, type Fleet, type FleetHealth, type FleetSort } from '../../../core/contract/fleet.ts';
import { NAMES } from '../../../core/contract/provider-names.ts';
import { type FleetSearch, hashOf, placeOf, queryOf } from '../model/place.ts';
import { WORDS } from '../model/words.ts';

const ENDS = {
  '': 'Any time',
  1: 'within 1 day',
  7: 'within 7 days',
  30: 'within 30 days',
  90: 'within 90 days',
};
const UNCHECKED = {
  '': 'Any time',
  24: 'not for 1 day',
  48: 'not for 2 days',
  168: 'not for 7 days',
  720: 'not for 30 days',
};
const SORTS: Record<FleetSort, string> = {
  customer: 'Customer',
  expires: 'Ends soonest',
  checked: 'Checked longest ago',
  since: 'Oldest state',
};
/** What somebody has to do something about comes first. */
const CHIPS: readonly FleetHealth[] = ['attention', 'expiring', 'unknown', 'working', 'none'];

/** How many there are by health; each narrows the fleet to those. */
export function HealthChips({ search, counts }: { search: FleetSearch; counts: Fleet['counts'] }) {
  const sum = counts && FLEET_HEALTHS.reduce((total, health) => total + counts[health], 0);
  const chip = (health: FleetHealth | undefined, label: string, count: number | undefined) => (
    <a
      class="chip"
      href={hashOf({ name: 'fleet', search: { ...search, health } })}
      aria-current={search.health === health ? 'true' : undefined}
    >
      {label} <span class={count === undefined ? 'count is-none' : 'count'}>{count ?? 0}</span>
    </a>
  );
  return (
    <nav class="chips" aria-label="By health">
      {chip(undefined, 'All', sum)}
      {CHIPS.map((health) => chip(health, WORDS.healths[health], counts?.[health]))}
    </nav>
  );
}

/** Narrows the fleet. What it is narrowed to is in the address; changing it adds no step to the browser's history. */
export function FleetFilters({ search }: { search: FleetSearch }) {
  const narrow = (name: keyof FleetSearch, value: string) => {
    const place = placeOf(`#/fleet${queryOf({ ...search, [name]: value })}`);
    history.replaceState(null, '', hashOf(place));
    dispatchEvent(new HashChangeEvent('hashchange'));
  };
  const typed = (name: 'q' | 'model' | 'version', but = /(?!)/g) => ({
    type: 'search' as const,
    value: search[name] ?? '',
    maxLength: name === 'version' ? 40 : 100,
    autocapitalize: 'none' as const,
    autocomplete: 'off',
    spellcheck: false,
    onInput: ({ currentTarget }: { currentTarget: HTMLInputElement }) =>
      narrow(name, currentTarget.value.replace(but, '')),
  });
  const choice = (name: 'provider' | 'expiring' | 'unchecked') => ({
    value: String(search[name] ?? ''),
    onChosen: (value: string) => narrow(name, value),
  });
  const providers = {
    '': 'Any',
    ...Object.fromEntries(Object.entries(NAMES).map(([id, { name }]) => [id, name])),
  };
  return (
    <search class="filters">
      <label>
        Customer
        <input {...typed('q')} placeholder="part of it" />
      </label>
      <Choice name="Provider" words={providers} {...choice('provider')} />
      <label>
        Model
        <input {...typed('model')} placeholder="part of it" />
      </label>
      <label>
        Version on the box
        <input {...typed('version', /[^\w.+-]/g)} placeholder="how it begins" />
      </label>
      <Choice name="Ends" words={ENDS} {...choice('expiring')} />
      <Choice name="Checked" words={UNCHECKED} {...choice('unchecked')} />
      <Choice
        name="Sort by"
        words={SORTS}
        value={search.sort ?? 'customer'}
        onChosen={(value) => narrow('sort', value === 'customer' ? '' : value)}
      />
    </search>
  );
}

interface ChoiceParts {
  name: string;
  words: Readonly<Record<string, string>>;
  value: string;
  onChosen: (value: string) => void;
}

function Choice({ name, words, value, onChosen }: ChoiceParts) {
  return (
    <label>
      {name}
      <select value={value} onChange={({ currentTarget }) => onChosen(currentTarget.value)}>
        {Object.entries(words).map(([each, label]) => (
          <option key={each} value={each}>
            {label}
          </option>
        ))}
      </select>
    </label>
  );
}
