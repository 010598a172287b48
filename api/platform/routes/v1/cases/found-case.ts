import type { CaseFile } from '../../../../../core/contract/cases.ts';
import { KeyferryError } from '../../../../../core/contract/errors.ts';
import type { Cases } from '../../../../../core/store/case-list.ts';

/** A case with what has happened to it. Throws `not_here` if there is none with this id (any more). */
export async function foundCase(cases: Pick<Cases, 'find'>, id: string): Promise<CaseFile> {
  const one = await cases.find(id);
  if (!one) throw new KeyferryError('not_here');
  return { ...one.found, history: one.history };
}
