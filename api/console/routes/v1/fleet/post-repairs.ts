import type { z } from 'zod';
import { KeyferryError, toKeyferryError } from '../../../../../core/contract/errors.ts';
import {
  type FleetRepairs,
  fleetRepairSchema,
  fleetRepairsSchema,
} from '../../../../../core/contract/fleet.ts';
import type { OperatorRoute } from '../../../../route.ts';

/** Has what is wrong with these connections put right, where there is a repair for it. */
export const postFleetRepairs: OperatorRoute<z.infer<typeof fleetRepairSchema>> = {
  method: 'post',
  path: '/api/v1/fleet/repair',
  who: 'operator',
  action: 'repair-ask',
  about:
    'Have what is wrong with these connections put right now, whatever REPAIR is, where there is a repair on record that is not done. Workers do them one after the other; the audit log has an entry for each customer',
  body: fleetRepairSchema,
  answers: { 202: { about: 'Asked for', schema: fleetRepairsSchema } },
  async subject({ services: { fleet }, body }) {
    const customers = await fleet.customersOf(body.connections);
    if (customers.length === 0) throw new KeyferryError('not_here');
    const open = await fleet.repairable(body.connections);
    return customers.flatMap((customer) => {
      const theirs = open.filter((one) => one.customer === customer);
      const details = theirs.map(({ name, connection }) => `repair: ${name}, connection ${connection}`);
      return details.length === 0
        ? [{ customer, detail: 'repair: nothing to put right' }]
        : details.map((detail) => ({ customer, detail }));
    });
  },
  async handle({ services: { fleet, repairRuns }, body, operator }) {
    const open = await fleet.repairable(body.connections);
    const runs: FleetRepairs['runs'] = [];
    for (const { id, customer, connection, name } of open) {
      const of = { connection, customer, name };
      await repairRuns.ask(customer, id, 'repair', `operator:${operator.name}`).then(
        ({ run }) => runs.push({ ...of, run }),
        (thrown: unknown) => runs.push({ ...of, error: toKeyferryError(thrown).code }),
      );
    }
    const json: FleetRepairs = { runs, none: new Set(body.connections).size - open.length };
    return { status: 202, json };
  },
};
