import type { z } from 'zod';
import { repairParamsSchema } from '../../../../../../core/contract/platform-repairs.ts';
import {
  type AskedRepair,
  askedRepairSchema,
  repairRunSchema,
} from '../../../../../../core/contract/repair-run.ts';
import type { PlatformRoute } from '../../../../../route.ts';
import { REPAIR_RUN } from '../../../../examples.ts';

/** Has something put right on a customer's box, or taken back. */
export const postRepair: PlatformRoute<AskedRepair, undefined, z.infer<typeof repairParamsSchema>> = {
  method: 'post',
  path: '/api/v1/customers/:customer/repairs/:repair',
  who: 'platform',
  action: 'repair-ask',
  operation: 'askForRepair',
  tag: 'Connections',
  about: 'Have a repair done now, or undone',
  details: `\`repair\` does it whatever REPAIR is, also where Keyferry leaves it to somebody who asks. It begins with a look at the box,
and does nothing if that does not find what it puts right; another look has to show that it helped, and what has not helped is
taken back. \`undo\` puts back what stood there before (\`before\`),
of the newest repair of its name alone, if it was done. To \`repair\` what is \`repaired\` or \`undone\` is refused (\`input_invalid\`). The outcome is in the run. The same asked for twice while it is
under way is one run. A repair whose connection has ended is not found.`,
  params: repairParamsSchema,
  body: askedRepairSchema,
  bodyExample: { task: 'repair' },
  fields: () => ({ input_invalid: { in: 'path', field: 'repair', rule: 'unfit' } }),
  answers: {
    202: {
      about: 'Accepted',
      schema: repairRunSchema,
      example: { run: REPAIR_RUN.run, state: 'waiting' },
      headers: { Location: 'Where the outcome will be', 'Retry-After': 'Seconds until that makes sense' },
    },
  },
  async handle({ services: { repairRuns }, params: { customer, repair }, body: { task } }) {
    const { name, connection } = await repairRuns.repairOf(customer, repair);
    const json = await repairRuns.ask(customer, repair, task, 'platform');
    const location = `/api/v1/customers/${customer}/repair-runs/${json.run}`;
    const detail = `${task}: ${name}, connection ${connection}`;
    return { status: 202, json, headers: { location, 'retry-after': '5' }, detail };
  },
};
