import type { PageVisit } from '../client/page-visit.ts';
import type { Choice, PageScreen } from '../model/page-screen.ts';

interface Props {
  screen: PageScreen & { name: 'choices' };
  visit: PageVisit;
  isInert: boolean;
}

/** A calm list, each row a button; what is not to be had is only said. */
export function Choices({ screen: { lead, choices }, visit, isInert }: Props) {
  return (
    <div class="body">
      <p>{lead}</p>
      <ul class="choices">
        {choices.map((choice) => (
          <li key={choice.name}>
            {choice.to && !isInert ? (
              <button class="choice" type="button" onClick={() => visit.go(choice.to)}>
                <Row choice={choice} />
              </button>
            ) : (
              <div class={choice.to ? 'choice' : 'choice lacking'}>
                <Row choice={choice} />
              </div>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}

function Row({ choice: { icon, name, about, mark, to } }: { choice: Choice }) {
  return (
    <>
      {icon && (
        <span class="letters" aria-hidden="true" translate={false}>
          {icon}
        </span>
      )}
      <span class="words">
        <b translate={icon ? false : undefined}>{name}</b> <span class="about">{about}</span>
      </span>
      {mark && <span class="done-word">{mark}</span>}
      {to && (
        <svg class="icon onward" viewBox="0 0 16 16" aria-hidden="true">
          <path d="m6 3.5 4.5 4.5L6 12.5" />
        </svg>
      )}
    </>
  );
}
