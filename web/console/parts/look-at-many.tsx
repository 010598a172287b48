import { useState } from 'preact/hooks';
import { type FleetRow, MOST_LOOKED } from '../../../core/contract/fleet.ts';
import type { Refusal } from '../../model/state.ts';
import { Problem } from './problem.tsx';
import { useDesk } from './use.ts';

interface Props {
  rows: readonly FleetRow[];
  chosen: ReadonlySet<string>;
  onChosen: (chosen: ReadonlySet<string>) => void;
  /** Looks are due now. */
  onDue: () => void;
}

/** Has the boxes of the connections that are chosen looked at now. */
export function LookAtMany({ rows, chosen, onChosen, onDue }: Props) {
  const { desk } = useDesk();
  const [state, setState] = useState<{ isBusy?: boolean; why?: Refusal; due?: number }>({});
  const { isBusy = false, why, due } = state;
  const all = rows.flatMap(({ connection }) => connection?.id ?? []).slice(0, MOST_LOOKED);
  const isTooMany = chosen.size > MOST_LOOKED;
  const canLook = chosen.size > 0 && !isTooMany && !isBusy;
  const look = async () => {
    if (!canLook) return;
    setState({ isBusy: true });
    const answer = await desk.api.look([...chosen]);
    setState(answer.ok ? { due: answer.body.due } : { why: answer.why });
    if (!answer.ok) return;
    onChosen(new Set());
    onDue();
  };
  return (
    <section aria-label="Look at many" class="many">
      <div class="actions">
        <button class="secondary" type="button" onClick={() => onChosen(new Set(all))}>
          {all.length === MOST_LOOKED ? `Choose the first ${MOST_LOOKED}` : 'Choose all shown'}
        </button>
        <button class="primary" type="button" aria-disabled={!canLook} onClick={look}>
          {isBusy ? 'One moment…' : `Look now (${chosen.size})`}
        </button>
        {chosen.size > 0 && (
          <button class="plain" type="button" onClick={() => onChosen(new Set())}>
            Choose none
          </button>
        )}
      </div>
      {isTooMany && <p class="soft">At most {MOST_LOOKED} at a time.</p>}
      <p role="status">{due !== undefined && dueWords(due)}</p>
      <Problem why={why} />
    </section>
  );
}

/** What has been done: more is not known yet. */
export function dueWords(due: number): string {
  return due === 1
    ? 'A look is due now. “Last checked” changes once a worker has seen something.'
    : `Looks at ${due} connections are due now. “Last checked” changes once a worker has seen something.`;
}
