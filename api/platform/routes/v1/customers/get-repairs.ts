import { z } from 'zod';
import { KeyferryError } from '../../../../../core/contract/errors.ts';
import { customerParamsSchema, pageQuerySchema } from '../../../../../core/contract/platform-api.ts';
import { repairsPageSchema } from '../../../../../core/contract/platform-repairs.ts';
import type { PlatformRoute } from '../../../../route.ts';
import { cursorOf, page } from '../../../cursors.ts';
import { REPAIR } from '../../../examples.ts';

const cursors = cursorOf(
  'repairs of a customer',
  z.strictObject({ id: z.uuid(), startedAt: z.iso.datetime() }),
);

/** What was put right on a customer's boxes, or would be. */
export const getRepairs: PlatformRoute<
  undefined,
  z.infer<typeof pageQuerySchema>,
  z.infer<typeof customerParamsSchema>
> = {
  method: 'get',
  path: '/api/v1/customers/:customer/repairs',
  who: 'platform',
  operation: 'listRepairs',
  tag: 'Connections',
  about: "List what was put right on a customer's boxes, or would be, the newest first",
  details:
    'Those of connections that have ended, too. One whose outcome is `told` keeps it: what is done later is a repair of its own.',
  params: customerParamsSchema,
  query: pageQuerySchema,
  answers: {
    200: {
      about: 'A page of them',
      schema: repairsPageSchema,
      example: { items: [REPAIR], nextCursor: null },
    },
  },
  async handle({ services: { repairs, customers }, params: { customer }, query: { cursor, limit } }) {
    const found = await repairs.list({ customer, after: cursors.read(cursor), limit: limit + 1 });
    // A name that nobody has heard of is more likely a mistake than a customer of whom there are none.
    if (found.length === 0 && !(await customers.find(customer))) throw new KeyferryError('not_here');
    return { status: 200, json: page(found, limit, ({ id, startedAt }) => cursors.write({ id, startedAt })) };
  },
};
