import { z } from 'zod';
import { ERROR_CODES } from './error-rows.ts';
import { repairDoneSchema, repairRecordSchema } from './repairs.ts';

/** What can be asked for of a repair that is on record. */
const REPAIR_TASKS = ['repair', 'undo'] as const;
export type RepairTask = (typeof REPAIR_TASKS)[number];

/** `POST /api/v1/customers/:customer/repairs/:repair`. */
export const askedRepairSchema = z
  .strictObject({
    task: z.enum(REPAIR_TASKS).meta({
      description:
        '`repair`: have it done now, where its outcome is `told`, `failed` or `tried`; `undo`: put back what stood there before',
    }),
  })
  .meta({ id: 'AskedRepair' });
export type AskedRepair = z.infer<typeof askedRepairSchema>;

/** How far that has come. */
export const repairRunSchema = z
  .strictObject({
    run: z.uuid(),
    state: z.enum(['waiting', 'running', 'done', 'failed']),
    outcome: repairDoneSchema.shape.outcome.optional().meta({
      description:
        'Once it is done. `repaired`: a look has shown that it helped; `undone`: what stood there before was put back; `failed`: it was tried, and `error` says why it did not help or could not be put back; `told`: nothing was done, and `why` says why; `not_seen`: nothing was done, because the look that it begins with did not find what it puts right',
    }),
    why: z.string().optional().meta({ description: 'Why nothing was done, in words' }),
    repair: z.uuid().optional().meta({ description: 'The id of the repair that it has become, on record' }),
    error: z.enum(ERROR_CODES).optional().meta({
      description:
        'What it failed with. In the state `failed` nothing is known of what it has done on the box',
    }),
  })
  .meta({ id: 'RepairRun' });
export type RepairRun = z.infer<typeof repairRunSchema>;

/** `GET /api/v1/customers/:customer/repairs` of the console: the last ones, and of each connection the newest of each name. */
export const shownRepairsSchema = z
  .strictObject({ repairs: z.array(repairRecordSchema) })
  .meta({ id: 'ShownRepairs' });
export type ShownRepairs = z.infer<typeof shownRepairsSchema>;
