import { useReducer, useRef } from 'preact/hooks';
import { partsOf, type Rows, taken } from '../model/rows.ts';
import { Heading } from '../parts/heading.tsx';
import { Problem } from '../parts/problem.tsx';
import { RowTable } from '../parts/row-table.tsx';
import { useDesk, useObservable } from '../parts/use.ts';
import { useOlder } from '../parts/use-older.ts';

/** One customer: every handshake of theirs that is kept. */
export function CustomerView({ customer }: { customer: string }) {
  const { board } = useDesk();
  useObservable(board);
  const [, draw] = useReducer((count: number) => count + 1, 0);
  const older = useRef<Rows>(new Map());
  const { more, isBusy, why, isLoaded } = useOlder({ of: customer }, (rows) => {
    older.current = taken(older.current, rows, false);
    draw(undefined);
  });
  // Those that move are on the board.
  const known = [...board.rows.values()].filter((row) => row.customer === customer);
  const parts = partsOf(taken(older.current, known, false), {}, 0);
  const rows = [...parts.stuck, ...parts.active, ...parts.ended];
  return (
    <>
      <p class="crumb">
        <a href="#/handshakes">Handshakes</a>
      </p>
      <Heading title={customer} />
      <section>
        <h2>Handshakes</h2>
        <Problem why={why} />
        {rows.length > 0 && <RowTable rows={rows} label={`Handshakes of ${customer}`} />}
        {rows.length === 0 && isLoaded && !why && <p class="empty">There has been none that is kept.</p>}
        {rows.length === 0 && !isLoaded && !why && (
          <p class="empty on-loading" aria-busy="true">
            One moment…
          </p>
        )}
        {more && (
          <button class="secondary" type="button" aria-disabled={isBusy} onClick={more}>
            {isBusy ? 'Looking…' : 'Show older ones'}
          </button>
        )}
      </section>
    </>
  );
}
