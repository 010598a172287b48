import type { z } from 'zod';
import { KeyferryError } from '../../../../../core/contract/errors.ts';
import { pageQuerySchema } from '../../../../../core/contract/platform-api.ts';
import { caseHistoryPageSchema, caseParamsSchema } from '../../../../../core/contract/platform-cases.ts';
import type { PlatformRoute } from '../../../../route.ts';
import { entryCursor } from '../../../case-cursor.ts';
import { CASE_FILE } from '../../../examples.ts';

/** What has happened to a case. */
export const getCaseHistoryByPlatform: PlatformRoute<
  undefined,
  z.infer<typeof pageQuerySchema>,
  z.infer<typeof caseParamsSchema>
> = {
  method: 'get',
  path: '/api/v1/cases/:case/history',
  who: 'platform',
  operation: 'listCaseHistory',
  tag: 'Cases',
  about: 'List what has happened to a case, the newest first',
  params: caseParamsSchema,
  query: pageQuerySchema,
  answers: {
    200: {
      about: 'A page of it',
      schema: caseHistoryPageSchema,
      example: { items: CASE_FILE.history.toReversed(), nextCursor: null },
    },
  },
  async handle({ services: { cases }, params, query: { cursor, limit } }) {
    const found = await cases.history(params.case, limit, { after: entryCursor.read(cursor) });
    if (!found) throw new KeyferryError('not_here');
    const { entries: items, next } = found;
    return { status: 200, json: { items, nextCursor: next ? entryCursor.write(next) : null } };
  },
};
