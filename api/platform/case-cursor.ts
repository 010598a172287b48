import { z } from 'zod';
import type { CasePlace, EntryPlace } from '../../core/store/case-list.ts';
import { type Cursor, cursorOf } from './cursors.ts';

/** Where pages of cases begin. */
export const caseCursor: Cursor<CasePlace> = cursorOf(
  'cases',
  z.strictObject({ lastAt: z.iso.datetime(), id: z.uuid() }),
);

/** Where pages of a case's history begin. */
export const entryCursor: Cursor<EntryPlace> = cursorOf(
  'case-history',
  z.strictObject({ seq: z.string().regex(/^\d{1,18}$/) }),
);
