import { useEffect, useState } from 'preact/hooks';
import type { Row } from '../../../core/contract/console-api.ts';
import { type Filter, hashOf } from '../model/place.ts';
import { partsOf } from '../model/rows.ts';
import { Heading } from '../parts/heading.tsx';
import { Problem } from '../parts/problem.tsx';
import { RowTable } from '../parts/row-table.tsx';
import { useDesk, useNow, useObservable } from '../parts/use.ts';
import { useOlder } from '../parts/use-older.ts';
import { Filters } from './filters.tsx';

/** The handshakes, now and before: what needs attention is at the top. */
export function HandshakesView({ filter }: { filter: Filter }) {
  const { board } = useDesk();
  useObservable(board);
  // Only an age changes from one second to the next.
  const now = useNow(filter.age !== undefined);
  const older = useOlder(filter, (rows) => board.add(rows));
  const parts = partsOf(board.rows, filter, now);
  const isNarrowed = Object.values(filter).some((value) => value !== undefined);
  const count = parts.stuck.length + parts.active.length + parts.ended.length;
  return (
    <>
      <Heading title="Handshakes" />
      <Filters filter={filter} />
      {!board.isReady ? (
        <p class="empty on-loading" aria-busy="true">
          One moment…
        </p>
      ) : (
        <>
          {count === 0 && !older.why && (
            <p class="empty">
              {isNarrowed ? 'No handshake matches. ' : 'There has been no handshake yet.'}
              {isNarrowed && <a href={hashOf({ name: 'handshakes', filter: {} })}>Show all</a>}
            </p>
          )}
          {older.quoted && (
            <p class="calm">
              This is the code of a visit of{' '}
              <a href={hashOf({ name: 'customer', customer: older.quoted })}>{older.quoted}</a>, which their
              page shows where there is no handshake to name, as where a connect link had been used or was too
              old.
            </p>
          )}
          <Part title="Needs attention" rows={parts.stuck} look="stuck" />
          {!isNarrowed && count > 0 && parts.stuck.length === 0 && (
            <p class="calm">No handshake needs attention.</p>
          )}
          <Part title="Under way" rows={parts.active} look="active" />
          <Part title="Ended" rows={parts.ended} look="ended" />
          <Problem why={older.why} />
          {older.more && filter.state !== 'stuck' && (
            <button class="secondary" type="button" aria-disabled={older.isBusy} onClick={older.more}>
              {older.isBusy ? 'Looking…' : 'Show older ones'}
            </button>
          )}
        </>
      )}
    </>
  );
}

/** Rows of a section that are drawn before anybody asks for more. */
const FIRST = 50;

function Part({ title, rows, look }: { title: string; rows: readonly Row[]; look: string }) {
  const [most, setMost] = useState(FIRST);
  useEffect(() => setMost(FIRST), [title]);
  if (rows.length === 0) return null;
  // All that are running; of those that have ended, the newest.
  const shown = look === 'ended' ? rows.slice(0, most) : rows;
  return (
    <section aria-labelledby={`part-${look}`} class={`part is-${look}`}>
      <h2 id={`part-${look}`}>
        {title} <span class="count">{rows.length}</span>
      </h2>
      <RowTable rows={shown} label={title} />
      {shown.length < rows.length && (
        <button class="plain" type="button" onClick={() => setMost(most + 4 * FIRST)}>
          Show {Math.min(rows.length - shown.length, 4 * FIRST)} more
        </button>
      )}
    </section>
  );
}
