import { ERROR_CODES } from '../../../core/contract/error-rows.ts';
import { CATALOGUE } from '../../../core/contract/errors.ts';
import { PHASES } from '../../../core/contract/phases.ts';
import { dayOf, endOfDay, startOfDay } from '../model/days.ts';
import { type Filter, hashOf, placeOf, queryOf } from '../model/place.ts';
import { WORDS } from '../model/words.ts';

const STATES = { '': 'All', stuck: 'Needs attention', active: 'Under way', ended: 'Ended' };
const AGES = { '': 'Any', 60: 'over 1 min', 300: 'over 5 min', 900: 'over 15 min', 3600: 'over 1 h' };
const CODES = ERROR_CODES.filter((code) => CATALOGUE[code].phase !== 'request');

/** Narrows the list. The filter is in the address; changing it adds no step to the browser's history. */
export function Filters({ filter }: { filter: Filter }) {
  const narrow = (name: keyof Filter, value: string | undefined) => {
    const words = { ...filter, [name]: value };
    const place = placeOf(`#/handshakes${queryOf(words)}`);
    history.replaceState(null, '', hashOf(place));
    dispatchEvent(new HashChangeEvent('hashchange'));
  };
  const chosen = (name: keyof Filter) => ({
    value: String(filter[name] ?? ''),
    onChange: (event: Event) => narrow(name, (event.currentTarget as HTMLSelectElement).value),
  });
  return (
    <search class="filters">
      <fieldset class="states">
        <legend class="unseen">State</legend>
        {Object.entries(STATES).map(([value, label]) => (
          <label key={value}>
            <input
              type="radio"
              name="state"
              checked={(filter.state ?? '') === value}
              onChange={() => narrow('state', value)}
            />
            <span>{label}</span>
          </label>
        ))}
      </fieldset>
      <label>
        Customer
        <input
          type="search"
          value={filter.customer ?? ''}
          placeholder="name or reference"
          autocapitalize="none"
          autocomplete="off"
          spellcheck={false}
          onInput={({ currentTarget }) => narrow('customer', currentTarget.value)}
        />
      </label>
      <label>
        Phase
        <select {...chosen('phase')}>
          <option value="">Any</option>
          {PHASES.map((phase) => (
            <option key={phase} value={phase}>
              {WORDS.phases[phase]}
            </option>
          ))}
        </select>
      </label>
      <label>
        Error
        <select {...chosen('error')}>
          <option value="">Any</option>
          {CODES.map((code) => (
            <option key={code}>{code}</option>
          ))}
        </select>
      </label>
      <label>
        In its phase
        <select {...chosen('age')}>
          {Object.entries(AGES).map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      </label>
      <label>
        Started from
        <input
          type="date"
          value={dayOf(filter.since)}
          onChange={({ currentTarget }) => narrow('since', startOfDay(currentTarget.value))}
        />
      </label>
      <label>
        to
        <input
          type="date"
          value={dayOf(filter.until)}
          onChange={({ currentTarget }) => narrow('until', endOfDay(currentTarget.value))}
        />
      </label>
    </search>
  );
}
