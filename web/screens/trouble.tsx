import { TEXTS } from '../model/texts.ts';

interface Reference {
  handshake: string;
  code: string;
}

/** What happened, and what support needs to know where it is theirs to mend. */
export function Trouble({ message, reference }: { message: string; reference: Reference | undefined }) {
  const { quote, reference: referenceLabel, code } = TEXTS.trouble;
  return (
    <div class="body">
      <p>{message}</p>
      {reference && (
        <>
          <p>{quote}</p>
          <dl class="facts">
            <div>
              <dt>{referenceLabel}</dt>
              <dd>
                <code>{reference.handshake}</code>
              </dd>
            </div>
            <div>
              <dt>{code}</dt>
              <dd>
                <code>{reference.code}</code>
              </dd>
            </div>
          </dl>
        </>
      )}
    </div>
  );
}
