import type { CaseGroups } from '../../../core/contract/cases.ts';
import { dayOf, endOfDay, startOfDay } from '../model/days.ts';
import { type CaseSearch, hashOf, placeOf, queryOf } from '../model/place.ts';
import { CASE_WORDS } from '../parts/case-words.ts';
import { useDesk } from '../parts/use.ts';

/** Narrows the cases. What they are narrowed to is in the address; changing it adds no step to the browser's history. */
export function CaseFilters({ search, groups }: { search: CaseSearch; groups: CaseGroups | undefined }) {
  const { session } = useDesk();
  const narrow = (name: keyof CaseSearch, value: string | undefined) => {
    const place = placeOf(`#/cases${queryOf({ ...search, [name]: value })}`);
    history.replaceState(null, '', hashOf(place));
    dispatchEvent(new HashChangeEvent('hashchange'));
  };
  const chip = (state: CaseSearch['state'], label: string, count?: number) => (
    <a
      class="chip"
      href={hashOf({ name: 'cases', search: { ...search, state } })}
      aria-current={search.state === state ? 'true' : undefined}
    >
      {label} {count !== undefined && <span class="count">{count}</span>}
    </a>
  );
  // Not known: none is shown, which is not the same as none.
  const { open, snoozed, resolved } = groups?.counts ?? {};
  const unresolved = open !== undefined && snoozed !== undefined ? open + snoozed : undefined;
  const people = [...new Set([session.name, ...(groups?.assignees ?? [])])];
  return (
    <>
      <nav class="chips" aria-label="By state">
        {chip(undefined, 'Unresolved', unresolved)}
        {chip('open', CASE_WORDS.states.open, open)}
        {chip('snoozed', CASE_WORDS.states.snoozed, snoozed)}
        {chip('resolved', CASE_WORDS.states.resolved, resolved)}
        {search.cause !== undefined && (
          <a class="chip" href={hashOf({ name: 'cases', search: { ...search, cause: undefined } })}>
            {search.cause.split(':')[1]} <span aria-hidden="true">×</span>
            <span class="unseen">: show every cause</span>
          </a>
        )}
      </nav>
      <search class="filters">
        <label>
          Customer
          <input
            type="search"
            value={search.q ?? ''}
            placeholder="part of the name"
            maxLength={100}
            autocapitalize="none"
            autocomplete="off"
            spellcheck={false}
            onInput={({ currentTarget }) => narrow('q', currentTarget.value)}
          />
        </label>
        <label>
          Assignee
          <select
            value={search.assignee ?? ''}
            onChange={({ currentTarget }) => narrow('assignee', currentTarget.value)}
          >
            <option value="">Anybody</option>
            <option value="-">Nobody</option>
            {people.map((name) => (
              <option key={name} value={name}>
                {name === session.name ? `me (${name})` : name}
              </option>
            ))}
          </select>
        </label>
        <label>
          Kind
          <select
            value={search.kind ?? ''}
            onChange={({ currentTarget }) => narrow('kind', currentTarget.value)}
          >
            <option value="">Any</option>
            {Object.entries(CASE_WORDS.kinds).map(([kind, label]) => (
              <option key={kind} value={kind}>
                {label}
              </option>
            ))}
          </select>
        </label>
        <label>
          Last seen from
          <input
            type="date"
            value={dayOf(search.since)}
            onChange={({ currentTarget }) => narrow('since', startOfDay(currentTarget.value))}
          />
        </label>
        <label>
          to
          <input
            type="date"
            value={dayOf(search.until)}
            onChange={({ currentTarget }) => narrow('until', endOfDay(currentTarget.value))}
          />
        </label>
      </search>
    </>
  );
}
