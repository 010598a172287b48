import { z } from 'zod';
import { fieldError, InputInvalid } from '../http/input.ts';

/**
 * Where a page of a list begins: the keys of the entry before it, in a form that nobody is tempted to read. It is not
 * signed: whoever makes one up sees a list from another place, and nothing else.
 */
export interface Cursor<Keys> {
  /** Throws `InputInvalid` for what is not a cursor of this list. */
  read(cursor: string | undefined): Keys | undefined;
  write(keys: Keys): string;
}

/** Cursors of the list with this name. A list with another order needs another name. */
export function cursorOf<Keys>(list: string, keys: z.ZodType<Keys>): Cursor<Keys> {
  const schema = z.tuple([z.literal(list), keys]);
  return {
    read(cursor) {
      if (cursor === undefined) return undefined;
      const read = schema.safeParse(parsed(cursor));
      if (read.success) return read.data[1];
      const words = 'must be `nextCursor` of a page of this list';
      throw new InputInvalid([
        fieldError('query', ['cursor'], { rule: 'format', expected: 'cursor', words }),
      ]);
    },
    write: (value) => Buffer.from(JSON.stringify([list, value])).toString('base64url'),
  };
}

/** A page, from one entry more than fits on it. */
export function page<Item>(
  found: readonly Item[],
  limit: number,
  cursorAfter: (item: Item) => string,
): { items: Item[]; nextCursor: string | null } {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: found.length > limit && last ? cursorAfter(last) : null };
}

function parsed(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return undefined;
  }
}
