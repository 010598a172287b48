import type { OperatorRoute } from '../../../../route.ts';
import { diagnosticsOf } from '../../../diagnostics.ts';
import { recordedOf, subjectOf } from './recorded-of.ts';

/** The text that support puts into a ticket. */
export const getDiagnostics: OperatorRoute = {
  method: 'get',
  path: '/api/v1/handshakes/:handshake/diagnostics',
  who: 'operator',
  action: 'diagnostics',
  about: 'Everything that is known about one handshake, redacted, ready for a ticket',
  answers: { 200: { about: 'Plain text' } },
  errors: ['history_unavailable'],
  subject: subjectOf,
  async handle(call) {
    const { board, doctorRuns } = call.services;
    const { record, row } = await recordedOf(call);
    const report = await doctorRuns.last(record.customer);
    const text = diagnosticsOf({ record, row, usual: board.usual, report });
    const name = `keyferry-${record.customer}-${record.handshake}.txt`;
    return { status: 200, file: { name, type: 'text/plain; charset=utf-8', text: [text] } };
  },
};
