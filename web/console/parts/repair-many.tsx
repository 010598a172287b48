import { useState } from 'preact/hooks';
import { type FleetRepairs, MOST_REPAIRED } from '../../../core/contract/fleet.ts';
import type { RepairRun } from '../../../core/contract/repair-run.ts';
import type { Refusal } from '../../model/state.ts';
import { untilEnded } from '../client/until-ended.ts';
import { hashOf } from '../model/place.ts';
import { manyWords } from '../model/repairs.ts';
import { Confirm } from './confirm.tsx';
import { ErrorShort } from './errors.tsx';
import { Problem } from './problem.tsx';
import { useDesk, useGone } from './use.ts';

/** Milliseconds between two requests for their state, and the most requests: two at a time, a few minutes each. */
const ASK_MS = 3_000;
const MOST_ASKS = 2_400;

interface Props {
  chosen: ReadonlySet<string>;
  onChosen: (chosen: ReadonlySet<string>) => void;
  /** Some have ended: the fleet is asked for again. */
  onDone: () => void;
}

interface Asked {
  of: FleetRepairs;
  runs: readonly RepairRun[];
}

/** Has what is wrong with the connections that are chosen put right, where there is a repair for it. */
export function RepairMany({ chosen, onChosen, onDone }: Props) {
  const { desk } = useDesk();
  const isGone = useGone();
  const [isWanted, setWanted] = useState(false);
  const [state, setState] = useState<{ isBusy?: boolean; why?: Refusal; asked?: Asked }>({});
  const { isBusy = false, why, asked } = state;
  const canAsk = chosen.size > 0 && chosen.size <= MOST_REPAIRED && !isBusy;
  const ask = async () => {
    setState({ isBusy: true });
    const begun = await desk.api.repairMany([...chosen]);
    if (!begun.ok) return setState({ why: begun.why });
    onChosen(new Set());
    const of = begun.body;
    const ids = of.runs.flatMap(({ run }) => run ?? []);
    setState({ isBusy: ids.length > 0, asked: { of, runs: [] } });
    if (ids.length === 0) return;
    const look = async () => {
      const answer = await desk.api.repairRuns(ids);
      return answer.ok ? { ok: true as const, body: togetherOf(of, answer.body.runs) } : answer;
    };
    const first = { state: 'running', runs: [] as readonly RepairRun[] };
    const ended = await untilEnded({ ok: true, body: first }, look, {
      ...{ everyMs: ASK_MS, most: MOST_ASKS, isGone },
      onState: ({ runs }) => setState({ isBusy: true, asked: { of, runs } }),
    });
    if (isGone()) return;
    setState((was) =>
      ended.ok ? { asked: { of, runs: ended.body.runs } } : { ...was, isBusy: false, why: ended.why },
    );
    onDone();
  };
  return (
    <section aria-label="Put many right" class="many">
      <div class="actions">
        <button
          class="secondary"
          type="button"
          aria-disabled={!canAsk}
          onClick={() => canAsk && setWanted(true)}
        >
          {isBusy ? 'Putting right…' : `Put right (${chosen.size})`}
        </button>
      </div>
      <div role="status">{asked && <Progress {...asked} isOver={!isBusy} />}</div>
      <Problem why={why} />
      {isWanted && (
        <Confirm
          title={`Put right what is wrong with ${chosen.size} ${chosen.size === 1 ? 'connection' : 'connections'}?`}
          text="For each, the repair is done that Keyferry has for what is wrong with it, whatever REPAIR is; where it has none, nothing is. A worker looks at the box first, and does nothing if it is no longer wrong; most repairs cost the customer a few tokens for a real turn. Customers may have moved a default model, or logged out of a credential, themselves. What was done can be undone on each customer’s page."
          yes="Do it now"
          no="Not now"
          onYes={() => void ask()}
          onClosed={() => setWanted(false)}
        />
      )}
    </section>
  );
}

/** How far all of them are, as one: over once each is. A run that is no longer known has ended. */
function togetherOf({ runs: asked }: FleetRepairs, runs: readonly RepairRun[]) {
  const ids = asked.flatMap(({ run }) => run ?? []);
  const open = ids.filter((id) => {
    const run = runs.find((one) => one.run === id);
    return run && run.state !== 'done' && run.state !== 'failed';
  });
  return { state: open.length === 0 ? 'done' : 'running', runs };
}

function Progress({ of, runs, isOver }: Asked & { isOver: boolean }) {
  const { text, failed } = manyWords(of, runs, isOver);
  return (
    <>
      <p class="notice">{text}</p>
      {failed.length > 0 && (
        <ul class="plain-list">
          {failed.map(({ connection, customer, ...end }) => (
            <li key={connection}>
              <a href={hashOf({ name: 'customer', customer })}>{customer}</a>:{' '}
              {'code' in end ? <ErrorShort code={end.code} /> : end.why}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
