import { useEffect, useState } from 'preact/hooks';
import { type CaseEntry, type CaseFile, LONGEST_NOTE } from '../../../core/contract/cases.ts';
import type { Refusal } from '../../model/state.ts';
import { CASE_WORDS, entryHash, whoWords } from './case-words.ts';
import { Exactly } from './moment.tsx';
import { Problem } from './problem.tsx';
import { useDesk } from './use.ts';

/** Entries that are shown before somebody asks for more. */
const SHOWN = 20;

/** What has been asked for beyond what comes with the case. */
interface Earlier {
  entries: readonly CaseEntry[];
  next: string | undefined;
}

/** What has happened to a case, newest first, and a place to write. */
export function CaseHistory({ found, onNoted }: { found: CaseFile; onNoted: () => void }) {
  const { desk, can } = useDesk();
  const [text, setText] = useState('');
  const [why, setWhy] = useState<Refusal>();
  const [isBusy, setBusy] = useState(false);
  const [isNotes, setNotes] = useState(false);
  const [isLong, setLong] = useState(false);
  const [earlier, setEarlier] = useState<Earlier>();
  useEffect(() => setEarlier(undefined), [isNotes, found.earlier]);
  const add = async (event: Event) => {
    event.preventDefault();
    if (isBusy || text.trim() === '') return;
    setBusy(true);
    const answer = await desk.api.noteCase(found.id, text);
    setBusy(false);
    setWhy(answer.ok ? undefined : answer.why);
    if (!answer.ok) return;
    setText('');
    desk.say('The note is there.');
    onNoted();
  };
  const isNote = ({ deed }: CaseEntry) => deed === 'note';
  const newest = [...found.history].reverse();
  const entries = [...newest.filter((entry) => !isNotes || isNote(entry)), ...(earlier?.entries ?? [])];
  const notes = found.notes ?? found.history.filter(isNote).length;
  const next = earlier ? earlier.next : found.earlier;
  const shown = isLong || earlier ? entries : entries.slice(0, SHOWN);
  const more = async () => {
    setLong(true);
    if (isBusy || shown.length < entries.length || next === undefined) return;
    setBusy(true);
    const answer = await desk.api.caseHistory(found.id, isNotes, next);
    setBusy(false);
    setWhy(answer.ok ? undefined : answer.why);
    if (answer.ok)
      setEarlier((was) => ({
        entries: [...(was?.entries ?? []), ...answer.body.entries],
        next: answer.body.next,
      }));
  };
  return (
    <section class="history" aria-labelledby="history">
      <h2 id="history">Notes and history</h2>
      {can('case-note') && (
        <form onSubmit={add}>
          <label>
            Note
            <textarea
              rows={3}
              maxLength={LONGEST_NOTE}
              value={text}
              onInput={({ currentTarget }) => setText(currentTarget.value)}
            />
          </label>
          <div class="actions">
            <button class="secondary" type="submit" aria-disabled={isBusy || text.trim() === ''}>
              Add the note
            </button>
            <span class="soft">Everybody who may see cases reads it. No keys, no codes.</span>
          </div>
          <Problem why={why} />
        </form>
      )}
      {notes > 0 && (
        <label class="only-notes">
          <input
            type="checkbox"
            checked={isNotes}
            onChange={({ currentTarget }) => setNotes(currentTarget.checked)}
          />
          Notes only <span class="count">{notes}</span>
        </label>
      )}
      <ol>
        {shown.map((entry) => (
          <li key={`${entry.at} ${entry.deed} ${entry.text}`}>
            <Entry entry={entry} />
          </li>
        ))}
      </ol>
      {(shown.length < entries.length || next !== undefined) && (
        <button class="secondary" type="button" onClick={() => void more()}>
          Show earlier
        </button>
      )}
    </section>
  );
}

function Entry({ entry }: { entry: CaseEntry }) {
  const { at, who, deed, text } = entry;
  const hash = entryHash(entry);
  return (
    <>
      <span class="soft">
        <Exactly at={at} />, {whoWords(who)}
      </span>
      <span class="block">
        {deed !== 'note' && (
          <b>
            {hash ? <a href={hash}>{CASE_WORDS.deeds[deed]}</a> : CASE_WORDS.deeds[deed]}
            {text !== null && !hash && ': '}
          </b>
        )}
        {text !== null && !hash && (
          <bdi class="note-text">{deed === 'snoozed' ? <Exactly at={text} /> : text}</bdi>
        )}
      </span>
    </>
  );
}
