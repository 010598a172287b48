import { useEffect, useState } from 'preact/hooks';
import { customerSchema } from '../../../core/contract/customer.ts';
import { FLEET_HEALTHS, type Fleet } from '../../../core/contract/fleet.ts';
import { type FleetSearch, hashOf, queryOf } from '../model/place.ts';
import { FleetTable } from '../parts/fleet-table.tsx';
import { Heading } from '../parts/heading.tsx';
import { LookAtMany } from '../parts/look-at-many.tsx';
import { Problem } from '../parts/problem.tsx';
import { RepairMany } from '../parts/repair-many.tsx';
import { useDesk } from '../parts/use.ts';
import { useFleet } from '../parts/use-fleet.ts';
import { FleetFilters, HealthChips } from './fleet-filters.tsx';

/** All customers: what each has connected, how that is, and who has nothing. */
export function FleetView({ search }: { search: FleetSearch }) {
  const { can } = useDesk();
  const { rows, counts, why, more, isBusy, again } = useFleet(search);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(NOBODY);
  useEffect(() => setChosen(NOBODY), [JSON.stringify(search)]);
  const isNarrowed = Object.entries(search).some(([name, value]) => name !== 'sort' && value !== undefined);
  const { sort: _, ...filter } = search;
  return (
    <>
      <Heading title="Fleet" />
      <p class="facts-line">
        <a href={hashOf({ name: 'runs' })}>Runs: the doctor, preparing and migrating many boxes</a>
        <a href={hashOf({ name: 'usage', search: {} })}>Usage: who leans on the platform’s credential</a>
      </p>
      <HealthChips search={search} counts={counts} />
      <FleetFilters search={search} />
      <Problem why={why} />
      {!rows && !why && (
        <p class="empty on-loading" aria-busy="true">
          One moment…
        </p>
      )}
      {rows?.length === 0 && (
        <p class="empty">
          {isNarrowed ? 'Nothing matches. ' : 'Nothing has been heard of any customer yet.'}
          {isNarrowed && <a href={hashOf({ name: 'fleet', search: {} })}>Show all</a>}
          <Unheard name={search.q} />
        </p>
      )}
      {rows && rows.length > 0 && (
        <>
          <div class="over-table">
            <p role="status" class="soft">
              {shownWords(rows.length, totalOf(counts, search))}
            </p>
            {can('fleet-export') && (
              <p>
                Export what matches:{' '}
                <a href={`/api/v1/fleet/export${queryOf({ format: 'csv', ...filter })}`} download>
                  CSV
                </a>
                ,{' '}
                <a href={`/api/v1/fleet/export${queryOf({ format: 'jsonl', ...filter })}`} download>
                  JSON lines
                </a>
              </p>
            )}
          </div>
          {can('look') && <LookAtMany rows={rows} chosen={chosen} onChosen={setChosen} onDue={again} />}
          {can('repair-ask') && <RepairMany chosen={chosen} onChosen={setChosen} onDone={again} />}
          <FleetTable
            rows={rows}
            sort={search.sort ?? 'customer'}
            isBusy={isBusy}
            {...(can('look') && { chosen, onChosen: setChosen })}
          />
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

const NOBODY: ReadonlySet<string> = new Set();

/** The record may know nobody of that name, and an inventory may all the same. */
function Unheard({ name }: { name: string | undefined }) {
  const customer = customerSchema.safeParse(name?.toLowerCase()).data;
  if (customer === undefined) return null;
  return (
    <span class="block">
      <a href={hashOf({ name: 'customer', customer })}>Open the page of {customer} all the same</a>
    </span>
  );
}

function totalOf(counts: Fleet['counts'], { health }: FleetSearch): number | undefined {
  if (!counts) return undefined;
  return health ? counts[health] : FLEET_HEALTHS.reduce((sum, each) => sum + counts[each], 0);
}

function shownWords(shown: number, total: number | undefined): string {
  if (total === undefined || total <= shown) return `${shown} ${shown === 1 ? 'line' : 'lines'}`;
  return `${shown} of ${total} lines`;
}
