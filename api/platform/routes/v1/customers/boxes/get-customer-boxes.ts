import type { z } from 'zod';
import { customerBoxesSchema } from '../../../../../../core/contract/boxes.ts';
import { customerParamsSchema } from '../../../../../../core/contract/platform-api.ts';
import type { PlatformRoute } from '../../../../../route.ts';
import { shownBox } from '../../../../boxes/shown-box.ts';
import { BOX } from '../../../../examples.ts';

/** A customer's boxes. */
export const getCustomerBoxes: PlatformRoute<undefined, undefined, z.infer<typeof customerParamsSchema>> = {
  method: 'get',
  path: '/api/v1/customers/:customer/boxes',
  who: 'platform',
  operation: 'listCustomerBoxes',
  tag: 'Boxes',
  about: "List a customer's boxes, the default first",
  details: 'All of them: a customer has 20 at most. A customer whom nothing is known of has none.',
  params: customerParamsSchema,
  answers: { 200: { about: 'The boxes', schema: customerBoxesSchema, example: { items: [BOX] } } },
  async handle({ services: { boxes }, params: { customer } }) {
    const found = await boxes.of(customer);
    return { status: 200, json: { items: found.filter(({ reach }) => reach !== undefined).map(shownBox) } };
  },
};
