import type { Dossier } from '../../../core/contract/console-api.ts';
import { CATALOGUE, type CatalogueRow } from '../../../core/contract/errors.ts';
import { isFinal } from '../../../core/contract/phases.ts';
import { span } from '../model/durations.ts';
import { isSlow } from '../model/rows.ts';
import { WORDS } from '../model/words.ts';
import { Ago } from './moment.tsx';
import { Said } from './said.tsx';
import { Since } from './since.tsx';
import { useNow } from './use.ts';

/** What support tells the customer on the phone, and does next. */
export function WhatIsWrong({ dossier }: { dossier: Dossier }) {
  const { row, record, usual } = dossier;
  const now = useNow(!isFinal(row.phase));
  const error = record.attempts.filter((attempt) => attempt.error).at(-1)?.error;
  if (row.error) {
    const words: CatalogueRow = CATALOGUE[row.error.code];
    return (
      <section class="verdict bad" aria-labelledby="verdict">
        <h2 id="verdict">
          <Said text={words.support} />
        </h2>
        {error?.detail && <p class="detail">{error.detail}</p>}
        <p>
          <b>Next:</b> <Said text={words.next} />
        </p>
        <p class="soft">
          <code>{row.error.code}</code> in “{WORDS.phases[row.error.phase].toLowerCase()}”,{' '}
          <Ago at={row.since} />
          {row.onPage ? '; the customer’s page is open' : ''}. The customer reads: “{words.customer}”
        </p>
      </section>
    );
  }
  const slow = isSlow(row, usual, now);
  const times = usual[row.phase];
  return (
    <section class={`verdict ${slow ? 'slow' : 'fine'}`} aria-labelledby="verdict">
      <h2 id="verdict">{slow ? 'It is taking longer than usual' : CALM[row.phase]}</h2>
      {isFinal(row.phase) ? (
        <p class="soft">
          <Ago at={row.since} />
        </p>
      ) : (
        <p>
          {WORDS.phases[row.phase]} for <Since at={row.since} />
          {times ? `; usually ${span(times.median)}, 95 of 100 take at most ${span(times.p95)}.` : '.'}
          {slow &&
            (row.phase === 'waiting'
              ? ' Ask the customer where they are.'
              : ' Watch it live to see what is on the box’s screen.')}
        </p>
      )}
    </section>
  );
}

const CALM: Record<Dossier['row']['phase'], string> = {
  queued: 'It is waiting for a free worker',
  reaching: 'It is under way',
  preparing: 'It is under way',
  opening: 'It is under way',
  waiting: 'It is the customer’s turn',
  exchanging: 'It is under way',
  installing: 'It is under way',
  proving: 'It is under way',
  connected: 'It connected',
  failed: 'It failed',
  cancelled: 'It was cancelled',
  expired: 'The customer did not sign in in time',
};
