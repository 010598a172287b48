import { useState } from 'preact/hooks';
import type { ConnectionRun } from '../../../core/contract/connection-run.ts';
import { CATALOGUE, type CatalogueRow } from '../../../core/contract/errors.ts';
import type { Refusal } from '../../model/state.ts';
import { untilEnded } from '../client/until-ended.ts';
import { Problem } from './problem.tsx';
import { Said } from './said.tsx';
import { useDesk, useGone } from './use.ts';

/** Milliseconds between two requests for its state, and the most requests. */
const ASK_MS = 1_000;
const MOST_ASKS = 300;

interface Props {
  customer: string;
  connection: string;
  /** Which one, for screen readers. */
  name: string;
  onDone: () => void;
}

/** Has a connection answer a real turn on its box, and shows what came of it. */
export function ConnectionTest({ customer, connection, name, onDone }: Props) {
  const { desk } = useDesk();
  const [state, setState] = useState<{ isBusy?: boolean; run?: ConnectionRun; why?: Refusal }>({});
  const isGone = useGone();
  const start = async () => {
    if (state.isBusy) return;
    setState({ isBusy: true });
    const answer = await untilEnded(
      await desk.api.startConnectionTest(customer, connection),
      ({ run }) => desk.api.connectionRun(customer, run),
      { everyMs: ASK_MS, most: MOST_ASKS, isGone },
    );
    if (isGone()) return;
    setState(answer.ok ? { run: answer.body } : { why: answer.why });
    onDone();
  };
  const { isBusy, run, why } = state;
  return (
    <>
      <button class="secondary" type="button" aria-disabled={isBusy ?? false} onClick={start}>
        {isBusy ? 'Testing…' : 'Test'}
        <span class="unseen"> {name}</span>
      </button>
      <div class="wide" role="status">
        {run && <Outcome run={run} />}
      </div>
      <Problem why={why} />
    </>
  );
}

function Outcome({ run: { verdict, error } }: { run: ConnectionRun }) {
  const code = error ?? verdict;
  if (!code) return <p class="notice">It answered a turn just now.</p>;
  const { support, next }: CatalogueRow = CATALOGUE[code];
  return (
    <p class="notice bad">
      {error ? 'The test could not be made: ' : 'It did not pass: '}
      <Said text={`${support} ${next}`} /> <code>{code}</code>
    </p>
  );
}
