import { TEXTS } from '../model/texts.ts';
import { ChangingText } from '../parts/changing-text.tsx';

interface Reference {
  handshake: string;
  code: string;
}

/** What happened, and what support needs to know if it is up to them. */
export function Trouble({ message, reference }: { message: string; reference: Reference | undefined }) {
  const { quote, reference: referenceLabel, code } = TEXTS.trouble;
  return (
    <div class="body">
      <p>
        <ChangingText text={message} />
      </p>
      {reference && (
        <>
          <p>{quote}</p>
          <dl class="facts">
            <div>
              <dt>{referenceLabel}</dt>
              <dd translate={false}>
                <code key={reference.handshake}>{reference.handshake}</code>
              </dd>
            </div>
            <div>
              <dt>{code}</dt>
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
