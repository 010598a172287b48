import { useState } from 'preact/hooks';
import type { ShownRun } from '../../../core/contract/shown-runs.ts';
import type { Refusal } from '../../model/state.ts';
import { offersOf, runState } from '../model/runs.ts';
import { Confirm } from './confirm.tsx';
import { Problem } from './problem.tsx';
import { useDesk } from './use.ts';

type Offer = ReturnType<typeof offersOf>[number];

/** What an operator can do with a run over the fleet. */
export function RunActions({ run, again }: { run: ShownRun; again: () => void }) {
  const { desk, can } = useDesk();
  const [wanted, setWanted] = useState<Offer>();
  const [isBusy, setBusy] = useState(false);
  const [why, setWhy] = useState<Refusal>();
  const offers = offersOf(run).filter(({ verb }) => can(`fleet-${verb}`));
  const change = async ({ verb, failed }: Offer) => {
    if (isBusy) return;
    setBusy(true);
    const answer = await desk.api.changeRun(run.id, verb, failed ? { failed } : {});
    setBusy(false);
    setWhy(answer.ok ? undefined : answer.why);
    if (answer.ok) desk.say(`${runState(answer.body).words}.`);
    again();
  };
  return (
    <>
      {offers.length > 0 && (
        <div class="actions">
          {offers.map((offer) => (
            <button
              key={offer.label}
              class={offer.verb === 'resume' && !offer.failed ? 'primary' : 'secondary'}
              type="button"
              aria-disabled={isBusy}
              onClick={() => !isBusy && setWanted(offer)}
            >
              {offer.label}
            </button>
          ))}
        </div>
      )}
      <Problem why={why} />
      {wanted && (
        <Confirm
          title={wanted.title}
          text={wanted.text}
          yes={wanted.label}
          no="Leave it"
          onYes={() => void change(wanted)}
          onClosed={() => setWanted(undefined)}
        />
      )}
    </>
  );
}
