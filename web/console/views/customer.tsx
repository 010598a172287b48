import { useReducer, useRef, useState } from 'preact/hooks';
import type { DoctorReports } from '../../../core/contract/console-api.ts';
import type { Refusal } from '../../model/state.ts';
import { hashOf } from '../model/place.ts';
import { partsOf, type Rows, taken } from '../model/rows.ts';
import { Connections } from '../parts/connections.tsx';
import { Doctor, Findings, VERDICTS } from '../parts/doctor.tsx';
import { Heading } from '../parts/heading.tsx';
import { Exactly } from '../parts/moment.tsx';
import { Problem } from '../parts/problem.tsx';
import { RowTable } from '../parts/row-table.tsx';
import { useAnswer, useDesk, useObservable } from '../parts/use.ts';
import { useOlder } from '../parts/use-older.ts';

/** One customer: what they have connected, every handshake of theirs that is kept, and what the doctor has found. */
export function CustomerView({ customer }: { customer: string }) {
  const { desk, can } = useDesk();
  const [runs, setRuns] = useState(0);
  const [asks, ask] = useReducer((count: number) => count + 1, 0);
  const told = useAnswer(() => desk.api.customer(customer), [customer, asks]);
  const reports = useAnswer(() => desk.api.doctorReports(customer), [customer, runs]);
  const repairs = useAnswer(() => desk.api.repairs(customer), [customer, asks]);
  const looks = useAnswer(() => desk.api.looks(customer), [customer, asks]);
  const handshakes = useHandshakes(customer);
  // All, so that nothing moves when the last answer comes.
  const isLoaded =
    handshakes.isLoaded &&
    [reports, told, repairs, looks].every(({ body, why }) => (body ?? why) !== undefined);
  const { displayName = null, plan = null } = told.body ?? {};
  return (
    <>
      <p class="crumb">
        <a href={hashOf({ name: 'fleet', search: {} })}>Fleet</a>
      </p>
      <Heading title={displayName ?? customer} />
      <p class="soft facts-line">
        {displayName !== null && <span>{customer}</span>}
        {plan !== null && <span>plan: {plan}</span>}
        {can('audit') && (
          <a href={hashOf({ name: 'audit', search: { customer } })}>Audit log of {customer}</a>
        )}
      </p>
      {isLoaded ? (
        <>
          <Connections
            customer={customer}
            {...told}
            repairs={repairs}
            looks={looks}
            again={() => ask(undefined)}
          />
          <Handshakes customer={customer} {...handshakes} />
          <Reports customer={customer} {...reports} onRun={() => setRuns(runs + 1)} />
        </>
      ) : (
        <p class="empty on-loading" aria-busy="true">
          One moment…
        </p>
      )}
    </>
  );
}

function useHandshakes(customer: string) {
  const { board } = useDesk();
  useObservable(board);
  const [, draw] = useReducer((count: number) => count + 1, 0);
  const older = useRef<Rows>(new Map());
  const pages = useOlder({ of: customer }, (rows) => {
    older.current = taken(older.current, rows, false);
    draw(undefined);
  });
  // Those that move are on the board.
  const known = [...board.rows.values()].filter((row) => row.customer === customer);
  const parts = partsOf(taken(older.current, known, false), {}, 0);
  const isLoaded = board.isReady && (pages.isLoaded || pages.why !== undefined);
  return { ...pages, isLoaded, rows: [...parts.stuck, ...parts.active, ...parts.ended] };
}

function Handshakes({
  customer,
  rows,
  more,
  isBusy,
  why,
}: { customer: string } & ReturnType<typeof useHandshakes>) {
  return (
    <section>
      <h2>Handshakes</h2>
      {rows.length > 0 && <RowTable rows={rows} label={`Handshakes of ${customer}`} />}
      {rows.length === 0 && !why && <p class="soft">There are none.</p>}
      <Problem why={why} />
      {more && (
        <button class="secondary" type="button" aria-disabled={isBusy} onClick={more}>
          {isBusy ? 'Looking…' : 'Show older ones'}
        </button>
      )}
    </section>
  );
}

interface ReportsParts {
  customer: string;
  body?: DoctorReports;
  why?: Refusal;
  onRun: () => void;
}

function Reports({ customer, body, why, onRun }: ReportsParts) {
  const { can } = useDesk();
  return (
    <section>
      <h2>The doctor’s reports</h2>
      {can('doctor') && (
        <div class="actions">
          <Doctor customer={customer} onDone={onRun} />
        </div>
      )}
      <Problem why={why} />
      {body?.reports.length === 0 && <p class="soft">There are none.</p>}
      {body?.reports.map(({ run, at, report }) => (
        <details key={run} class="doctor">
          <summary>
            <Exactly at={at} /> {VERDICTS[report.verdict]}
          </summary>
          <Findings findings={report.findings} />
        </details>
      ))}
    </section>
  );
}
