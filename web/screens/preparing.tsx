import { TEXTS } from '../model/texts.ts';
import { Told } from '../parts/told.tsx';

/** The customer has agreed; the link is on its way. */
export function Preparing({ step, notice }: { step: string; notice: string | undefined }) {
  return (
    <div class="body">
      <p>{TEXTS.preparing.lead}</p>
      <p class="busy now">
        <span class="mark" />
        <Told text={`${step}…`} />
      </p>
      {notice && (
        <p class="notice">
          <Told text={notice} />
        </p>
      )}
    </div>
  );
}
