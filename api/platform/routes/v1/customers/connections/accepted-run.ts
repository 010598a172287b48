import { type ConnectionRun, connectionRunSchema } from '../../../../../../core/contract/connection-run.ts';
import { CONNECTION_RUN } from '../../../../examples.ts';

/** What every request is answered with that a worker carries out on the box. */
export const ACCEPTED_RUN = {
  202: {
    about: 'Accepted',
    schema: connectionRunSchema,
    example: { run: CONNECTION_RUN.run, state: 'waiting' as const },
    headers: { Location: 'Where the outcome will be', 'Retry-After': 'Seconds until that makes sense' },
  },
};

/** The answer, with where the outcome will be. */
export function acceptedRun(customer: string, json: ConnectionRun) {
  const location = `/api/v1/customers/${customer}/connection-runs/${json.run}`;
  return { status: 202 as const, json, headers: { location, 'retry-after': '5' } };
}
