import { useRef, useState } from 'preact/hooks';
import type { ShownRun } from '../../../core/contract/shown-runs.ts';
import type { Refusal } from '../../model/state.ts';
import { hashOf } from '../model/place.ts';
import { moves, runTitle } from '../model/runs.ts';
import { Heading } from '../parts/heading.tsx';
import { Ago } from '../parts/moment.tsx';
import { Problem } from '../parts/problem.tsx';
import { open } from '../parts/row-table.tsx';
import { RunMark, RunProgress } from '../parts/run-mark.tsx';
import { useDesk } from '../parts/use.ts';
import { useOften } from '../parts/use-often.ts';

/** Milliseconds between two questions while one of them goes on. */
const ASK_MS = 5_000;

/** What pages after the first have said. */
interface Older {
  runs: readonly ShownRun[];
  next?: string | undefined;
  why?: Refusal | undefined;
  isAsked: boolean;
}
const NONE: Older = { runs: [], isAsked: false };

const byStart = (a: ShownRun, b: ShownRun) =>
  Date.parse(b.startedAt) - Date.parse(a.startedAt) || (a.id < b.id ? -1 : 1);

/** What is done on one box of the fleet after another, or was. */
export function RunsView() {
  const { desk } = useDesk();
  const newest = useOften(
    () => desk.api.runs(),
    ASK_MS,
    ({ runs }) => runs.some(moves),
  );
  const { body } = newest;
  const [older, setOlder] = useState<Older>(NONE);
  // What has moved off the first page meanwhile stays.
  const seen = useRef(new Map<string, ShownRun>());
  for (const run of [...older.runs, ...(body?.runs ?? [])]) seen.current.set(run.id, run);
  const runs = [...seen.current.values()].sort(byStart);
  const next = older.isAsked ? older.next : body?.next;
  const more = async () => {
    const answer = await desk.api.runs(next);
    setOlder((was) =>
      answer.ok ? { ...answer.body, why: undefined, isAsked: true } : { ...was, why: answer.why },
    );
  };
  const why = newest.why ?? older.why;
  return (
    <>
      <p class="crumb">
        <a href={hashOf({ name: 'fleet', search: {} })}>Fleet</a>
      </p>
      <Heading title="Runs" />
      <p class="soft">
        The doctor, preparing or migrating one box after another. <code>keyferry fleet</code> begins them.
      </p>
      <Problem why={why} />
      {!body && !why && (
        <p class="empty on-loading" aria-busy="true">
          One moment…
        </p>
      )}
      {body && runs.length === 0 && <p class="empty">There has been no run yet.</p>}
      {runs.length > 0 && <Table runs={runs} />}
      {next !== undefined && (
        <button class="secondary" type="button" onClick={() => void more()}>
          Show more
        </button>
      )}
    </>
  );
}

function Table({ runs }: { runs: readonly ShownRun[] }) {
  return (
    <table class="rows runs">
      <caption class="unseen">Runs, the newest first</caption>
      <thead>
        <tr>
          <th scope="col">Run</th>
          <th scope="col">State</th>
          <th scope="col">Boxes</th>
          <th scope="col">Of which</th>
          <th scope="col">Asked for by</th>
          <th scope="col">Begun</th>
        </tr>
      </thead>
      <tbody>
        {runs.map((run) => (
          <Line key={run.id} run={run} />
        ))}
      </tbody>
    </table>
  );
}

function Line({ run }: { run: ShownRun }) {
  const hash = hashOf({ name: 'run', run: run.id });
  return (
    <tr onClick={(event) => open(event, hash)}>
      <th scope="row">
        <a href={hash}>
          {runTitle(run)} <span class="slug soft">{run.id.slice(0, 8)}</span>
        </a>
      </th>
      <td>
        <RunMark run={run} />
        {run.reason && <span class="soft">{run.reason}</span>}
      </td>
      <td data-label="Boxes">
        <RunProgress run={run} />
      </td>
      <td data-label="Of which" class="soft">
        {run.filter === '' ? 'all boxes' : run.filter}
      </td>
      <td data-label="Asked for by" class="soft">
        {run.askedBy}
      </td>
      <td data-label="Begun" class="soft">
        <Ago at={run.startedAt} />
      </td>
    </tr>
  );
}
