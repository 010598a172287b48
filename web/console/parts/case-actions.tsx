import { useState } from 'preact/hooks';
import type { CaseChange, CaseChoice } from '../../../core/contract/cases.ts';
import type { ReRunPlan } from '../../../core/contract/re-runs.ts';
import type { Refusal } from '../../model/state.ts';
import { ConnectLink } from './connect-link.tsx';
import { Problem } from './problem.tsx';
import { useDesk } from './use.ts';

const HOUR_MS = 60 * 60_000;
const SNOOZES = { '': 'Snooze…', 1: 'for 1 hour', 4: 'for 4 hours', 24: 'for 1 day', 168: 'for 7 days' };

interface Props {
  of: CaseChoice;
  /** How many these are, and how many of them nobody has resolved. */
  count: number;
  hasOpen: boolean;
  hasResolved: boolean;
  onDone: () => void;
}

/** What can be done with one case, with some, or with all of a cause. */
export function CaseActions({ of, count, hasOpen, hasResolved, onDone }: Props) {
  const { desk, board, session, can } = useDesk();
  const [isBusy, setBusy] = useState(false);
  const [why, setWhy] = useState<Refusal>();
  const [said, setSaid] = useState('');
  const [plan, setPlan] = useState<ReRunPlan>();
  const isNone = count === 0;

  async function run(act: () => Promise<Refusal | undefined>): Promise<void> {
    if (isBusy || isNone) return;
    setBusy(true);
    setWhy(undefined);
    setSaid('');
    setWhy(await act());
    setBusy(false);
  }
  const change = (to: CaseChange, words: string) =>
    run(async () => {
      const answer = await desk.api.changeCases(of, to);
      if (!answer.ok) return answer.why;
      setSaid(`${casesWords(answer.body.changed)} ${words}.`);
      onDone();
      return undefined;
    });
  const ask = () =>
    run(async () => {
      const answer = await desk.api.planReRun(of);
      if (!answer.ok) return answer.why;
      setPlan(answer.body);
      return undefined;
    });
  const start = () =>
    run(async () => {
      const answer = await desk.api.startReRun(of);
      if (!answer.ok) return answer.why;
      setPlan(undefined);
      // So that its progress is shown at once.
      board.cases.changed();
      setSaid('It has begun. How far it is, is said at the top of the cases.');
      onDone();
      return undefined;
    });
  const button = (label: string, look: string, act: () => void) => (
    <button class={look} type="button" aria-disabled={isBusy || isNone} onClick={act}>
      {label}
    </button>
  );
  if (!can('case-change')) return null;
  return (
    <section class="many" aria-label="What you can do">
      <div class="actions">
        {hasOpen && button(count > 1 ? `Re-run ${count}…` : 'Re-run…', 'primary', () => void ask())}
        {button('Assign to me', 'secondary', () =>
          change({ to: 'assigned', assignee: session.name }, 'assigned to you'),
        )}
        {button('Unassign', 'plain', () => change({ to: 'assigned', assignee: null }, 'unassigned'))}
        {hasOpen && (
          <label>
            <span class="unseen">Snooze</span>
            <select
              value=""
              disabled={isNone}
              onChange={({ currentTarget }) => {
                const hours = Number(currentTarget.value);
                currentTarget.value = '';
                const until = new Date(desk.clock.now() + hours * HOUR_MS).toISOString();
                if (hours > 0) void change({ to: 'snoozed', until }, 'snoozed');
              }}
            >
              {Object.entries(SNOOZES).map(([hours, label]) => (
                <option key={hours} value={hours}>
                  {label}
                </option>
              ))}
            </select>
          </label>
        )}
        {hasOpen && button('Resolve', 'secondary', () => change({ to: 'resolved' }, 'resolved'))}
        {hasResolved && button('Open again', 'secondary', () => change({ to: 'open' }, 'opened again'))}
      </div>
      <p role="status">{said}</p>
      <Problem why={why} />
      {plan && (
        <Plan plan={plan} isBusy={isBusy} onStart={() => void start()} onClosed={() => setPlan(undefined)} />
      )}
    </section>
  );
}

interface PlanParts {
  plan: ReRunPlan;
  isBusy: boolean;
  onStart: () => void;
  onClosed: () => void;
}

/** What a re-run would do, before anything starts. */
function Plan({ plan, isBusy, onStart, onClosed }: PlanParts) {
  const { can } = useDesk();
  const { starts, onPage, looks, needsKey, over, closed } = plan;
  const away = starts - onPage;
  const isNothing = starts + looks === 0;
  return (
    <div class="plan notice">
      <h3>{isNothing ? 'Nothing would be started' : 'What will happen'}</h3>
      <ul>
        {starts > 0 && (
          <li>
            A handshake starts for {customers(starts)}, a few at a time, so that others who connect do not
            wait.
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
            Keyferry goes as far as the sign-in link and waits for a quarter of an hour; without them it ends
            there, and the case stays.
          </li>
        )}
        {looks > 0 && <li>A look is made due at {looks === 1 ? '1 connection' : `${looks} connections`}.</li>}
        {needsKey > 0 && (
          <li>{customers(needsKey)} must bring their key again: nothing is started for them.</li>
        )}
        {over > 0 && <li>{casesWords(over)} resolved already: nothing is started for them.</li>}
      </ul>
      {can('connect-link') && closed.length > 0 && (
        <details open={closed.length === 1}>
          <summary>Send them a connect link</summary>
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
            {isBusy ? 'One moment…' : starts > 0 ? `Start ${starts + looks}` : 'Look now'}
          </button>
        )}
      </div>
    </div>
  );
}

const customers = (count: number) => (count === 1 ? '1 customer' : `${count} customers`);
const casesWords = (count: number) => (count === 1 ? '1 case is' : `${count} cases are`);
