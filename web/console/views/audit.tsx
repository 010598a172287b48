import { useEffect, useState } from 'preact/hooks';
import type { AuditEntry } from '../../../core/contract/audit-entry.ts';
import type { Refusal } from '../../model/state.ts';
import { type AuditSearch, hashOf, queryOf } from '../model/place.ts';
import { actionWords, actorWords } from '../model/words.ts';
import { Heading } from '../parts/heading.tsx';
import { Exactly } from '../parts/moment.tsx';
import { Problem } from '../parts/problem.tsx';
import { useDesk } from '../parts/use.ts';
import { AuditSearchForm } from './audit-search.tsx';

/** Entries per page. */
const PAGE = 100;

/** Who did what, to whom, when, from where. */
export function AuditView({ search }: { search: AuditSearch }) {
  const { entries, why, more, isBusy } = useAudit(search);
  return (
    <>
      <Heading title="Audit log" />
      <AuditSearchForm key={JSON.stringify(search)} search={search} />
      <p>
        <a href={`/api/v1/audit/export${queryOf(search)}`} download>
          Export what matches
        </a>{' '}
        <span class="soft">one JSON object per line, newest first</span>
      </p>
      <Problem why={why} />
      {entries?.length === 0 && <p class="empty">Nothing matches.</p>}
      {entries && entries.length > 0 && <Entries entries={entries} />}
      {more && (
        <button class="secondary" type="button" aria-disabled={isBusy} onClick={more}>
          {isBusy ? 'Looking…' : 'Show older ones'}
        </button>
      )}
    </>
  );
}

function Entries({ entries }: { entries: readonly AuditEntry[] }) {
  return (
    <table class="rows audit">
      <caption class="unseen">Entries, newest first</caption>
      <thead>
        <tr>
          <th scope="col">When</th>
          <th scope="col">Who</th>
          <th scope="col">What</th>
          <th scope="col">Whom</th>
          <th scope="col">From</th>
        </tr>
      </thead>
      <tbody>
        {entries.map((entry) => (
          <EntryRow key={entry.id} entry={entry} />
        ))}
      </tbody>
    </table>
  );
}

function EntryRow({ entry }: { entry: AuditEntry }) {
  const { at, role, action, outcome, customer, handshake, from, detail } = entry;
  return (
    <tr>
      <td>
        <Exactly at={at} />
      </td>
      <th scope="row">
        {actorWords(entry)} {role && <span class="role">{role}</span>}
      </th>
      <td>
        {outcome !== 'done' && outcome !== action && <span class="refused">{outcome}: </span>}
        {actionWords(action)}
        {detail && <span class="soft block">{detail}</span>}
      </td>
      <td>
        {handshake ? (
          <a href={hashOf({ name: 'handshake', handshake })}>{customer ?? handshake}</a>
        ) : (
          (customer ?? '–')
        )}
      </td>
      <td class="soft">{from ?? '–'}</td>
    </tr>
  );
}

function useAudit(search: AuditSearch) {
  const { desk } = useDesk();
  const [state, setState] = useState<{ entries?: AuditEntry[]; hasMore?: boolean; why?: Refusal }>({});
  const [isBusy, setBusy] = useState(false);
  const key = JSON.stringify(search);

  async function page(known: AuditEntry[]): Promise<void> {
    setBusy(true);
    const answer = await desk.api.audit(search, known.at(-1)?.id, PAGE);
    setBusy(false);
    if (!answer.ok) return setState((was) => ({ ...was, why: answer.why }));
    const { entries } = answer.body;
    setState({ entries: [...known, ...entries], hasMore: entries.length === PAGE });
  }
  useEffect(() => void page([]), [key]);

  const { entries, hasMore, why } = state;
  const more = entries && hasMore ? () => void (isBusy || page(entries)) : undefined;
  return { entries, why, more, isBusy };
}
