import { caseFilterSchema, caseGroupsSchema } from '../../../../core/contract/cases.ts';
import { queryOf } from '../../../http/query.ts';
import type { OperatorRoute } from '../../../route.ts';

/** Cases by what has caused them. */
export const getCaseGroups: OperatorRoute = {
  method: 'get',
  path: '/api/v1/case-groups',
  who: 'operator',
  action: 'see',
  about: 'Cases by cause, the largest group first; narrowed like `/api/v1/cases`',
  answers: { 200: { about: 'Those that match', schema: caseGroupsSchema } },
  errors: ['input_invalid', 'history_unavailable'],
  async handle({ services: { cases }, request }) {
    return { status: 200, json: await cases.groups(queryOf(request, caseFilterSchema)) };
  },
};
