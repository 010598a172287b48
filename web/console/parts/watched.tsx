import type { AuditEntry } from '../../../core/audit.ts';
import { WORDS } from '../model/words.ts';
import { Exactly } from './moment.tsx';

/** Who has looked at this handshake's screen. */
export function Watched({ entries }: { entries: readonly AuditEntry[] }) {
  return (
    <section aria-labelledby="watched">
      <h2 id="watched">Who watched</h2>
      {entries.length === 0 ? (
        <p class="soft">Nobody has looked at this screen.</p>
      ) : (
        <ul class="plain-list">
          {entries.map(({ id, at, who, action }) => (
            <li key={id}>
              <b>{who ?? 'somebody'}</b> {WORDS.actions[action]}, <Exactly at={at} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
