import { z } from 'zod';
import { platformProviderSchema } from '../../../../core/contract/connection-tasks.ts';
import { asksOf, PROVIDERS } from '../../../../core/contract/providers.ts';
import { workerPublicKeySchema } from '../../../../core/contract/sealed.ts';
import type { PlatformRoute } from '../../../route.ts';
import { PROVIDER, SEAL_TO } from '../../examples.ts';

const providersSchema = z
  .strictObject({
    items: z.array(platformProviderSchema),
    sealTo: workerPublicKeySchema.meta({ description: 'The public key to which keys are sealed' }),
  })
  .meta({ id: 'Providers' });

/** What customers can connect. */
export const getProviders: PlatformRoute = {
  method: 'get',
  path: '/api/v1/providers',
  who: 'platform',
  operation: 'listProviders',
  tag: 'Connections',
  about: 'List the providers that customers can connect, and how',
  details: 'What METHODS and KEY_PROVIDERS offer, whatever a plan includes.',
  answers: {
    200: {
      about: 'All of them',
      schema: providersSchema,
      example: { items: [PROVIDER], sealTo: SEAL_TO },
    },
  },
  async handle({ services: { offers, seal } }) {
    const items = offers.all().flatMap(({ provider, methods }) => {
      const row = PROVIDERS[provider as keyof typeof PROVIDERS];
      const named = { provider, name: row.name, revokeAt: row.revokeAt };
      return { ...named, methods: methods.map(({ method }) => method), asks: asksOf(row) };
    });
    return { status: 200, json: { items, sealTo: seal.publicKey } };
  },
};
