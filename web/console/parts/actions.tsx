import { useState } from 'preact/hooks';
import type { Dossier } from '../../../core/contract/console-api.ts';
import { isFinal } from '../../../core/contract/phases.ts';
import type { ReRunPlan } from '../../../core/contract/re-runs.ts';
import type { Refusal } from '../../model/state.ts';
import { hashOf } from '../model/place.ts';
import { Confirm } from './confirm.tsx';
import { CopyDiagnostics } from './copy-diagnostics.tsx';
import { Doctor } from './doctor.tsx';
import { Problem } from './problem.tsx';
import { Plan } from './re-run-plan.tsx';
import { useDesk } from './use.ts';

/** What this operator may do with a handshake. What their role does not allow is not shown. */
export function Actions({ dossier: { row, recordings } }: { dossier: Dossier }) {
  const { desk, can } = useDesk();
  const [busy, setBusy] = useState<string>();
  const [why, setWhy] = useState<Refusal>();
  const [isAsking, setAsking] = useState(false);
  const [plan, setPlan] = useState<ReRunPlan>();
  const { handshake, customer } = row;
  const hasEnded = isFinal(row.phase);
  const newest = recordings.at(-1);

  async function run(what: string, act: () => Promise<Refusal | undefined>): Promise<void> {
    if (busy) return;
    setBusy(what);
    setWhy(undefined);
    setWhy(await act());
    setBusy(undefined);
  }
  // Where the customer's page is open, it moves on by itself. Where it is closed, this is said first.
  const reRun = async () => {
    const answer = await desk.api.planReRunOf(handshake);
    if (!answer.ok) return answer.why;
    if (answer.body.onPage > 0) return start();
    setPlan(answer.body);
    return undefined;
  };
  const start = async () => {
    const here = location.hash;
    const answer = await desk.api.reRun(handshake);
    if (!answer.ok) return answer.why;
    setPlan(undefined);
    desk.say(
      answer.body.started ? `Started again for ${customer}.` : `One is already under way for ${customer}.`,
    );
    // Whoever has gone elsewhere meanwhile stays there.
    if (location.hash === here)
      location.hash = hashOf({ name: 'handshake', handshake: answer.body.handshake });
    return undefined;
  };
  const cancel = async () => {
    const answer = await desk.api.cancel(handshake);
    if (answer.ok) desk.say(`Cancelling ${customer}’s handshake.`);
    return answer.ok ? undefined : answer.why;
  };
  // The tab is opened during the click; otherwise the browser would treat it as a pop-up.
  const visit = async () => {
    const tab = open('', '_blank');
    if (tab) tab.opener = null;
    const answer = await desk.api.visit(customer);
    if (answer.ok) (tab ?? window).location.href = answer.body.url;
    else tab?.close();
    return answer.ok ? undefined : answer.why;
  };
  const button = (what: string, label: string, look: string, act: () => Promise<Refusal | undefined>) => (
    <button class={look} type="button" aria-disabled={busy !== undefined} onClick={() => void run(what, act)}>
      {busy === what ? 'One moment…' : label}
    </button>
  );

  return (
    <section aria-label="What you can do">
      <div class="actions">
        {can('re-run') &&
          hasEnded &&
          button('re-run', 'Re-run', row.phase === 'connected' ? 'secondary' : 'primary', reRun)}
        {can('watch') && !hasEnded && (
          <a class="primary" href={hashOf({ name: 'watch', handshake })}>
            Watch live
          </a>
        )}
        {can('replay') && newest !== undefined && (
          <a class="secondary" href={hashOf({ name: 'replay', handshake, attempt: newest })}>
            Replay
          </a>
        )}
        {can('doctor') && <Doctor customer={customer} />}
        {can('diagnostics') && <CopyDiagnostics handshake={handshake} />}
        {can('visit') && button('visit', 'See the customer’s page', 'secondary', visit)}
        {can('cancel') && !hasEnded && (
          <button class="secondary danger" type="button" onClick={() => setAsking(true)}>
            Cancel it…
          </button>
        )}
      </div>
      {!can('re-run') && <p class="soft">As an observer you can see everything here but change nothing.</p>}
      <Problem why={why} />
      {plan && (
        <Plan
          plan={plan}
          isBusy={busy !== undefined}
          onStart={() => void run('start', start)}
          onClosed={() => setPlan(undefined)}
        />
      )}
      {isAsking && (
        <Confirm
          title={`Cancel ${customer}’s handshake?`}
          text="This stops the programs on the box, and the customer’s page says so. They can start again at once."
          yes="Cancel the handshake"
          no="Leave it running"
          onYes={() => void run('cancel', cancel)}
          onClosed={() => setAsking(false)}
        />
      )}
    </section>
  );
}
