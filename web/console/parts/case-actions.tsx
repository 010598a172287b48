import { useState } from 'preact/hooks';
import type { CaseChange, CaseChoice } from '../../../core/contract/cases.ts';
import type { ReRunPlan } from '../../../core/contract/re-runs.ts';
import type { Refusal } from '../../model/state.ts';
import { casesAre } from './case-words.ts';
import { Problem } from './problem.tsx';
import { Plan } from './re-run-plan.tsx';
import { useDesk } from './use.ts';

const HOUR_MS = 60 * 60_000;
const SNOOZES = { '': 'Snooze…', 1: 'for 1 hour', 4: 'for 4 hours', 24: 'for 1 day', 168: 'for 7 days' };

interface Props {
  of: CaseChoice;
  /** How many these are, and how many of them nobody has resolved. */
  count: number;
  hasOpen: boolean;
  hasResolved: boolean;
  /** What has come of it, to be shown where it stays though these cases do not; '' once something else is begun. */
  onSaid: (said: string) => void;
  onDone: () => void;
}

/** What can be done with one case, with some, or with all of a cause. */
export function CaseActions({ of, count, hasOpen, hasResolved, onSaid, onDone }: Props) {
  const { desk, board, session, can } = useDesk();
  const [isBusy, setBusy] = useState(false);
  const [why, setWhy] = useState<Refusal>();
  const [plan, setPlan] = useState<ReRunPlan>();
  const isNone = count === 0;

  async function run(act: () => Promise<Refusal | undefined>): Promise<void> {
    if (isBusy || isNone) return;
    setBusy(true);
    setWhy(undefined);
    onSaid('');
    setWhy(await act());
    setBusy(false);
  }
  const change = (to: CaseChange, words: string) =>
    run(async () => {
      const answer = await desk.api.changeCases(of, to);
      if (!answer.ok) return answer.why;
      onSaid(`${casesAre(answer.body.changed)} ${words}.`);
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
      onSaid('It has begun. How far it is, is said at the top of the cases.');
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
      <Problem why={why} />
      {plan && (
        <Plan plan={plan} isBusy={isBusy} onStart={() => void start()} onClosed={() => setPlan(undefined)} />
      )}
    </section>
  );
}
