import type { PageVisit } from '../client/page-visit.ts';
import type { PageScreen } from '../model/page-screen.ts';
import { ADDRESSES, TEXTS } from '../model/texts.ts';
import { BesideChoice } from '../parts/beside-choice.tsx';
import { OutLink } from '../parts/out-link.tsx';

interface Props {
  screen: PageScreen & { name: 'consent' };
  visit: PageVisit;
}

/** What will happen, before anything of the customer's is touched. */
export function Consent({ screen: { customer, words, beside }, visit }: Props) {
  const { machine, machineAfter, terms, termsLink, termsAfter, agree } = TEXTS.consent;
  return (
    <div class="body">
      <p>{words.lead}</p>
      <ol class="numbered">
        {words.steps.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
      <p>
        {machine} <strong translate={false}>{customer}</strong>
        {machineAfter}
      </p>
      <p>{words.copies ? `${words.privacy} ${words.copies}` : words.privacy}</p>
      {beside && <BesideChoice beside={beside} visit={visit} />}
      <p class="small">
        {terms} <OutLink to={ADDRESSES.terms}>{termsLink}</OutLink> {termsAfter} {agree}
      </p>
    </div>
  );
}
