import { useReducer, useRef, useState } from 'preact/hooks';
import type { DoctorReports } from '../../../core/contract/console-api.ts';
import type { Refusal } from '../../model/state.ts';
import { hashOf } from '../model/place.ts';
import { partsOf, type Rows, taken } from '../model/rows.ts';
import { actionWords, actorWords } from '../model/words.ts';
import { CaseTable } from '../parts/case-table.tsx';
import { Connections } from '../parts/connections.tsx';
import { Doctor, Findings, VERDICTS } from '../parts/doctor.tsx';
import { Heading } from '../parts/heading.tsx';
import { Limits } from '../parts/limits.tsx';
import { Exactly } from '../parts/moment.tsx';
import { Problem } from '../parts/problem.tsx';
import { RowTable } from '../parts/row-table.tsx';
import { UsageOf } from '../parts/usage-of.tsx';
import { useAnswer, useDesk, useObservable } from '../parts/use.ts';
import { useOlder } from '../parts/use-older.ts';

/** One customer: their cases, what they have connected and used, every handshake of theirs that is kept, and what the doctor has found. */
export function CustomerView({ customer }: { customer: string }) {
  return (
    <>
      <p class="crumb">
        <a href={hashOf({ name: 'fleet', search: {} })}>Fleet</a>
      </p>
      <OfCustomer customer={customer} />
    </>
  );
}

/** The same; beside a case (its id) without a heading of its own, and without that case. */
export function OfCustomer({ customer, besides }: { customer: string; besides?: string }) {
  const { desk, board, can } = useDesk();
  useObservable(board.cases);
  const news = board.cases.count;
  const [runs, setRuns] = useState(0);
  const [asks, ask] = useReducer((count: number) => count + 1, 0);
  const told = useAnswer(() => desk.api.customer(customer), [customer, asks]);
  const reports = useAnswer(() => desk.api.doctorReports(customer), [customer, runs]);
  const repairs = useAnswer(() => desk.api.repairs(customer), [customer, asks]);
  const looks = useAnswer(() => desk.api.looks(customer), [customer, asks]);
  const usage = useAnswer(() => desk.api.usage(customer), [customer]);
  const cases = useAnswer(
    () => desk.api.cases({ customer, state: 'all' }, undefined, MOST_CASES),
    [customer, news],
  );
  const handshakes = useHandshakes(customer);
  // All, so that nothing moves when the last answer comes.
  const isLoaded =
    handshakes.isLoaded &&
    [reports, told, repairs, looks, usage, cases].every(({ body, why }) => (body ?? why) !== undefined);
  const { displayName = null, plan = null } = told.body ?? {};
  const others = cases.body?.cases.filter(({ id }) => id !== besides) ?? [];
  return (
    <>
      {besides === undefined && (
        <Heading title={displayName ?? customer}>
          <bdi>{displayName ?? customer}</bdi>
        </Heading>
      )}
      <p class="soft facts-line">
        {displayName !== null && <span>{customer}</span>}
        {plan !== null && <span>plan: {plan}</span>}
        {can('audit') && (
          <a href={hashOf({ name: 'audit', search: { customer } })}>Audit log of {customer}</a>
        )}
      </p>
      {isLoaded ? (
        <>
          <Problem why={cases.why} />
          {others.length > 0 && (
            <section>
              <h2>{besides === undefined ? 'Cases' : 'Their other cases'}</h2>
              <CaseTable cases={others} label={`Cases of ${customer}`} />
            </section>
          )}
          <Connections
            customer={customer}
            {...told}
            repairs={repairs}
            looks={looks}
            again={() => ask(undefined)}
          />
          <UsageOf customer={customer} {...usage} />
          <Handshakes customer={customer} {...handshakes} />
          <Limits customer={customer} />
          <Reports customer={customer} {...reports} onRun={() => setRuns(runs + 1)} />
          {can('audit') && <Audited customer={customer} news={news} />}
        </>
      ) : (
        <p class="empty on-loading" aria-busy="true">
          One moment…
        </p>
      )}
    </>
  );
}

/** Cases and entries of the audit log that are shown. */
const MOST_CASES = 50;
const MOST_ENTRIES = 20;

/** What was done about them, the last of it. */
function Audited({ customer, news }: { customer: string; news: number }) {
  const { desk } = useDesk();
  const { body, why } = useAnswer(
    () => desk.api.audit({ customer }, undefined, MOST_ENTRIES),
    [customer, news],
  );
  return (
    <section>
      <h2>Audit log</h2>
      <Problem why={why} />
      {body?.entries.length === 0 && <p class="soft">There is nothing.</p>}
      <ul class="plain-list">
        {body?.entries.map((entry) => (
          <li key={entry.id}>
            <Exactly at={entry.at} /> <b>{actorWords(entry)}</b> {actionWords(entry.action)}
            {entry.outcome === 'refused' && ' (refused)'}
            {entry.detail !== undefined && <span class="soft"> {entry.detail}</span>}
          </li>
        ))}
      </ul>
    </section>
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
