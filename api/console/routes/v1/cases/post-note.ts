import type { z } from 'zod';
import { noteRequestSchema } from '../../../../../core/contract/cases.ts';
import { KeyferryError } from '../../../../../core/contract/errors.ts';
import { idOf } from '../../../../customers/routes/v1/connections/id-of.ts';
import type { OperatorRoute } from '../../../../route.ts';

/** Adds a note to a case. */
export const postCaseNote: OperatorRoute<z.infer<typeof noteRequestSchema>> = {
  method: 'post',
  path: '/api/v1/cases/:case/notes',
  who: 'operator',
  action: 'case-note',
  about: 'Add a note to a case. The audit log says that there is one, not what it says',
  body: noteRequestSchema,
  answers: { 204: { about: 'It is there' } },
  errors: ['input_invalid'],
  async subject({ services: { cases }, request }) {
    const one = await cases.find(idOf(request, 'case'));
    if (!one) throw new KeyferryError('not_here');
    return { customer: one.found.customer, detail: `case ${one.found.id}` };
  },
  async handle({ services: { caseChanges }, request, body: { text }, operator }) {
    await caseChanges.note(idOf(request, 'case'), text, `operator:${operator.name}`);
    return { status: 204 };
  },
};
