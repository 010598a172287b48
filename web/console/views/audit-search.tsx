import { ACTORS, type AuditedAction } from '../../../core/contract/audit-entry.ts';
import { dayOf, endOfDay, startOfDay } from '../model/days.ts';
import { type AuditSearch, queryOf } from '../model/place.ts';
import { WORDS } from '../model/words.ts';

const WORDS_OF = ['actor', 'who', 'action', 'outcome', 'customer', 'handshake'] as const;

/** What to look for in the log. It is kept in the address. */
export function AuditSearchForm({ search }: { search: AuditSearch }) {
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const words = Object.fromEntries(WORDS_OF.map((name) => [name, String(form.get(name) ?? '').trim()]));
    const since = startOfDay(form.get('since'));
    const until = endOfDay(form.get('until'));
    location.hash = `#/audit${queryOf({ ...words, since, until })}`;
  };
  return (
    <search>
      <form class="filters" onSubmit={submit}>
        <label>
          By
          <select name="actor" defaultValue={search.actor ?? ''}>
            <option value="">Anybody</option>
            {ACTORS.map((actor) => (
              <option key={actor} value={actor}>
                {WORDS.actors[actor]}
              </option>
            ))}
          </select>
        </label>
        <label>
          Who
          <input name="who" defaultValue={search.who ?? ''} autocapitalize="none" spellcheck={false} />
        </label>
        <label>
          What
          <select name="action" defaultValue={search.action ?? ''}>
            <option value="">Anything</option>
            {(Object.keys(WORDS.actions) as AuditedAction[]).map((action) => (
              <option key={action} value={action}>
                {WORDS.actions[action]}
              </option>
            ))}
          </select>
        </label>
        <label>
          Outcome
          <select name="outcome" defaultValue={search.outcome ?? ''}>
            <option value="">Any</option>
            <option value="done">done</option>
            <option value="refused">refused</option>
            <option value="failed">failed</option>
          </select>
        </label>
        <label>
          Customer
          <input
            name="customer"
            defaultValue={search.customer ?? ''}
            autocapitalize="none"
            spellcheck={false}
          />
        </label>
        <label>
          Handshake
          <input
            name="handshake"
            defaultValue={search.handshake ?? ''}
            autocapitalize="none"
            spellcheck={false}
          />
        </label>
        <label>
          From
          <input name="since" type="date" defaultValue={dayOf(search.since)} />
        </label>
        <label>
          To
          <input name="until" type="date" defaultValue={dayOf(search.until)} />
        </label>
        <button class="primary" type="submit">
          Search
        </button>
      </form>
    </search>
  );
}
