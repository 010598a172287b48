import { z } from 'zod';

/** Models that one answer lists. */
export const MOST_MODELS = 60;

/** OpenClaw's name for a model: `<provider>/<model>`, the latter as providers form them. */
export const modelNameSchema = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,40}\/[A-Za-z0-9][A-Za-z0-9._:@/-]{0,119}$/)
  .meta({ description: "OpenClaw's name for a model", example: 'openai/gpt-5.4' });

/** What OpenClaw uses on a box, and what one credential there could answer. */
export const modelChoicesSchema = z
  .strictObject({
    now: modelNameSchema.nullable().meta({ description: "OpenClaw's default model; null: it names none" }),
    isAnsweredHere: z
      .boolean()
      .meta({ description: 'OpenClaw asks this credential first for that model, for certain' }),
    models: z
      .array(modelNameSchema)
      .max(MOST_MODELS)
      .meta({ description: 'What OpenClaw offers of its provider, the recommended one first' }),
  })
  .meta({ id: 'ModelChoices' });
export type ModelChoices = z.infer<typeof modelChoicesSchema>;
