import { MOST_DETAIL } from '../../core/contract/audit-entry.ts';
import type { CaseChoice } from '../../core/contract/cases.ts';
import { KeyferryError } from '../../core/contract/errors.ts';
import type { CaseChanges } from '../../core/store/case-changes.ts';
import type { Subject } from '../operators/audit-entries.ts';

/** Cases each of which has an entry in the audit log; of more there is one for all of them. */
const MOST_EACH = 100;

/** Whom something is about that is done with these cases, for the audit log. Throws `not_here` if there is none of them. */
export async function subjectsOf(
  caseChanges: Pick<CaseChanges, 'chosen'>,
  of: CaseChoice,
  what: string,
): Promise<Subject[]> {
  const found = await caseChanges.chosen(of);
  if (found.length === 0) throw new KeyferryError('not_here');
  if (found.length > MOST_EACH)
    return [{ detail: `${what}: ${aboutOf(of, found.length)}`.slice(0, MOST_DETAIL) }];
  return found.map(({ id, customer }) => ({ customer, detail: `${what}: case ${id}`.slice(0, MOST_DETAIL) }));
}

/** What somebody has chosen, in words. */
export function aboutOf(of: CaseChoice, count: number): string {
  const cases = `${count} ${count === 1 ? 'case' : 'cases'}`;
  return 'cause' in of ? `${cases} of ${of.cause}` : cases;
}
