import { ERROR_CODES } from '../../../../core/contract/error-rows.ts';
import { type Found, foundSchema, searchQuerySchema } from '../../../../core/contract/search.ts';
import { supportCodeIn } from '../../../../core/contract/support-code.ts';
import { queryOf } from '../../../http/query.ts';
import type { OperatorRoute } from '../../../route.ts';

const MOST_CODES = 8;

/** One search for everything. */
export const getSearch: OperatorRoute = {
  method: 'get',
  path: '/api/v1/search',
  who: 'operator',
  action: 'see',
  about:
    'What holds `q`: customers by name or display name, cases, handshakes by id, code or reference, whose visit has a code, boxes in the database by address, error codes; or what was on a day, or from one to another (`2026-11-29..2026-11-30`, in UTC unless `since` and `until` say when they begin and end)',
  answers: { 200: { about: 'The first few of each', schema: foundSchema } },
  errors: ['input_invalid', 'history_unavailable'],
  async handle({ services: { find, links }, request }) {
    const { q, since, until } = queryOf(request, searchQuerySchema);
    const words = q.toLowerCase().replaceAll(/[\s-]+/g, '_');
    const errors = ERROR_CODES.filter((code) => words.length > 2 && code.includes(words)).slice(
      0,
      MOST_CODES,
    );
    const bounds = since === undefined || until === undefined ? undefined : { since, until };
    const code = supportCodeIn(q);
    const [found, quoted] = await Promise.all([
      find.of(q, bounds),
      code === undefined ? undefined : links.quoted(code),
    ]);
    const json: Found = { ...found, errors, ...(quoted !== undefined && { quoted }) };
    return { status: 200, json };
  },
};
