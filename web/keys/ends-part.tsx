import { useState } from 'preact/hooks';
import { say } from '../messages/say.ts';
import type { PageScreen } from '../model/page-screen.ts';
import { ChangingText } from '../parts/changing-text.tsx';
import { ReceiptLink, Revoke } from '../parts/gone.tsx';

/** Beside what happened: where something is revoked, its receipt, and what support needs to know. */
export function Ends({ screen: { ends, gone } }: { screen: PageScreen & { name: 'trouble' } }) {
  const { code, error } = ends ?? {};
  return (
    <>
      {gone?.revokeAt && <Revoke at={gone.revokeAt} />}
      {gone?.receipt && <ReceiptLink id={gone.receipt} />}
      {(code ?? error) && <Quoted code={code} error={error} />}
    </>
  );
}

/** A code to copy, and what went wrong. */
function Quoted({ code, error }: { code: string | undefined; error: string | undefined }) {
  const [copied, setCopied] = useState<string>();
  const copy = async (text: string) => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(say('ends.copied'));
    } catch {
      // It can be selected.
      setCopied(say('ends.copyBarred'));
    }
  };
  return (
    <>
      <p>{say('ends.quote')}</p>
      <dl class="facts">
        {code && (
          <div class="quoted">
            <dt>{say('ends.reference')}</dt>
            <dd class="copied">
              <code key={code} translate={false} dir="ltr">
                {code}
              </code>{' '}
              <button type="button" onClick={() => void copy(code)}>
                {say('ends.copy')}
              </button>
            </dd>
          </div>
        )}
        {error && (
          <div>
            <dt>{say('ends.error')}</dt>
            <dd>
              <code key={error} translate={false} dir="ltr">
                {error}
              </code>
            </dd>
          </div>
        )}
      </dl>
      <p class="said" role="status">
        {copied && <ChangingText text={copied} />}
      </p>
    </>
  );
}
