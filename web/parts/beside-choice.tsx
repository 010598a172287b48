import type { PageVisit } from '../client/page-visit.ts';
import { say } from '../messages/say.ts';
import type { Beside } from '../model/page-screen.ts';
import { dayOf } from '../model/times.ts';

/** Whether what comes replaces what is there, or is kept beside it. */
export function BesideChoice({ beside, visit }: { beside: Beside; visit: PageVisit }) {
  const { label, connectedAt, another } = beside;
  const replace = label
    ? say('beside.replaceLabelled', { label })
    : say('beside.replaceSince', { day: dayOf(connectedAt) });
  const choose = (wanted: boolean) => () => {
    const { place } = visit.state;
    if (place?.at === 'way') visit.go({ ...place, another: wanted });
  };
  return (
    <fieldset class="beside">
      <legend>{say('beside.legend')}</legend>
      {[false, true].map((wanted) => (
        <label key={String(wanted)}>
          <input type="radio" name="beside" checked={another === wanted} onChange={choose(wanted)} />
          <span>{wanted ? say('beside.add') : replace}</span>
        </label>
      ))}
    </fieldset>
  );
}
