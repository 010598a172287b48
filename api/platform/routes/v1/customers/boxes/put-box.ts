import type { z } from 'zod';
import {
  boxParamsSchema,
  boxSchema,
  type UpdateBox,
  updateBoxSchema,
} from '../../../../../../core/contract/boxes.ts';
import type { PlatformRoute } from '../../../../../route.ts';
import { shownBox } from '../../../../boxes/shown-box.ts';
import { BOX } from '../../../../examples.ts';

/** Changes a box, and confirms its host key. */
export const putBox: PlatformRoute<UpdateBox, undefined, z.infer<typeof boxParamsSchema>> = {
  method: 'put',
  path: '/api/v1/customers/:customer/boxes/:name',
  who: 'platform',
  action: 'box-change',
  operation: 'updateBox',
  tag: 'Boxes',
  about: 'Change a box, or confirm its host key',
  details:
    'What is not in the body stays as it is, credentials above all, which nobody can read back; `null` removes what is optional. The kind and the name stay: delete the box, and add another. With another host or port, `hostKey` has to be given too, because a host key belongs to an address.',
  params: boxParamsSchema,
  body: updateBoxSchema,
  bodyExample: { hostKey: { confirm: 'SHA256:uNiVztksCsDhcc0u9e8BrhYJZs5xBzjJd3BVN6K0sF8' } },
  answers: { 200: { about: 'The box as it is now', schema: boxSchema, example: BOX } },
  errors: ['host_key_not_fetched', 'box_kind_off'],
  fields: () => ({
    host_key_not_fetched: { in: 'body', field: 'hostKey.confirm', rule: 'unfit' },
    box_kind_off: { in: 'path', field: 'name', rule: 'unfit' },
  }),
  async handle({ services: { platformBoxes }, params: { customer, name }, body }) {
    return { status: 200, json: shownBox(await platformBoxes.update(customer, name, body)) };
  },
};
