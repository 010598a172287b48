import { useEffect, useState } from 'preact/hooks';
import type { ManyReRun } from '../../../core/contract/re-runs.ts';
import type { Refusal } from '../../model/state.ts';
import { whoWords } from './case-words.ts';
import { Problem } from './problem.tsx';
import { useDesk, useObservable } from './use.ts';

const EVERY_MS = 2_000;

/** What is being tried again for many cases, asked for again while something is; undefined until that is known. */
export function useReRuns(): { runs: readonly ManyReRun[] | undefined; again: () => void } {
  const { desk, board } = useDesk();
  useObservable(board.cases);
  const [runs, setRuns] = useState<readonly ManyReRun[]>();
  const [asks, setAsks] = useState(0);
  const news = board.cases.count;
  useEffect(() => {
    let isOver = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    void desk.api.reRuns().then((answer) => {
      if (isOver) return;
      // The cases are shown all the same.
      if (!answer.ok) return setRuns((was) => was ?? []);
      setRuns(answer.body.runs);
      if (answer.body.runs.some(({ state }) => state === 'running'))
        timer = setTimeout(() => setAsks((count) => count + 1), EVERY_MS);
    });
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [news, asks]);
  return { runs, again: () => setAsks((count) => count + 1) };
}

/** How far each is, and a stop. */
export function ReRuns({ runs, again }: { runs: readonly ManyReRun[]; again: () => void }) {
  const { desk, can } = useDesk();
  const [why, setWhy] = useState<Refusal>();
  const stop = async (id: string) => {
    const answer = await desk.api.stopReRun(id);
    setWhy(answer.ok ? undefined : answer.why);
    again();
  };
  return (
    <>
      {runs.map(({ id, about, askedBy, state, reason, total, waiting, started, passed, failed }) => (
        <section key={id} class="re-run" aria-label={`Re-run of ${about}`}>
          <p>
            <b>
              {state === 'running' ? 'Re-running' : state === 'stopped' ? 'Re-run stopped' : 'Re-run done'}:{' '}
              {about}
            </b>{' '}
            <span class="soft">asked for by {whoWords(askedBy)}</span>
          </p>
          {reason !== null && <p class="soft">{reason}</p>}
          <progress max={total} value={total - waiting} aria-label={`${total - waiting} of ${total}`} />
          <p role="status">
            {started} started{passed > 0 && `, ${passed} passed over`}
            {failed > 0 && `, ${failed} not started`}
            {waiting > 0 && `, ${waiting} ${state === 'stopped' ? 'left' : 'to come'}`}
          </p>
          {state === 'running' && can('re-run') && (
            <button class="secondary danger" type="button" onClick={() => void stop(id)}>
              Stop
            </button>
          )}
        </section>
      ))}
      <Problem why={why} />
    </>
  );
}
