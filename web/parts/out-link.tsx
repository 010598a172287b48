import type { ComponentChildren } from 'preact';
import { say } from '../messages/say.ts';

/** A link within a sentence that leads to another site, in a new tab. */
export function OutLink({ to, children }: { to: string; children: ComponentChildren }) {
  return (
    <a href={to} target="_blank" rel="noopener noreferrer">
      {children}
      <span class="unseen"> {say('newTab')}</span>
    </a>
  );
}

/** The same as a tag of a message. */
export const linkTo = (to: string) => (inside: ComponentChildren) => <OutLink to={to}>{inside}</OutLink>;

/** An address as people write it. */
export const bare = (address: string) => address.replace('https://', '');
