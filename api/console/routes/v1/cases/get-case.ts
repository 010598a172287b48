import { caseFileSchema } from '../../../../../core/contract/cases.ts';
import { idOf } from '../../../../customers/routes/v1/connections/id-of.ts';
import { foundCase } from '../../../../platform/routes/v1/cases/found-case.ts';
import type { OperatorRoute } from '../../../../route.ts';

/** One case with what has happened to it. */
export const getCase: OperatorRoute = {
  method: 'get',
  path: '/api/v1/cases/:case',
  who: 'operator',
  action: 'see',
  about: 'One case, with the newest of its notes and what else has happened to it',
  answers: { 200: { about: 'The case', schema: caseFileSchema } },
  errors: ['history_unavailable'],
  async handle({ services: { cases }, request }) {
    return { status: 200, json: await foundCase(cases, idOf(request, 'case')) };
  },
};
