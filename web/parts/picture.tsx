import { say } from '../messages/say.ts';
import type { View } from '../model/view.ts';
import { ChangingText } from './changing-text.tsx';

/** The provider where a line begins, the customer's machine where it ends, and the state of things between them. */
export function Picture({ shows, party }: { shows: View['picture']; party: string }) {
  return (
    <div class={`picture is-${shows}`} aria-hidden="true">
      <span class="end">
        <svg viewBox="0 0 48 48" aria-hidden="true">
          <path d="M14 15h20a3 3 0 0 1 3 3v10a3 3 0 0 1-3 3H23l-6 5v-5h-3a3 3 0 0 1-3-3V18a3 3 0 0 1 3-3Z" />
          <path d="M18 23h.01M24 23h.01M30 23h.01" class="dots" />
        </svg>
        <b>
          <ChangingText text={party} />
        </b>
      </span>
      <span class="way">
        <span class="rail" />
        <span class="runner" />
        <span class="badge">
          <svg viewBox="0 0 16 16" aria-hidden="true">
            <path class="joined" d="m4 8.5 2.75 2.75L12 5.5" />
            <path class="broken" d="M8 4v5M8 11.75v.01" />
          </svg>
        </span>
      </span>
      <span class="end">
        <svg viewBox="0 0 48 48" aria-hidden="true">
          <rect x="12" y="12" width="24" height="10" rx="2.5" />
          <rect x="12" y="26" width="24" height="10" rx="2.5" />
          <path d="M17 17h.01M17 31h.01" class="dots" />
        </svg>
        <b>{say('picture.box')}</b>
      </span>
    </div>
  );
}
