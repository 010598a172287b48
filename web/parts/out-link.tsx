import type { ComponentChildren } from 'preact';
import { TEXTS } from '../model/texts.ts';

/** A link within a sentence that leads to another site, in a new tab. */
export function OutLink({ to, children }: { to: string; children: ComponentChildren }) {
  return (
    <a href={to} target="_blank" rel="noopener noreferrer">
      {children}
      <span class="unseen"> ({TEXTS.newTab})</span>
    </a>
  );
}
