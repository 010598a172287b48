import { countsWords } from '../../../core/contract/run-words.ts';
import type { ShownRun } from '../../../core/contract/shown-runs.ts';
import { runState, shareOf } from '../model/runs.ts';

/** How a run stands: a colour and a word. */
export function RunMark({ run }: { run: ShownRun }) {
  const { words, look } = runState(run);
  return <span class={`phase is-${look}`}>{words}</span>;
}

/** How far a run is. */
export function RunProgress({ run }: { run: ShownRun }) {
  if (run.listedAt === null)
    return <>{run.state === 'running' ? 'Finding out which boxes there are.' : 'No box was begun.'}</>;
  return (
    <>
      {countsWords(run.counts)}
      {run.counts.total > 0 && (
        <span class="meter" aria-hidden="true">
          <span style={`width: ${(100 * shareOf(run)).toFixed(1)}%`} />
        </span>
      )}
    </>
  );
}
