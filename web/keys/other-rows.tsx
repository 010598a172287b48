import type { PageVisit } from '../client/page-visit.ts';
import { listed, rich, say } from '../messages/say.ts';
import type { Other, PageScreen } from '../model/page-screen.ts';
import { ActionButton } from '../parts/actions.tsx';

interface Props {
  screen: PageScreen & { name: 'connected' };
  visit: PageVisit;
  isInert: boolean;
}

/** What is connected beside the newest. */
export function OtherRows({ screen, visit, isInert }: Props) {
  return (
    <section aria-labelledby="others">
      <h2 id="others">{say('others.heading')}</h2>
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
          {connection.label
            ? rich('others.named', {
                name,
                label: connection.label,
                own: (inside) => <span translate={false}>{inside}</span>,
              })
            : name}
        </b>
        <span class="about">{listed(kind, model, ...times)}</span>
        {state && <span class="said">{state}</span>}
      </span>
      {again && <ActionButton action={again} look="plain" visit={visit} isInert={isInert} />}
    </li>
  );
}
