import type { PageVisit } from '../client/page-visit.ts';
import type { Beside } from '../model/page-screen.ts';
import { TEXTS } from '../model/texts.ts';
import { dayOf } from '../model/times.ts';

/** Whether what comes replaces what is there, or is kept beside it. */
export function BesideChoice({ beside, visit }: { beside: Beside; visit: PageVisit }) {
  const { legend, replace, labelled, since, add } = TEXTS.beside;
  const { label, connectedAt, another } = beside;
  const what = label ? labelled(label) : since(dayOf(connectedAt));
  const choose = (wanted: boolean) => () => {
    const { place } = visit.state;
    if (place?.at === 'way') visit.go({ ...place, another: wanted });
  };
  return (
    <fieldset class="beside">
      <legend>{legend}</legend>
      {[false, true].map((wanted) => (
        <label key={String(wanted)}>
          <input type="radio" name="beside" checked={another === wanted} onChange={choose(wanted)} />
          <span>{wanted ? add : replace(what)}</span>
        </label>
      ))}
    </fieldset>
  );
}
