import type { CaseFile } from '../../../../../core/contract/cases.ts';
import { KeyferryError } from '../../../../../core/contract/errors.ts';
import type { Cases } from '../../../../../core/store/case-list.ts';
import { entryCursor } from '../../../case-cursor.ts';

/** A case with the newest of what has happened to it. Throws `not_here` if there is none with this id (any more). */
export async function foundCase(cases: Pick<Cases, 'find'>, id: string): Promise<CaseFile> {
  const one = await cases.find(id);
  if (!one) throw new KeyferryError('not_here');
  const { found, notes, history, earlier } = one;
  return { ...found, history, notes, ...(earlier && { earlier: entryCursor.write(earlier) }) };
}
