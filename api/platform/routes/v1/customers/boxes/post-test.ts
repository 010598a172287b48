import { z } from 'zod';
import { boxParamsSchema, boxSchema } from '../../../../../../core/contract/boxes.ts';
import type { PlatformRoute } from '../../../../../route.ts';
import { shownBox } from '../../../../boxes/shown-box.ts';
import { BOX_TESTING } from '../../../../examples.ts';

const nothing = z.strictObject({});

/** Has the doctor examine a box. */
export const postBoxTest: PlatformRoute<
  z.infer<typeof nothing>,
  undefined,
  z.infer<typeof boxParamsSchema>
> = {
  method: 'post',
  path: '/api/v1/customers/:customer/boxes/:name/test',
  who: 'platform',
  action: 'box-test',
  operation: 'testBox',
  tag: 'Boxes',
  about: 'Have the doctor examine a box',
  details:
    'The outcome is in `test.last` of the box once `test.pending` is gone, and stays there until the next test. While one is pending, no other is begun.',
  params: boxParamsSchema,
  body: nothing,
  bodyExample: {},
  answers: {
    202: {
      about: 'Accepted',
      schema: boxSchema,
      example: BOX_TESTING,
      headers: { location: 'Where the box is, with the outcome' },
    },
  },
  errors: ['box_kind_off'],
  fields: () => ({ box_kind_off: { in: 'path', field: 'name', rule: 'unfit' } }),
  async handle({ services: { platformBoxes }, params: { customer, name } }) {
    const json = shownBox(await platformBoxes.test(customer, name));
    const location = `/api/v1/customers/${customer}/boxes/${name}`;
    return { status: 202, json, headers: { location, 'retry-after': '2' } };
  },
};
