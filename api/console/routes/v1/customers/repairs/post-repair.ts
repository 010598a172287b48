import {
  type AskedRepair,
  askedRepairSchema,
  repairRunSchema,
} from '../../../../../../core/contract/repair-run.ts';
import { idOf } from '../../../../../customers/routes/v1/connections/id-of.ts';
import { customerOf } from '../../../../../platform/routes/v1/doctor/customer-of.ts';
import type { OperatorRoute } from '../../../../../route.ts';

/** Has something put right on a customer's box, or taken back. */
export const postRepairByOperator: OperatorRoute<AskedRepair> = {
  method: 'post',
  path: '/api/v1/customers/:customer/repairs/:repair',
  who: 'operator',
  action: 'repair-ask',
  about: 'Have a repair done now, or undone; if the same is under way, that run is returned',
  body: askedRepairSchema,
  answers: { 202: { about: 'Accepted', schema: repairRunSchema } },
  async subject({ services: { repairRuns }, request, body: { task } }) {
    const { customer, name, connection } = await repairRuns.repairOf(
      customerOf(request),
      idOf(request, 'repair'),
    );
    return { customer, detail: `${task}: ${name}, connection ${connection}` };
  },
  async handle({ services: { repairRuns }, request, body: { task }, operator }) {
    const [customer, repair] = [customerOf(request), idOf(request, 'repair')];
    const json = await repairRuns.ask(customer, repair, task, `operator:${operator.name}`);
    return { status: 202, json };
  },
};
