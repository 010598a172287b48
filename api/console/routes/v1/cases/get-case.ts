import { type CaseFile, caseFileSchema } from '../../../../../core/contract/cases.ts';
import { KeyferryError } from '../../../../../core/contract/errors.ts';
import { idOf } from '../../../../customers/routes/v1/connections/id-of.ts';
import type { OperatorRoute } from '../../../../route.ts';

/** One case with what has happened to it. */
export const getCase: OperatorRoute = {
  method: 'get',
  path: '/api/v1/cases/:case',
  who: 'operator',
  action: 'see',
  about: 'One case, with its notes and what else has happened to it',
  answers: { 200: { about: 'The case', schema: caseFileSchema } },
  errors: ['history_unavailable'],
  async handle({ services: { cases }, request }) {
    const one = await cases.find(idOf(request, 'case'));
    if (!one) throw new KeyferryError('not_here');
    const json: CaseFile = { ...one.found, history: one.history };
    return { status: 200, json };
  },
};
