import type { ReRunPlan } from '../../../core/contract/re-runs.ts';
import { casesAre } from './case-words.ts';
import { ConnectLink } from './connect-link.tsx';
import { useDesk } from './use.ts';

interface Props {
  plan: ReRunPlan;
  isBusy: boolean;
  onStart: () => void;
  onClosed: () => void;
}

/** What a re-run would do, before anything starts; and what to send to whoever has to come. */
export function Plan({ plan, isBusy, onStart, onClosed }: Props) {
  const { can } = useDesk();
  const { starts, onPage, looks, removals, needsKey, over, closed } = plan;
  const away = starts - onPage;
  const isNothing = starts + looks + removals === 0;
  return (
    <div class="plan notice">
      <h3>{isNothing ? 'Nothing would be started' : 'What will happen'}</h3>
      <ul>
        {starts > 0 && (
          <li>
            A handshake starts for {customers(starts)}
            {starts > 1 && ', a few at a time, so that others who connect do not wait'}.
          </li>
        )}
        {onPage > 0 && (
          <li>
            {customers(onPage)} {onPage === 1 ? 'has' : 'have'} their page open: it moves on by itself.
          </li>
        )}
        {away > 0 && (
          <li>
            <b>
              {customers(away)} {away === 1 ? 'has' : 'have'} their page closed, and must sign in.
            </b>{' '}
            Keyferry goes as far as the sign-in link and waits there as long as sign-ins may take. Without
            them the handshake expires.
          </li>
        )}
        {looks > 0 && <li>A look is made due at {looks === 1 ? '1 connection' : `${looks} connections`}.</li>}
        {removals > 0 && (
          <li>
            The removal is tried again of {removals === 1 ? '1 connection' : `${removals} connections`}.
          </li>
        )}
        {needsKey > 0 && (
          <li>{customers(needsKey)} must bring their key again: nothing is started for them.</li>
        )}
        {over > 0 && <li>{casesAre(over)} resolved already: nothing is started for them.</li>}
      </ul>
      {can('connect-link') && closed.length > 0 && (
        <details open={closed.length === 1}>
          <summary>Send them a connect link {starts > 0 && 'instead'}</summary>
          <p class="soft">With it they can start on their own, whenever it suits them.</p>
          <ul class="links">
            {closed.map((customer) => (
              <li key={customer}>
                <ConnectLink customer={customer} />
              </li>
            ))}
          </ul>
          {away > closed.length && <p class="soft">The first {closed.length} are shown.</p>}
        </details>
      )}
      <div class="actions">
        <button class="secondary" type="button" onClick={onClosed}>
          {isNothing ? 'Close' : 'Do not start'}
        </button>
        {!isNothing && (
          <button class="primary" type="button" aria-disabled={isBusy} onClick={onStart}>
            {isBusy ? 'One moment…' : startWords(plan)}
          </button>
        )}
      </div>
    </div>
  );
}

const customers = (count: number) => (count === 1 ? '1 customer' : `${count} customers`);
function startWords({ starts, looks, removals }: ReRunPlan): string {
  const count = starts + looks + removals;
  if (count === looks) return 'Look now';
  return count === 1 ? 'Start it' : `Start ${count}`;
}
