import { z } from 'zod';
import { toldCodeSchema } from './error-code.ts';
import { modelChoicesSchema } from './model-choices.ts';

/** What was asked about a connection on its box: a test, an order, its models, or another default model. */
export const connectionRunSchema = z
  .strictObject({
    run: z.uuid(),
    state: z.enum(['waiting', 'running', 'done', 'failed']),
    verdict: toldCodeSchema.optional().meta({
      description:
        'Once a test or another default model is done: what the provider said instead of an answer, and the model is as it was; absent: the credential answered',
    }),
    models: modelChoicesSchema.optional().meta({ description: 'Once they were looked up' }),
    error: toldCodeSchema
      .optional()
      .meta({ description: 'Once it has failed: why. Nothing is known about the credential' }),
  })
  .meta({ id: 'ConnectionRun' });
export type ConnectionRun = z.infer<typeof connectionRunSchema>;
