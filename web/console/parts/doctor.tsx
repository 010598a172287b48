import { useEffect, useRef, useState } from 'preact/hooks';
import { CATALOGUE, type CatalogueRow } from '../../../core/contract/errors.ts';
import type { DoctorReport, Look } from '../../../core/contract/http-api.ts';
import type { Answer } from '../../client/ask.ts';
import type { Refusal } from '../../model/state.ts';
import type { ConsoleApi } from '../client/console-api.ts';
import { Problem } from './problem.tsx';
import { useDesk } from './use.ts';

/** Milliseconds between two questions how far it is, and questions at most. */
const ASK_MS = 1_000;
const MOST_ASKS = 90;

/** Has the doctor look at the customer's box, and says what was found. */
export function Doctor({ customer }: { customer: string }) {
  const { desk } = useDesk();
  const [state, setState] = useState<{ isBusy?: boolean; look?: Look; why?: Refusal }>({});
  const isGone = useRef(false);
  useEffect(
    () => () => {
      isGone.current = true;
    },
    [],
  );
  const run = async () => {
    if (state.isBusy) return;
    setState({ isBusy: true });
    const answer = await lookAt(desk.api, customer, () => isGone.current);
    if (isGone.current) return;
    setState(answer.ok ? { look: answer.body } : { why: answer.why });
    if (answer.ok) desk.say('The doctor is done.');
  };
  const { isBusy, look, why } = state;
  return (
    <>
      <button class="secondary" type="button" aria-disabled={isBusy ?? false} onClick={run}>
        {isBusy ? 'The doctor is looking…' : 'Run doctor'}
      </button>
      {(look || why) && (
        <section class="wide doctor" aria-label="What the doctor says">
          <Problem why={why} />
          {look?.report && <Report report={look.report} />}
          {look?.state === 'failed' && <Unseen error={look.error} />}
        </section>
      )}
    </>
  );
}

async function lookAt(api: ConsoleApi, customer: string, isGone: () => boolean): Promise<Answer<Look>> {
  let answer = await api.startLook(customer);
  for (let asks = 0; asks < MOST_ASKS && !isGone(); asks += 1) {
    if (!answer.ok || answer.body.state === 'done' || answer.body.state === 'failed') return answer;
    await new Promise((resolve) => setTimeout(resolve, ASK_MS));
    answer = await api.look(customer, answer.body.look);
  }
  return { ok: false, why: 'look_late' };
}

const VERDICTS = {
  ok: 'The doctor finds nothing wrong with the box',
  warning: 'A handshake works, but something deserves a look',
  blocks: 'On this box a handshake fails',
};
const STATUS = { ok: 'fine', warning: 'warning', blocks: 'blocks' };
const ORDER = ['blocks', 'warning', 'ok'];

function Report({ report: { verdict, findings } }: { report: DoctorReport }) {
  const worstFirst = [...findings].sort((a, b) => ORDER.indexOf(a.status) - ORDER.indexOf(b.status));
  return (
    <>
      <h3>{VERDICTS[verdict]}</h3>
      <ul class="findings">
        {worstFirst.map(({ id, status, seen, why, mends }) => (
          <li key={id} class={`is-${status}`}>
            <span class="status">{STATUS[status]}</span>
            <div>
              <b>{seen}</b>
              {status !== 'ok' && <p>{why}</p>}
              {status !== 'ok' && mends && <p class="soft">{mends}</p>}
            </div>
          </li>
        ))}
      </ul>
    </>
  );
}

function Unseen({ error }: { error: Look['error'] }) {
  const words: CatalogueRow | undefined = error && CATALOGUE[error];
  return (
    <>
      <h3>The doctor could not look at the box</h3>
      {words && (
        <p>
          {words.support} {words.next}
        </p>
      )}
    </>
  );
}
