import { z } from 'zod';
import { customerParamsSchema, pageOf } from './platform-api.ts';
import { repairRecordSchema } from './repairs.ts';

/** `/api/v1/customers/:customer/repairs/:repair`. */
export const repairParamsSchema = customerParamsSchema.extend({ repair: z.uuid() });

/** `/api/v1/customers/:customer/repair-runs/:run`. */
export const repairRunParamsSchema = customerParamsSchema.extend({ run: z.uuid() });

/** `GET /api/v1/customers/:customer/repairs`. */
export const repairsPageSchema = pageOf(repairRecordSchema).meta({ id: 'RepairsPage' });
