import { say } from '../messages/say.ts';
import { ChangingText } from '../parts/changing-text.tsx';

/** The customer has agreed; the link is on its way. */
export function Preparing({ step, notice }: { step: string; notice: string | undefined }) {
  return (
    <div class="body">
      <p>{say('preparing.lead')}</p>
      <p class="busy now">
        <span class="mark" />
        <ChangingText text={step} />
      </p>
      {notice && (
        <p class="notice">
          <ChangingText text={notice} />
        </p>
      )}
    </div>
  );
}
