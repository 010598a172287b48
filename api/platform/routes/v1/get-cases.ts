import type { z } from 'zod';
import {
  platformCasesPageSchema,
  platformCasesQuerySchema,
} from '../../../../core/contract/platform-cases.ts';
import type { PlatformRoute } from '../../../route.ts';
import { caseCursor } from '../../case-cursor.ts';
import { CASE } from '../../examples.ts';

/** Trouble that somebody has to resolve, or has resolved. */
export const getCasesByPlatform: PlatformRoute<undefined, z.infer<typeof platformCasesQuerySchema>> = {
  method: 'get',
  path: '/api/v1/cases',
  who: 'platform',
  operation: 'listCases',
  tag: 'Cases',
  about: 'List cases, what was last seen first',
  details: `Without \`state\`: those that nobody has resolved. A case is one customer's trouble with one box or connection; it
stays until it is over or somebody resolves it, and is opened again if it comes back.`,
  query: platformCasesQuerySchema,
  answers: {
    200: {
      about: 'A page of them',
      schema: platformCasesPageSchema,
      example: { items: [CASE], nextCursor: null },
    },
  },
  async handle({ services: { cases }, query: { cursor, limit, ...filter } }) {
    const { cases: items, next } = await cases.page(filter, limit, caseCursor.read(cursor));
    return { status: 200, json: { items, nextCursor: next ? caseCursor.write(next) : null } };
  },
};
