import type { z } from 'zod';
import { type CaseChange, changedSchema, changeRequestSchema } from '../../../../../core/contract/cases.ts';
import type { OperatorRoute } from '../../../../route.ts';
import { subjectsOf } from '../../../case-subjects.ts';

/** Assigns, snoozes, opens or resolves cases. */
export const postCaseChange: OperatorRoute<z.infer<typeof changeRequestSchema>> = {
  method: 'post',
  path: '/api/v1/cases/change',
  who: 'operator',
  action: 'case-change',
  about:
    'Assign, snooze, open or resolve cases: some, or all of a cause that nobody has resolved. The audit log has an entry for each, and one for all of more than a hundred',
  body: changeRequestSchema,
  answers: { 200: { about: 'How many have changed', schema: changedSchema } },
  errors: ['input_invalid'],
  subject: ({ services: { caseChanges }, body: { of, change } }) =>
    subjectsOf(caseChanges, of, wordsOf(change)),
  async handle({ services: { caseChanges }, body: { of, change }, operator }) {
    const changed = await caseChanges.change(of, change, `operator:${operator.name}`);
    return { status: 200, json: { changed } };
  },
};

function wordsOf(change: CaseChange): string {
  if (change.to === 'assigned')
    return change.assignee === null ? 'unassigned' : `assigned to ${change.assignee}`;
  return change.to === 'snoozed' ? `snoozed until ${change.until}` : change.to;
}
