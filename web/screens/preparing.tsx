import { TEXTS } from '../model/texts.ts';

/** The customer has agreed; the link is on its way. */
export function Preparing({ step, notice }: { step: string; notice: string | undefined }) {
  return (
    <div class="body">
      <p>{TEXTS.preparing.lead}</p>
      <p class="busy now">
        <span class="mark" />
        {step}…
      </p>
      {notice && <p class="notice">{notice}</p>}
    </div>
  );
}
