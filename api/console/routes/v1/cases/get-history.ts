import {
  type CaseHistory,
  caseHistoryQuerySchema,
  caseHistorySchema,
  HISTORY_PAGE,
} from '../../../../../core/contract/cases.ts';
import { KeyferryError } from '../../../../../core/contract/errors.ts';
import { idOf } from '../../../../customers/routes/v1/connections/id-of.ts';
import { queryOf } from '../../../../http/query.ts';
import { entryCursor } from '../../../../platform/case-cursor.ts';
import type { OperatorRoute } from '../../../../route.ts';

/** What has happened to a case. */
export const getCaseHistory: OperatorRoute = {
  method: 'get',
  path: '/api/v1/cases/:case/history',
  who: 'operator',
  action: 'see',
  about: 'What has happened to a case, the newest first: `cursor`, `notes` (`true`: its notes alone)',
  answers: { 200: { about: 'A page of it', schema: caseHistorySchema } },
  errors: ['input_invalid', 'history_unavailable'],
  async handle({ services: { cases }, request }) {
    const { cursor, notes } = queryOf(request, caseHistoryQuerySchema);
    const which = { after: entryCursor.read(cursor), isNotes: notes !== undefined };
    const found = await cases.history(idOf(request, 'case'), HISTORY_PAGE, which);
    if (!found) throw new KeyferryError('not_here');
    const { entries, next } = found;
    const json: CaseHistory = { entries, ...(next && { next: entryCursor.write(next) }) };
    return { status: 200, json };
  },
};
