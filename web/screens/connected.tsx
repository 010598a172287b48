import type { Connection } from '../../core/contract/snapshot.ts';
import { ADDRESSES, TEXTS } from '../model/texts.ts';
import { ChangingText } from '../parts/changing-text.tsx';
import { OutLink } from '../parts/out-link.tsx';

/** The lasting result, and how to take it back. */
export function Connected({ connection, model }: { connection: Connection; model: string | undefined }) {
  const { lead, revoke, revokeLink, since, until, model: modelLabel } = TEXTS.connected;
  return (
    <div class="body">
      <p>{lead}</p>
      <dl class="facts">
        {model && (
          <div>
            <dt>{modelLabel}</dt>
            <dd translate={false}>
              <ChangingText text={model} />
            </dd>
          </div>
        )}
        <div>
          <dt>{since}</dt>
          <dd>
            <Day at={connection.connectedAt} />
          </dd>
        </div>
        {connection.expiresAt && (
          <div>
            <dt>{until}</dt>
            <dd>
              <Day at={connection.expiresAt} />
            </dd>
          </div>
        )}
      </dl>
      <p>
        {revoke} <OutLink to={ADDRESSES.revoke}>{revokeLink}</OutLink>.
      </p>
    </div>
  );
}

/** A date as the customer's browser writes it. */
function Day({ at }: { at: string }) {
  const text = new Intl.DateTimeFormat(undefined, { dateStyle: 'long' }).format(new Date(at));
  return (
    <time key={at} dateTime={at}>
      {text}
    </time>
  );
}
