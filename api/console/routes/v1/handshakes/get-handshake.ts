import { type Dossier, dossierSchema } from '../../../../../core/contract/console-api.ts';
import { writeDownScreen } from '../../../../operators/audit-entries.ts';
import type { OperatorRoute } from '../../../../route.ts';
import { viewedBy } from '../../../requested-by.ts';
import { recordedOf } from './recorded-of.ts';

/** Everything that is known about one handshake. */
export const getDossier: OperatorRoute = {
  method: 'get',
  path: '/api/v1/handshakes/:handshake',
  who: 'operator',
  action: 'see',
  about: 'One handshake: its attempts, what was seen, who viewed it',
  answers: { 200: { about: 'Redacted', schema: dossierSchema } },
  async handle(call) {
    const { addressOf, audit, board, recordings } = call.services;
    const { record, row } = await recordedOf(call);
    const { handshake, customer, startedAt, attempts } = record;
    if (attempts.some(({ error }) => error?.screen !== undefined)) {
      const { operator, request } = call;
      await writeDownScreen(audit, { operator, from: addressOf(request) }, { customer, handshake });
    }
    const json: Dossier = {
      row,
      record,
      recordings: await recordings.of(
        handshake,
        attempts.map(({ attempt }) => attempt),
      ),
      usual: board.usual,
      before: board.of(customer).filter((each) => each.handshake !== handshake),
      watched: await viewedBy(audit, { handshake, since: new Date(startedAt) }),
    };
    return { status: 200, json };
  },
};
