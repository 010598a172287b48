import { type Dossier, dossierSchema } from '../../../../../core/contract/console-api.ts';
import { withoutScreen } from '../../../../../core/store/records.ts';
import { writeDownScreen } from '../../../../operators/audit-entries.ts';
import type { OperatorRoute } from '../../../../route.ts';
import { listed } from '../../../listed.ts';
import { viewedBy } from '../../../requested-by.ts';
import { recordedOf } from './recorded-of.ts';

/** The customer's other handshakes that are told with it; the customer's own page has all. */
const MOST_OTHERS = 50;

/** Everything that is known about one handshake. */
export const getDossier: OperatorRoute = {
  method: 'get',
  path: '/api/v1/handshakes/:handshake',
  who: 'operator',
  action: 'see',
  about: 'One handshake: its attempts, what was seen, who viewed it',
  answers: { 200: { about: 'Redacted', schema: dossierSchema } },
  errors: ['history_unavailable'],
  async handle(call) {
    const { addressOf, audit, board, recordings } = call.services;
    const { record, row } = await recordedOf(call);
    const { handshake, customer, startedAt, attempts } = record;
    const others = await listed(call.services, { of: customer, limit: MOST_OTHERS });
    const { missing } = others;
    const hasScreen = attempts.some(({ error }) => error?.screen !== undefined);
    if (hasScreen && !missing) {
      const { operator, request } = call;
      await writeDownScreen(audit, { operator, from: addressOf(request) }, { customer, handshake });
    }
    const json: Dossier = {
      row,
      // A look that cannot be audited now is not taken; everything else helps without it.
      record: missing ? { ...record, attempts: attempts.map(withoutScreen) } : record,
      recordings: await recordings.of(
        handshake,
        attempts.map(({ attempt }) => attempt),
      ),
      usual: board.usual,
      before: others.rows.filter((each) => each.handshake !== handshake),
      ...(missing ? { missing } : {}),
      watched: missing ? [] : await viewedBy(audit, { handshake, since: new Date(startedAt) }),
    };
    return { status: 200, json };
  },
};
