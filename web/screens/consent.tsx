import type { PageVisit } from '../client/page-visit.ts';
import { rich, say, together } from '../messages/say.ts';
import { ADDRESSES } from '../model/addresses.ts';
import type { PageScreen } from '../model/page-screen.ts';
import { BesideChoice } from '../parts/beside-choice.tsx';
import { Machine } from '../parts/machine.tsx';
import { linkTo } from '../parts/out-link.tsx';

interface Props {
  screen: PageScreen & { name: 'consent' };
  visit: PageVisit;
}

/** What will happen, before anything of the customer's is touched. */
export function Consent({ screen: { customer, words, beside }, visit }: Props) {
  return (
    <div class="body">
      <p>{say('consent.needs')}</p>
      <p>{words.lead}</p>
      <ol class="numbered">
        {words.steps.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
      <p>
        <Machine customer={customer} />
      </p>
      <p>{together(words.privacy, words.copies)}</p>
      {beside && <BesideChoice beside={beside} visit={visit} />}
      <p class="small">{rich('consent.terms', { link: linkTo(ADDRESSES.terms) })}</p>
    </div>
  );
}
