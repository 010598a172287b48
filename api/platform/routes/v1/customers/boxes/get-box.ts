import type { z } from 'zod';
import { boxParamsSchema, boxSchema } from '../../../../../../core/contract/boxes.ts';
import type { PlatformRoute } from '../../../../../route.ts';
import { shownBox } from '../../../../boxes/shown-box.ts';
import { BOX } from '../../../../examples.ts';

/** A box. */
export const getBox: PlatformRoute<undefined, undefined, z.infer<typeof boxParamsSchema>> = {
  method: 'get',
  path: '/api/v1/customers/:customer/boxes/:name',
  who: 'platform',
  operation: 'getBox',
  tag: 'Boxes',
  about: 'Read a box, with its host keys and its last test',
  params: boxParamsSchema,
  answers: { 200: { about: 'The box', schema: boxSchema, example: BOX } },
  errors: ['box_kind_off'],
  fields: () => ({ box_kind_off: { in: 'path', field: 'name', rule: 'unfit' } }),
  async handle({ services: { platformBoxes }, params: { customer, name } }) {
    return { status: 200, json: shownBox(await platformBoxes.get(customer, name)) };
  },
};
