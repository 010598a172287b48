import { z } from 'zod';
import { HEALTHS } from '../../../../core/contract/connection-record.ts';
import { methodSchema, providerSchema } from '../../../../core/contract/providers.ts';
import type { PlatformRoute } from '../../../route.ts';

const statisticsSchema = z
  .strictObject({
    connections: z
      .array(
        z.strictObject({
          provider: providerSchema.unwrap(),
          method: methodSchema.unwrap(),
          health: z.enum(HEALTHS),
          count: z.int().nonnegative(),
        }),
      )
      .meta({ description: 'Connections that are current, by provider, method and health' }),
    customers: z.int().nonnegative().meta({ description: 'Customers with at least one' }),
  })
  .meta({ id: 'Statistics' });

/** How many are connected to what. */
export const getStatistics: PlatformRoute = {
  method: 'get',
  path: '/api/v1/statistics',
  who: 'platform',
  operation: 'getStatistics',
  tag: 'Connections',
  about: 'Count the connections by provider, method and health',
  answers: {
    200: {
      about: 'The counts',
      schema: statisticsSchema,
      example: {
        connections: [{ provider: 'anthropic', method: 'setup-token', health: 'working', count: 128 }],
        customers: 128,
      },
    },
  },
  async handle({ services: { statistics } }) {
    return { status: 200, json: await statistics.ask() };
  },
};
