import { say } from '../messages/say.ts';
import { ChangingText } from '../parts/changing-text.tsx';
import { ReceiptLink, Revoke } from '../parts/gone.tsx';

interface Reference {
  handshake: string;
  code: string;
}

interface Props {
  message: string;
  reference: Reference | undefined;
  gone: { revokeAt?: string; receipt?: string } | undefined;
}

/** What happened, and what support needs to know if it is up to them. */
export function Trouble({ message, reference, gone }: Props) {
  return (
    <div class="body">
      <p>
        <ChangingText text={message} />
      </p>
      {gone?.revokeAt && <Revoke at={gone.revokeAt} />}
      {gone?.receipt && <ReceiptLink id={gone.receipt} />}
      {reference && (
        <>
          <p>{say('trouble.quote')}</p>
          <dl class="facts">
            <div>
              <dt>{say('trouble.reference')}</dt>
              <dd translate={false}>
                <code key={reference.handshake}>{reference.handshake}</code>
              </dd>
            </div>
            <div>
              <dt>{say('trouble.code')}</dt>
              <dd translate={false}>
                <code key={reference.code}>{reference.code}</code>
              </dd>
            </div>
          </dl>
        </>
      )}
    </div>
  );
}
