import { useState } from 'preact/hooks';
import type { DoctorReport, DoctorRun } from '../../../core/contract/doctor-report.ts';
import { CATALOGUE, type CatalogueRow } from '../../../core/contract/errors.ts';
import type { Refusal } from '../../model/state.ts';
import { untilEnded } from '../client/until-ended.ts';
import { Problem } from './problem.tsx';
import { useDesk, useGone } from './use.ts';

/** Milliseconds between two requests for its state, and the most requests. */
const ASK_MS = 1_000;
const MOST_ASKS = 90;

/** Runs the doctor on the customer's box, and shows what it found. */
export function Doctor({ customer, onDone }: { customer: string; onDone?: () => void }) {
  const { desk } = useDesk();
  const [state, setState] = useState<{ isBusy?: boolean; run?: DoctorRun; why?: Refusal }>({});
  const isGone = useGone();
  const start = async () => {
    if (state.isBusy) return;
    setState({ isBusy: true });
    const answer = await untilEnded(
      await desk.api.startDoctorRun(customer),
      ({ run }) => desk.api.doctorRun(customer, run),
      { everyMs: ASK_MS, most: MOST_ASKS, isGone },
    );
    if (isGone()) return;
    setState(answer.ok ? { run: answer.body } : { why: answer.why });
    if (answer.ok) desk.say('The doctor is done.');
    onDone?.();
  };
  const { isBusy, run, why } = state;
  return (
    <>
      <button class="secondary" type="button" aria-disabled={isBusy ?? false} onClick={start}>
        {isBusy ? 'The doctor is running…' : 'Run doctor'}
      </button>
      {(run || why) && (
        <section class="wide doctor" aria-label="What the doctor says">
          <Problem why={why} />
          {run?.report && (
            <>
              <h3>{VERDICTS[run.report.verdict]}</h3>
              <Findings findings={run.report.findings} />
            </>
          )}
          {run?.state === 'failed' && <Unseen error={run.error} />}
        </section>
      )}
    </>
  );
}

const STATUS = { ok: 'fine', warning: 'warning', blocks: 'blocks' };
const ORDER = ['blocks', 'warning', 'ok'];

export const VERDICTS = {
  ok: 'The doctor found nothing wrong with the box',
  warning: 'A handshake will work, but something needs attention',
  blocks: 'A handshake on this box would fail',
};

export function Findings({ findings }: Pick<DoctorReport, 'findings'>) {
  const worstFirst = [...findings].sort((a, b) => ORDER.indexOf(a.status) - ORDER.indexOf(b.status));
  return (
    <ul class="findings">
      {worstFirst.map(({ id, status, seen, why, fix }) => (
        <li key={id} class={`is-${status}`}>
          <span class="status">{STATUS[status]}</span>
          <div>
            <b>{seen}</b>
            {status !== 'ok' && <p>{why}</p>}
            {status !== 'ok' && fix && <p class="soft">{fix}</p>}
          </div>
        </li>
      ))}
    </ul>
  );
}

function Unseen({ error }: { error: DoctorRun['error'] }) {
  const words: CatalogueRow | undefined = error && CATALOGUE[error];
  return (
    <>
      <h3>The doctor could not examine the box</h3>
      {words && (
        <p>
          {words.support} {words.next}
        </p>
      )}
    </>
  );
}
