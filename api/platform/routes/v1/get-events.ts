import type { z } from 'zod';
import {
  eventsPageSchema,
  eventsQuerySchema,
  type PlatformEvent,
} from '../../../../core/contract/platform-api.ts';
import { fieldError, InputInvalid } from '../../../http/input.ts';
import type { PlatformRoute } from '../../../route.ts';
import { EVENT } from '../../examples.ts';

/** What the platform was told, to be read again. */
export const getEvents: PlatformRoute<undefined, z.infer<typeof eventsQuerySchema>> = {
  method: 'get',
  path: '/api/v1/events',
  who: 'platform',
  operation: 'listEvents',
  tag: 'Events',
  about: 'Read events again, in order',
  details:
    'What the webhooks say, whether or not they arrived. Keep the `id` of the last one, and ask for those after it; events are kept as long as other history.',
  query: eventsQuerySchema,
  answers: {
    200: {
      about: 'The next of them, the oldest first',
      schema: eventsPageSchema,
      example: { items: [EVENT], hasMore: false },
    },
  },
  async handle({ services: { events }, query: { after, limit } }) {
    const seq = after === undefined ? 0 : await events.seqOf(after);
    if (seq === undefined)
      throw new InputInvalid([
        fieldError('query', ['after'], { rule: 'not_known', words: 'is no event that is kept' }),
      ]);
    const found = await events.after(seq, limit + 1);
    const items = found.slice(0, limit).map(({ id, type, at, data }) => ({
      id,
      type,
      timestamp: at.toISOString(),
      data: data as PlatformEvent['data'],
    }));
    return { status: 200, json: { items, hasMore: found.length > limit } };
  },
};
