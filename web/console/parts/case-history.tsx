import { useState } from 'preact/hooks';
import { type CaseEntry, type CaseFile, LONGEST_NOTE } from '../../../core/contract/cases.ts';
import type { Refusal } from '../../model/state.ts';
import { CASE_WORDS, entryHash, whoWords } from './case-words.ts';
import { Exactly } from './moment.tsx';
import { Problem } from './problem.tsx';
import { useDesk } from './use.ts';

/** Entries that are shown before somebody asks for all. */
const SHOWN = 20;

/** What has happened to a case, newest first, and a place to write. */
export function CaseHistory({ found, onNoted }: { found: CaseFile; onNoted: () => void }) {
  const { desk, can } = useDesk();
  const [text, setText] = useState('');
  const [why, setWhy] = useState<Refusal>();
  const [isBusy, setBusy] = useState(false);
  const [isNotes, setNotes] = useState(false);
  const [isAll, setAll] = useState(false);
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
  const newest = [...found.history].reverse();
  const entries = isNotes ? newest.filter(({ deed }) => deed === 'note') : newest;
  const notes = found.history.filter(({ deed }) => deed === 'note').length;
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
        {(isAll ? entries : entries.slice(0, SHOWN)).map((entry) => (
          <li key={`${entry.at} ${entry.deed} ${entry.text}`}>
            <Entry entry={entry} />
          </li>
        ))}
      </ol>
      {!isAll && entries.length > SHOWN && (
        <button class="secondary" type="button" onClick={() => setAll(true)}>
          Show {entries.length - SHOWN} earlier
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
