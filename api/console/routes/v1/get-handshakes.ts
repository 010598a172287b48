import { rowsQuerySchema, rowsSchema } from '../../../../core/contract/console-api.ts';
import { queryOf } from '../../../http/query.ts';
import type { OperatorRoute } from '../../../route.ts';
import { listed } from '../../listed.ts';

/** Current and past handshakes. */
export const getHandshakes: OperatorRoute = {
  method: 'get',
  path: '/api/v1/handshakes',
  who: 'operator',
  action: 'see',
  about:
    'Handshakes, newest first: `state`, `customer`, `of`, `phase`, `error`, `age`, `since`, `until`, `before`, `limit`',
  answers: { 200: { about: 'A page of those that match', schema: rowsSchema } },
  errors: ['input_invalid'],
  async handle({ services, request }) {
    return { status: 200, json: await listed(services, queryOf(request, rowsQuerySchema)) };
  },
};
