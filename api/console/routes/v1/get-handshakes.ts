import { type Rows, rowsQuerySchema, rowsSchema } from '../../../../core/contract/console-api.ts';
import { supportCodeIn } from '../../../../core/contract/support-code.ts';
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
    const query = queryOf(request, rowsQuerySchema);
    const rows = await listed(services, query);
    const code = rows.rows.length === 0 ? supportCodeIn(query.customer ?? '') : undefined;
    const quoted = code === undefined ? undefined : await services.links.quoted(code);
    const json: Rows = { ...rows, ...(quoted === undefined ? {} : { quoted }) };
    return { status: 200, json };
  },
};
