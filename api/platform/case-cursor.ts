import { z } from 'zod';
import type { CasePlace } from '../../core/store/case-list.ts';
import { type Cursor, cursorOf } from './cursors.ts';

/** Where pages of cases begin. */
export const caseCursor: Cursor<CasePlace> = cursorOf(
  'cases',
  z.strictObject({ lastAt: z.iso.datetime(), id: z.uuid() }),
);
