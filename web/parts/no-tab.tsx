import { useState } from 'preact/hooks';
import { say } from '../messages/say.ts';
import { ChangingText } from './changing-text.tsx';

/** For browsers inside apps: many open no second tab, or open one from which there is no way back. */
export function NoTab({ href }: { href: string }) {
  const [copied, setCopied] = useState<'yes' | 'no'>();
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(href);
      setCopied('yes');
    } catch {
      setCopied('no');
    }
  };
  return (
    <details class="no-tab">
      <summary>{say('paste.noTab')}</summary>
      <p>{say('paste.noTabLead')}</p>
      <div class="pair">
        <a class="secondary" href={href} rel="noreferrer">
          {say('paste.openHere')}
        </a>
        <button class="secondary" type="button" onClick={() => void copy()}>
          {say('paste.copyLink')}
        </button>
      </div>
      <p role="status">
        {copied && <ChangingText text={say(copied === 'yes' ? 'paste.copied' : 'paste.copyBarred')} />}
      </p>
      {copied === 'no' && (
        <p class="address" dir="ltr" translate={false}>
          {href}
        </p>
      )}
    </details>
  );
}
