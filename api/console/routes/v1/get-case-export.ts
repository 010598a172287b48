import { type Case, caseFilterSchema } from '../../../../core/contract/cases.ts';
import type { CasePage } from '../../../../core/store/case-list.ts';
import { queryOf } from '../../../http/query.ts';
import type { OperatorRoute } from '../../../route.ts';
import { type Columns, csvLines } from '../../csv.ts';
import { everyPage } from '../../every-page.ts';

const COLUMNS: Columns<Case> = {
  customer: ({ customer }) => customer,
  display_name: ({ displayName }) => displayName,
  kind: ({ kind }) => kind,
  error: ({ error }) => error,
  state: ({ state }) => state,
  snoozed_until: ({ snoozedUntil }) => snoozedUntil,
  assignee: ({ assignee }) => assignee,
  times: ({ times }) => times,
  since: ({ since }) => since,
  last_at: ({ lastAt }) => lastAt,
  resolved_at: ({ resolvedAt }) => resolvedAt,
  resolved_by: ({ resolvedBy }) => resolvedBy,
  resolution: ({ resolution }) => resolution,
  provider: ({ provider }) => provider,
  method: ({ method }) => method,
  box: ({ box }) => box,
  handshake: ({ handshake }) => handshake,
  connection: ({ connectionId }) => connectionId,
  case: ({ id }) => id,
};

/** Cases as a file. Not below /cases, where the platform's API has a case's id. */
export const getCaseExport: OperatorRoute = {
  method: 'get',
  path: '/api/v1/case-export',
  who: 'operator',
  action: 'case-export',
  about: 'Cases as comma-separated values, narrowed like `/api/v1/cases`; at most 100,000 lines',
  answers: { 200: { about: 'Comma-separated values (text/csv)' } },
  errors: ['input_invalid', 'history_unavailable'],
  // Before it is written down that there was an export.
  async subject({ request }) {
    queryOf(request, caseFilterSchema);
    return {};
  },
  async handle({ services: { cases }, request }) {
    const filter = queryOf(request, caseFilterSchema);
    // The first page before the answer begins: what goes wrong there can still be said.
    const pages = await everyPage(async (limit, after?: CasePage['next']) => {
      const { cases: rows, next } = await cases.page(filter, limit, after);
      return { rows, next };
    });
    const file = {
      name: 'keyferry-cases.csv',
      type: 'text/csv; charset=utf-8',
      text: csvLines(COLUMNS, pages),
    };
    return { status: 200, file };
  },
};
