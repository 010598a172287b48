import { useState } from 'preact/hooks';
import { TEXTS } from '../model/texts.ts';
import { ChangingText } from './changing-text.tsx';

/** For browsers inside apps: many open no second tab, or open one from which there is no way back. */
export function NoTab({ href }: { href: string }) {
  const [copied, setCopied] = useState<'yes' | 'no'>();
  const { noTab, noTabLead, openHere, copyLink, copied: done, copyBarred } = TEXTS.paste;
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
      <summary>{noTab}</summary>
      <p>{noTabLead}</p>
      <div class="pair">
        <a class="secondary" href={href} rel="noreferrer">
          {openHere}
        </a>
        <button class="secondary" type="button" onClick={() => void copy()}>
          {copyLink}
        </button>
      </div>
      <p role="status">{copied && <ChangingText text={copied === 'yes' ? done : copyBarred} />}</p>
      {copied === 'no' && (
        <p class="address" translate={false}>
          {href}
        </p>
      )}
    </details>
  );
}
