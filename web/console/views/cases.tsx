import { useEffect, useState } from 'preact/hooks';
import { type CaseSearch, hashOf, queryOf } from '../model/place.ts';
import { CaseActions } from '../parts/case-actions.tsx';
import { CaseTable, GroupTable } from '../parts/case-table.tsx';
import { Heading } from '../parts/heading.tsx';
import { Problem } from '../parts/problem.tsx';
import { ReRuns, useReRuns } from '../parts/re-runs.tsx';
import { useDesk } from '../parts/use.ts';
import { useCases } from '../parts/use-cases.ts';
import { CaseFilters } from './case-filters.tsx';

const NONE: ReadonlySet<string> = new Set();
/** The most that are chosen one by one. */
const MOST_CHOSEN = 500;

/** Trouble that somebody has to resolve: by cause, and case by case. */
export function CasesView({ search }: { search: CaseSearch }) {
  const { can } = useDesk();
  const { cases: found, groups, why, more, again } = useCases(search);
  const reRuns = useReRuns();
  // Not before what stands above them, so that nothing moves when it comes.
  const cases = reRuns.runs && found;
  const [chosen, setChosen] = useState<ReadonlySet<string>>(NONE);
  const [said, setSaid] = useState('');
  useEffect(() => {
    setChosen(NONE);
    setSaid('');
  }, [JSON.stringify(search)]);
  const mayChange = can('case-change');
  const group =
    search.cause === undefined ? undefined : groups?.groups.find(({ cause }) => cause === search.cause);
  const { state: _, cause: __, ...narrowed } = search;
  const isNarrowed = Object.values(narrowed).some((value) => value !== undefined);
  // All of a cause are meant where nothing else narrows what is shown.
  const isWhole =
    search.cause !== undefined &&
    chosen.size === 0 &&
    !isNarrowed &&
    (search.state ?? 'unresolved') === 'unresolved';
  const picked = cases?.filter(({ id }) => chosen.has(id)) ?? [];
  const of =
    isWhole && search.cause !== undefined ? { cause: search.cause } : { cases: picked.map(({ id }) => id) };
  const done = (
    <p class="done" role="status">
      {said}
    </p>
  );
  return (
    <>
      <Heading title="Cases" />
      <ReRuns runs={reRuns.runs ?? []} again={reRuns.again} />
      {reRuns.runs && <CaseFilters search={search} groups={groups} />}
      <Problem why={why} />
      {!cases && !why && (
        <p class="empty on-loading" aria-busy="true">
          One moment…
        </p>
      )}
      {cases?.length === 0 && done}
      {cases?.length === 0 && (
        <p class="empty">
          {isNarrowed || search.cause || search.state ? 'Nothing matches. ' : 'No case is unresolved. '}
          {(isNarrowed || search.cause || search.state) && (
            <a href={hashOf({ name: 'cases', search: {} })}>Show what is open</a>
          )}
        </p>
      )}
      {cases && search.cause === undefined && groups && groups.groups.length > 0 && (
        <section aria-labelledby="by-cause">
          <h2 id="by-cause">
            By cause <span class="count">{groups.groups.length}</span>
          </h2>
          <GroupTable groups={groups.groups} search={search} />
        </section>
      )}
      {cases && cases.length > 0 && (
        <section aria-labelledby="all-cases">
          <div class="over-table">
            <h2 id="all-cases">
              {search.cause === undefined ? 'Case by case' : 'Of this cause'}{' '}
              <span class="count">{group ? group.count : cases.length}</span>
            </h2>
            {can('case-export') && (
              <p>
                <a href={`/api/v1/case-export${queryOf(search)}`} download>
                  Export what matches as CSV
                </a>
              </p>
            )}
          </div>
          {mayChange && (
            <>
              <p class="soft choosing">
                {chosen.size > 0
                  ? `${chosen.size} chosen.`
                  : isWhole
                    ? `None chosen: it applies to all ${group?.count ?? cases.length} of this cause.`
                    : 'Choose some, or open a cause to do something with all of it.'}{' '}
                <button
                  class="plain"
                  type="button"
                  onClick={() => setChosen(new Set(cases.slice(0, MOST_CHOSEN).map(({ id }) => id)))}
                >
                  Choose all shown
                </button>
                {chosen.size > 0 && (
                  <button class="plain" type="button" onClick={() => setChosen(NONE)}>
                    Choose none
                  </button>
                )}
              </p>
              {(isWhole || picked.length > 0) && (
                <CaseActions
                  of={of}
                  count={isWhole ? (group?.count ?? cases.length) : picked.length}
                  hasOpen={isWhole || picked.some(({ state }) => state !== 'resolved')}
                  hasResolved={picked.some(({ state }) => state !== 'open')}
                  onSaid={setSaid}
                  onDone={() => {
                    setChosen(NONE);
                    again();
                  }}
                />
              )}
              {done}
            </>
          )}
          <CaseTable
            cases={cases}
            label="Cases, what was last seen first"
            {...(mayChange && { chosen, onChosen: setChosen })}
          />
          {more && (
            <button class="secondary" type="button" onClick={more}>
              Show more
            </button>
          )}
        </section>
      )}
    </>
  );
}
