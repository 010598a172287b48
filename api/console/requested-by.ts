import type { AuditEntry } from '../../core/contract/audit-entry.ts';
import type { Action } from '../../core/contract/operators.ts';
import type { Audit } from '../../core/store/audit.ts';

/** Views of a screen, live, recorded or the last one. */
const VIEWS: ReadonlySet<string> = new Set<Action>(['watch', 'replay', 'see']);
/** Views that are reported, the newest. */
const MOST_VIEWS = 20;

/** Who viewed a handshake's screen, newest first. `since`: when the handshake started. */
export async function viewedBy(
  audit: Audit,
  { handshake, since }: { handshake: string; since: Date },
): Promise<AuditEntry[]> {
  const found: AuditEntry[] = [];
  for await (const entry of audit.entries({ actor: 'operator', handshake, since, outcome: 'done' })) {
    if (VIEWS.has(entry.action)) found.push(entry);
    if (found.length >= MOST_VIEWS) break;
  }
  return found;
}
