/** Cases as the platform's servers read and see to them. */
import { z } from 'zod';
import { caseEntrySchema, caseFilterSchema, caseSchema, givenTimeSchema, noteSchema } from './cases.ts';
import { pageOf, pageQuerySchema } from './platform-api.ts';

export const caseParamsSchema = z.strictObject({ case: z.uuid() });

/** `GET /api/v1/cases`. */
export const platformCasesQuerySchema = caseFilterSchema
  .omit({ q: true, assignee: true })
  .extend(pageQuerySchema.shape);
export const platformCasesPageSchema = pageOf(caseSchema).meta({ id: 'CasesPage' });

export const caseHistoryPageSchema = pageOf(caseEntrySchema).meta({ id: 'CaseHistoryPage' });

export const resolveCaseSchema = z
  .strictObject({ note: noteSchema.optional().meta({ description: 'How it ended' }) })
  .meta({ id: 'ResolveCase' });
export const snoozeCaseSchema = z
  .strictObject({ until: givenTimeSchema.meta({ description: 'Within 90 days' }) })
  .meta({ id: 'SnoozeCase' });
