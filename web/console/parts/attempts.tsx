import type { Dossier } from '../../../core/contract/console-api.ts';
import { CATALOGUE } from '../../../core/contract/errors.ts';
import type { RecordedAttempt } from '../../../core/contract/handshake-record.ts';
import { isFinal } from '../../../core/contract/phases.ts';
import { span } from '../model/durations.ts';
import { hashOf } from '../model/place.ts';
import { tookMs } from '../model/timeline.ts';
import { Said } from './said.tsx';
import { Timeline } from './timeline.tsx';
import { useDesk } from './use.ts';

/** What happened, attempt by attempt; the newest is open. */
export function Attempts({ dossier }: { dossier: Dossier }) {
  const { record } = dossier;
  const newest = record.attempts.at(-1);
  const earlier = record.attempts.slice(0, -1).reverse();
  return (
    <>
      {newest && (
        <section aria-labelledby="timeline">
          <h2 id="timeline">{titleOf(newest)}</h2>
          <Attempt attempt={newest} dossier={dossier} />
        </section>
      )}
      {earlier.length > 0 && (
        <section aria-labelledby="earlier">
          <h2 id="earlier">Earlier attempts</h2>
          {earlier.map((attempt) => (
            <details key={attempt.attempt}>
              <summary>
                {titleOf(attempt)}
                {attempt.error && ': '}
                {attempt.error && <Said text={CATALOGUE[attempt.error.code].support} />}
              </summary>
              <Attempt attempt={attempt} dossier={dossier} />
            </details>
          ))}
        </section>
      )}
    </>
  );
}

const titleOf = ({ attempt }: RecordedAttempt) => (attempt === 0 ? 'In the queue' : `Attempt ${attempt}`);

function Attempt({ attempt, dossier }: { attempt: RecordedAttempt; dossier: Dossier }) {
  const { desk, can } = useDesk();
  const { recordings, row, usual } = dossier;
  const isNewest = attempt === dossier.record.attempts.at(-1);
  const took = tookMs(attempt, desk.clock.now());
  const hasRecording = recordings.includes(attempt.attempt) && can('replay');
  return (
    <>
      <Timeline attempt={attempt} usual={usual} runs={isNewest && !isFinal(row.phase)} />
      <p class="soft">
        {took !== undefined && (!isNewest || isFinal(row.phase)) && `${span(took)} in total. `}
        {hasRecording && (
          <a href={hashOf({ name: 'replay', handshake: row.handshake, attempt: attempt.attempt })}>
            Replay of attempt {attempt.attempt}
          </a>
        )}
      </p>
      {attempt.warnings.length > 0 && (
        <ul class="warnings">
          {attempt.warnings.map((warning) => (
            <li key={warning}>{warning}</li>
          ))}
        </ul>
      )}
      {attempt.error?.screen && (
        <>
          <h3>The last screen, redacted</h3>
          {/* It is wider than a phone, so it scrolls, by keyboard too. */}
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be focusable */}
          <section class="screen" tabIndex={0} aria-label={`Last screen of ${titleOf(attempt)}`}>
            <pre>{attempt.error.screen}</pre>
          </section>
        </>
      )}
    </>
  );
}
