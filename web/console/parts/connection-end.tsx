import { useState } from 'preact/hooks';
import type { AskedDisconnect, Disconnect } from '../../../core/contract/disconnect.ts';
import { CATALOGUE, type CatalogueRow } from '../../../core/contract/errors.ts';
import { GONE_CODES } from '../../../core/contract/removal.ts';
import type { Refusal } from '../../model/state.ts';
import { untilEnded } from '../client/until-ended.ts';
import { Confirm } from './confirm.tsx';
import { Problem } from './problem.tsx';
import { Said } from './said.tsx';
import { useDesk, useGone } from './use.ts';

/** Milliseconds between two requests for its state, and the most requests: it is tried again for some minutes. */
const ASK_MS = 2_000;
const MOST_ASKS = 900;

interface Props {
  customer: string;
  connection: string;
  /** Which one, for people. */
  name: string;
  onDone: () => void;
}

/** Has a connection removed from its box, once that was confirmed. Once it is done it is among the earlier ones. */
export function ConnectionEnd({ customer, connection, name, onDone }: Props) {
  const { desk } = useDesk();
  const [isAsked, setAsked] = useState<false | 'end' | 'gone'>(false);
  const [state, setState] = useState<{ isBusy?: boolean; end?: Disconnect; why?: Refusal }>({});
  const isGone = useGone();
  const remove = async (asked: AskedDisconnect) => {
    if (state.isBusy) return;
    setState({ isBusy: true });
    const answer = await untilEnded(
      await desk.api.disconnect(customer, connection, asked),
      () => desk.api.disconnection(customer, connection),
      { everyMs: ASK_MS, most: MOST_ASKS, isGone },
    );
    if (isGone()) return;
    setState(answer.ok ? { end: answer.body } : { why: answer.why });
    onDone();
  };
  const { isBusy = false, end, why } = state;
  return (
    <>
      <button
        class="secondary"
        type="button"
        aria-disabled={isBusy}
        onClick={() => !isBusy && setAsked('end')}
      >
        {isBusy ? 'Disconnecting…' : 'Disconnect'}
        <span class="unseen"> {name}</span>
      </button>
      <div class="wide" role="status">
        {end?.state === 'failed' && <Failed code={end.error ?? 'internal_error'} />}
      </div>
      {end?.error && GONE_CODES.some((code) => code === end.error) && (
        <button class="secondary" type="button" onClick={() => setAsked('gone')}>
          The box is gone for good
          <span class="unseen">: end {name}</span>
        </button>
      )}
      <Problem why={why} />
      {isAsked === 'end' && (
        <Confirm
          title={`Disconnect ${name}?`}
          text="It is removed from the customer’s box for good; with its provider it stays valid until the customer revokes it. To have it back, they connect it again."
          yes="Disconnect it"
          no="Keep it"
          onYes={() => void remove({})}
          onClosed={() => setAsked(false)}
        />
      )}
      {isAsked === 'gone' && (
        <Confirm
          title={`End ${name} without its box?`}
          text="What Keyferry has of it is deleted, its sealed copy too, and nobody looks at it or writes about it any more. If the box cannot be asked this time either, nobody has seen whether the credential is still there, and the receipt says so. With its provider it stays valid until the customer revokes it."
          yes="The box is gone: end it"
          no="Keep it"
          onYes={() => void remove({ box: 'gone' })}
          onClosed={() => setAsked(false)}
        />
      )}
    </>
  );
}

function Failed({ code }: { code: keyof typeof CATALOGUE }) {
  const { support, next }: CatalogueRow = CATALOGUE[code];
  return (
    <p class="notice bad">
      It could not be removed, so it still counts as connected: <Said text={`${support} ${next}`} />{' '}
      <code>{code}</code>
    </p>
  );
}
