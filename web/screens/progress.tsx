import type { Step } from '../model/page-screen.ts';
import { TEXTS } from '../model/texts.ts';
import { ChangingText } from '../parts/changing-text.tsx';
import { Check } from '../parts/icons.tsx';

/** The code or the key has been sent; the box does the rest. */
export function Progress({ steps, notice }: { steps: Step[]; notice: string | undefined }) {
  const { lead, states } = TEXTS.progress;
  return (
    <div class="body">
      <ol class="steps">
        {steps.map(({ label, state }) => (
          <li key={label} class={state} aria-current={state === 'now' ? 'step' : undefined}>
            <span class="mark">{state === 'done' && <Check />}</span>
            <span>{label}</span>
            <span key={state} class="unseen">
              {` (${states[state]})`}
            </span>
          </li>
        ))}
      </ol>
      {notice && (
        <p class="notice">
          <ChangingText text={notice} />
        </p>
      )}
      <p>{lead}</p>
    </div>
  );
}
