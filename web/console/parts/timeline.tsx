import type { Usual } from '../../../core/contract/console-api.ts';
import type { RecordedAttempt } from '../../../core/contract/handshake-record.ts';
import { span, ticking } from '../model/durations.ts';
import { type Bar, barsOf } from '../model/timeline.ts';
import { WORDS } from '../model/words.ts';
import { useNow } from './use.ts';

interface Props {
  attempt: RecordedAttempt;
  usual: Usual;
  /** The last phase is still running. */
  runs: boolean;
}

/** The phases of an attempt as bars, each against its own usual time: 95 of 100 end within the shaded part. */
export function Timeline({ attempt, usual, runs }: Props) {
  const now = useNow(runs);
  const bars = barsOf(attempt, usual, now);
  if (bars.length === 0) return <p class="soft">Nothing has happened yet.</p>;
  return (
    <table class="timeline">
      <caption class="unseen">How long each phase took, compared with usual</caption>
      <thead>
        <tr>
          <th scope="col">Phase</th>
          <th scope="col">Started after</th>
          <th scope="col">Took</th>
          <th scope="col" class="scale">
            Compared with usual
          </th>
        </tr>
      </thead>
      <tbody>
        {bars.map((bar, index) => (
          <Line key={`${index} ${bar.phase}`} bar={bar} />
        ))}
      </tbody>
    </table>
  );
}

function Line({ bar }: { bar: Bar }) {
  const { phase, offset, ms, isNow, isLong, usual } = bar;
  return (
    <tr class={isLong ? 'long' : undefined}>
      <th scope="row">{WORDS.phases[phase]}</th>
      <td class="soft">{span(offset)}</td>
      <td class="took">
        {ms !== undefined && (isNow ? ticking(ms) : span(ms))}
        {isNow && <span class="soft"> so far</span>}
        {isLong && <span class="unseen">, longer than usual</span>}
      </td>
      <td class="scale">
        {ms !== undefined && <Track bar={bar} />}
        {ms !== undefined && usual && (
          <span class="soft">
            usually {span(usual.median)}, up to {span(usual.p95)}
          </span>
        )}
      </td>
    </tr>
  );
}

const part = (share: number) => `${(share * 100).toFixed(2)}%`;

function Track({ bar: { share, medianAt, p95At } }: { bar: Bar }) {
  return (
    <span class="track" aria-hidden="true">
      {p95At !== undefined && <span class="usual" style={{ width: part(p95At) }} />}
      <span class="bar-of" style={{ width: part(share) }} />
      {medianAt !== undefined && <span class="median" style={{ left: part(medianAt) }} />}
    </span>
  );
}
