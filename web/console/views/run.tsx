import type { ShownRunReport } from '../../../core/contract/shown-runs.ts';
import { hashOf } from '../model/place.ts';
import { BOX_STATES, moves, runTitle } from '../model/runs.ts';
import { Fact } from '../parts/fact.tsx';
import { Heading } from '../parts/heading.tsx';
import { Exactly } from '../parts/moment.tsx';
import { Problem } from '../parts/problem.tsx';
import { RunActions } from '../parts/run-actions.tsx';
import { RunMark, RunProgress } from '../parts/run-mark.tsx';
import { BoxLinks, Reason, RunFindings } from '../parts/run-report.tsx';
import { useDesk } from '../parts/use.ts';
import { useOften } from '../parts/use-often.ts';

/** Milliseconds between two questions while it goes on. */
const ASK_MS = 3_000;

/** One run over the fleet: how its boxes stand, why some are not well, and what can be done. */
export function RunView({ run: id }: { run: string }) {
  const { desk } = useDesk();
  const { body, why, again } = useOften(
    () => desk.api.run(id),
    ASK_MS,
    ({ run }) => moves(run),
  );
  return (
    <>
      <p class="crumb">
        <a href={hashOf({ name: 'fleet', search: {} })}>Fleet</a> /{' '}
        <a href={hashOf({ name: 'runs' })}>Runs</a>
      </p>
      <Heading title={body ? `${runTitle(body.run)} ${id.slice(0, 8)}` : `Run ${id.slice(0, 8)}`} />
      <Problem why={why} />
      {body ? (
        <>
          <Head {...body} />
          <RunActions run={body.run} again={again} />
          <Canaries {...body} />
          <RunFindings run={body.run} report={body.report} />
        </>
      ) : (
        !why && (
          <p class="empty on-loading" aria-busy="true">
            One moment…
          </p>
        )
      )}
    </>
  );
}

function Head({ run, batch, maxFailures }: ShownRunReport) {
  return (
    <section class="connection" aria-label="How it stands">
      <div role="status">
        <p>
          <RunMark run={run} /> {run.reason}
        </p>
        <p>
          <RunProgress run={run} />
        </p>
      </div>
      <dl class="facts">
        <Fact name="Which boxes">{run.filter === '' ? 'all' : <code>{run.filter}</code>}</Fact>
        <Fact name="Asked for by">{run.askedBy}</Fact>
        <Fact name="Begun">
          <Exactly at={run.startedAt} />
        </Fact>
        <Fact name="Ended">{run.endedAt ? <Exactly at={run.endedAt} /> : 'not yet'}</Fact>
        <Fact name="At once">{batch}</Fact>
        <Fact name="Paused by">
          {maxFailures === 0 ? 'no number of failures' : `${maxFailures} failed boxes`}
        </Fact>
      </dl>
    </section>
  );
}

function Canaries({ canaries }: ShownRunReport) {
  if (canaries.length === 0) return null;
  return (
    <section aria-labelledby="canaries">
      <h2 id="canaries">Canaries</h2>
      <ul class="plain-list">
        {canaries.map((canary) => (
          <li key={`${canary.customer} ${canary.box}`}>
            <BoxLinks boxes={[canary]} />: {BOX_STATES[canary.state]}
            {(canary.code ?? canary.why) !== null && (
              <>
                {'. '}
                <Reason {...canary} />
              </>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
