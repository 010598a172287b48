import { ADDRESSES, TEXTS } from '../model/texts.ts';
import { OutLink } from '../parts/out-link.tsx';

/** What will happen, before anything of the customer's is touched. */
export function Consent({ customer }: { customer: string }) {
  const { machine, machineAfter, lead, steps, privacy, terms, termsLink, termsAfter, agree } = TEXTS.consent;
  return (
    <div class="body">
      <p>{lead}</p>
      <ol class="numbered">
        {steps.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
      <p>
        {machine} <strong translate={false}>{customer}</strong>
        {machineAfter}
      </p>
      <p>{privacy}</p>
      <p class="small">
        {terms} <OutLink to={ADDRESSES.terms}>{termsLink}</OutLink> {termsAfter} {agree}
      </p>
    </div>
  );
}
