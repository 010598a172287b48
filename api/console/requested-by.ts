import type { AuditEntry } from '../../core/contract/audit-entry.ts';
import type { Action } from '../../core/contract/operators.ts';
import type { Audit } from '../../core/store/audit.ts';

/** Looks at a screen, live, recorded or the last one. */
const LOOKS: ReadonlySet<Action> = new Set<Action>(['watch', 'replay', 'see']);
/** Looks that are told, the newest. */
const MOST_LOOKS = 20;

/** Who looked at a handshake's screen, newest first. `since`: when it began. */
export async function lookedBy(
  audit: Audit,
  { handshake, since }: { handshake: string; since: Date },
): Promise<AuditEntry[]> {
  const found: AuditEntry[] = [];
  for await (const entry of audit.entries({ handshake, since, outcome: 'done' })) {
    if (LOOKS.has(entry.action)) found.push(entry);
    if (found.length >= MOST_LOOKS) break;
  }
  return found;
}
