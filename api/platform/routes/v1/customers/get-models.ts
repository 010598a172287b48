import { z } from 'zod';
import { customerParamsSchema } from '../../../../../core/contract/platform-api.ts';
import { answeringModelSchema } from '../../../../../core/contract/usage-api.ts';
import type { PlatformRoute } from '../../../../route.ts';
import { ANSWERING_MODEL } from '../../../examples.ts';

const modelsSchema = z.strictObject({ items: z.array(answeringModelSchema) }).meta({ id: 'AnsweringModels' });

/** Which models answer a customer, and with whose credential. */
export const getCustomerModels: PlatformRoute<undefined, undefined, z.infer<typeof customerParamsSchema>> = {
  method: 'get',
  path: '/api/v1/customers/:customer/models',
  who: 'platform',
  operation: 'listCustomerModels',
  tag: 'Usage',
  about: 'List the models that answer on a customer’s boxes, and with whose credential',
  details: `Those that were asked within the last 30 days, and the default models of their connections. A model of the platform’s that waits behind
the customer’s is in it once it has answered.`,
  params: customerParamsSchema,
  answers: {
    200: {
      about: 'The models, by box, those first that were asked most',
      schema: modelsSchema,
      example: { items: [ANSWERING_MODEL] },
    },
  },
  async handle({ services: { usage }, params: { customer } }) {
    return { status: 200, json: { items: await usage.models(customer) } };
  },
};
