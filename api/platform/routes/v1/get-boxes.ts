import { z } from 'zod';
import { boxesPageSchema, boxNameSchema } from '../../../../core/contract/boxes.ts';
import { customerSchema } from '../../../../core/contract/customer.ts';
import { pageQuerySchema } from '../../../../core/contract/platform-api.ts';
import type { PlatformRoute } from '../../../route.ts';
import { shownBox } from '../../boxes/shown-box.ts';
import { cursorOf, page } from '../../cursors.ts';
import { BOX } from '../../examples.ts';

const cursors = cursorOf('boxes', z.strictObject({ customer: customerSchema, name: boxNameSchema }));

/** Every box that was added over the API. */
export const getBoxes: PlatformRoute<undefined, z.infer<typeof pageQuerySchema>> = {
  method: 'get',
  path: '/api/v1/boxes',
  who: 'platform',
  operation: 'listBoxes',
  tag: 'Boxes',
  about: 'List boxes, by customer and name',
  details:
    'Those that were added here. Boxes in a file of the operator’s, or found on Lightsail, are not in it.',
  query: pageQuerySchema,
  answers: {
    200: { about: 'A page of them', schema: boxesPageSchema, example: { items: [BOX], nextCursor: null } },
  },
  async handle({ services: { boxes }, query: { cursor, limit } }) {
    const found = await boxes.page(limit + 1, cursors.read(cursor));
    const { items, nextCursor } = page(found, limit, ({ customer, name }) =>
      cursors.write({ customer, name }),
    );
    // One of a kind that only a newer version knows cannot be shown here.
    const shown = items.filter(({ reach }) => reach !== undefined).map(shownBox);
    return { status: 200, json: { items: shown, nextCursor } };
  },
};
