import { rowsQuerySchema, rowsSchema } from '../../../../core/contract/console-api.ts';
import { queryOf } from '../../../http/query.ts';
import type { OperatorRoute } from '../../../route.ts';

/** Current and past handshakes. */
export const getHandshakes: OperatorRoute = {
  method: 'get',
  path: '/api/v1/handshakes',
  who: 'operator',
  action: 'see',
  about: 'Handshakes, newest first: `state`, `customer`, `phase`, `error`, `age`, `before`, `limit`',
  answers: { 200: { about: 'A page of those that match', schema: rowsSchema } },
  errors: ['input_invalid'],
  async handle({ services: { board }, request }) {
    return { status: 200, json: board.rows(queryOf(request, rowsQuerySchema)) };
  },
};
