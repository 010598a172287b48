import { caseListSchema, casesQuerySchema } from '../../../../core/contract/cases.ts';
import { queryOf } from '../../../http/query.ts';
import { caseCursor } from '../../../platform/case-cursor.ts';
import type { OperatorRoute } from '../../../route.ts';

/** Trouble that somebody has to resolve, or has resolved. */
export const getCases: OperatorRoute = {
  method: 'get',
  path: '/api/v1/cases',
  who: 'operator',
  action: 'see',
  about:
    'Cases, what was last seen first: `state`, `kind`, `cause`, `error`, `assignee`, `customer`, `q`, `since`, `until`, `cursor`, `limit`',
  answers: { 200: { about: 'A page of those that match', schema: caseListSchema } },
  errors: ['input_invalid', 'history_unavailable'],
  async handle({ services: { cases }, request }) {
    const { cursor, limit, ...filter } = queryOf(request, casesQuerySchema);
    const { cases: found, next } = await cases.page(filter, limit, caseCursor.read(cursor));
    return { status: 200, json: { cases: found, ...(next && { next: caseCursor.write(next) }) } };
  },
};
