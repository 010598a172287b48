import type { PageVisit } from '../client/page-visit.ts';
import type { Other, PageScreen } from '../model/page-screen.ts';
import { ActionButton } from '../parts/actions.tsx';
import { KEY_TEXTS } from './texts.ts';

interface Props {
  screen: PageScreen & { name: 'connected' };
  visit: PageVisit;
  isInert: boolean;
}

/** What is connected beside the newest. */
export function OtherRows({ screen, visit, isInert }: Props) {
  return (
    <section aria-labelledby="others">
      <h2 id="others">{KEY_TEXTS.others.heading}</h2>
      <ul class="choices">
        {screen.others.map((other) => (
          <OtherRow key={other.key} other={other} visit={visit} isInert={isInert} />
        ))}
      </ul>
    </section>
  );
}

function OtherRow({ other, visit, isInert }: { other: Other; visit: PageVisit; isInert: boolean }) {
  const { icon, name, kind, model, times, state, again, connection } = other;
  return (
    <li class="choice">
      <span class="letters" aria-hidden="true" translate={false}>
        {icon}
      </span>
      <span class="words">
        <b>
          {name}
          {connection.label && <span translate={false}>{` “${connection.label}”`}</span>}
        </b>
        <span class="about">{[kind, model, ...times].filter(Boolean).join(', ')}</span>
        {state && <span class="said">{state}</span>}
      </span>
      {again && <ActionButton action={again} look="plain" visit={visit} isInert={isInert} />}
    </li>
  );
}
