import { say } from '../messages/say.ts';
import type { Step } from '../model/page-screen.ts';
import { ChangingText } from '../parts/changing-text.tsx';
import { Check } from '../parts/icons.tsx';

/** The code or the key has been sent; the box does the rest. */
export function Progress({ steps, notice }: { steps: Step[]; notice: string | undefined }) {
  return (
    <div class="body">
      <ol class="steps">
        {steps.map(({ label, state }) => (
          <li key={label} class={state} aria-current={state === 'now' ? 'step' : undefined}>
            <span class="mark">{state === 'done' && <Check />}</span>
            <span>{label}</span>
            <span key={state} class="unseen">
              {` ${say(`progress.states.${state}`)}`}
            </span>
          </li>
        ))}
      </ol>
      {notice && (
        <p class="notice">
          <ChangingText text={notice} />
        </p>
      )}
      <p>{say('progress.lead')}</p>
    </div>
  );
}
