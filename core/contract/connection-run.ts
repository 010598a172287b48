import { z } from 'zod';
import { ERROR_CODES } from './error-rows.ts';

/** A test of a connection, or a change of the order in which a box uses them. */
export const connectionRunSchema = z
  .strictObject({
    run: z.uuid(),
    state: z.enum(['waiting', 'running', 'done', 'failed']),
    verdict: z.enum(ERROR_CODES).optional().meta({
      description:
        'Once a test is done: what the provider said instead of an answer; absent: the credential answered',
    }),
    error: z
      .enum(ERROR_CODES)
      .optional()
      .meta({ description: 'Once it has failed: why. Nothing is known about the credential' }),
  })
  .meta({ id: 'ConnectionRun' });
export type ConnectionRun = z.infer<typeof connectionRunSchema>;
