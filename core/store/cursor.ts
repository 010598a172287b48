import type { z } from 'zod';
import { KeyferryError } from '../contract/errors.ts';

/** The longest that a cursor of ours gets. */
const MOST = 300;

/** Where a list goes on, as one word that only the list itself reads. */
export function cursorOf(place: Record<string, unknown>): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/** The place in a cursor that somebody has sent back. Throws `input_invalid` if it is none of this list's. */
export function placeOf<Schema extends z.ZodType>(schema: Schema, cursor: string): z.output<Schema> {
  try {
    if (cursor.length <= MOST) return schema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
  } catch {}
  throw new KeyferryError('input_invalid', { detail: 'after: not a cursor of this list' });
}
