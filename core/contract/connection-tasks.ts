import { z } from 'zod';
import { boxNameSchema } from './connection-record.ts';
import { endpointSchema } from './endpoint.ts';
import { asksSchema } from './http-api.ts';
import { modelNameSchema } from './model-choices.ts';
import { customerParamsSchema } from './platform-api.ts';
import { methodSchema, providerSchema } from './providers.ts';
import { envelopeSchema } from './sealed.ts';
import { labelSchema } from './snapshot.ts';

/** `/api/v1/customers/:customer/connection-runs/:run`. */
export const connectionRunParamsSchema = customerParamsSchema.extend({ run: z.uuid() });

/** `PUT /api/v1/customers/:customer/connections/order`. */
export const connectionOrderSchema = z
  .strictObject({
    connections: z
      .array(z.uuid())
      .min(1)
      .max(50)
      .meta({ description: "All of a box's connections of one provider, the first one first" }),
  })
  .meta({ id: 'ConnectionOrder' });
export type ConnectionOrder = z.infer<typeof connectionOrderSchema>;

/** `PUT /api/v1/customers/:customer/connections/:connection/label`. */
export const connectionLabelSchema = z
  .strictObject({ label: labelSchema.nullable() })
  .meta({ id: 'ConnectionLabel' });
export type ConnectionLabel = z.infer<typeof connectionLabelSchema>;

/** `PUT /api/v1/customers/:customer/connections/:connection/model`. */
export const connectionModelSchema = z
  .strictObject({ model: modelNameSchema })
  .meta({ id: 'ConnectionModel' });
export type ConnectionModel = z.infer<typeof connectionModelSchema>;

/** `POST /api/v1/customers/:customer/connections`: a key, sealed to the workers or plain. */
export const newConnectionSchema = z
  .strictObject({
    provider: providerSchema.unwrap(),
    box: boxNameSchema.optional().meta({ description: 'The default one without it' }),
    label: labelSchema.optional(),
    another: z
      .boolean()
      .optional()
      .meta({ description: 'Beside the key of this provider that there is, not in its place' }),
    endpoint: endpointSchema
      .optional()
      .meta({ description: "For a provider that `asks` for it: an address of the customer's own" }),
    key: z.string().min(8).max(8_192).optional().meta({
      description: 'The key, in plain text: it is sealed to the workers at once, and the api forgets it',
    }),
    sealed: z
      .strictObject({ submission: z.uuid(), key: envelopeSchema })
      .optional()
      .meta({ description: 'In place of `key`: sealed to `sealTo` of GET /api/v1/providers' }),
  })
  .refine(
    ({ key, sealed, endpoint }) =>
      key === undefined ? sealed !== undefined || endpoint !== undefined : sealed === undefined,
    {
      path: ['key'],
      error: 'or `sealed` is needed, and not both; with `endpoint` perhaps neither',
      params: { rule: 'required', expected: 'key or sealed' },
    },
  )
  .meta({ id: 'NewConnection' });
export type NewConnection = z.infer<typeof newConnectionSchema>;

/** A provider, as the platform reads it. */
export const platformProviderSchema = z
  .strictObject({
    provider: providerSchema.unwrap(),
    name: z.string(),
    methods: z.array(methodSchema.unwrap()).meta({ description: 'Those that METHODS offers' }),
    asks: asksSchema,
    revokeAt: z.string().meta({ description: 'Where its customers revoke a credential' }),
  })
  .meta({ id: 'Provider' });
