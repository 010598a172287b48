import type { AuditEntry } from '../../../core/contract/audit-entry.ts';
import { actionWords } from '../model/words.ts';
import { Exactly } from './moment.tsx';

/** Otherwise only the last screen was seen. */
const wordsOf = (action: string) => (action === 'see' ? 'saw the last screen' : actionWords(action));

/** Who has viewed this handshake's screen. */
export function Watched({ entries }: { entries: readonly AuditEntry[] }) {
  return (
    <section aria-labelledby="watched">
      <h2 id="watched">Who watched</h2>
      {entries.length === 0 ? (
        <p class="soft">Nobody has viewed this screen.</p>
      ) : (
        <ul class="plain-list">
          {entries.map(({ id, at, who, action }) => (
            <li key={id}>
              <b>{who ?? 'somebody'}</b> {wordsOf(action)}, <Exactly at={at} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
