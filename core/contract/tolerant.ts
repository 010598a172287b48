import type { z } from 'zod';

/**
 * Reads what another version may have written: fields that this one does not know are omitted, and the ones that it
 * knows are checked as strictly as ever. For readers; writers, and every request, must match the schema itself.
 */
export function tolerant<Schema extends z.ZodType>(
  schema: Schema,
): { safeParse(value: unknown): z.ZodSafeParseResult<z.infer<Schema>> } {
  return {
    safeParse(value) {
      const read = schema.safeParse(value);
      if (read.success || !read.error.issues.every(({ code }) => code === 'unrecognized_keys')) return read;
      const known = structuredClone(value);
      for (const issue of read.error.issues)
        if (issue.code === 'unrecognized_keys') omit(known, issue.path, issue.keys);
      return schema.safeParse(known);
    },
  };
}

function omit(value: unknown, path: readonly PropertyKey[], keys: readonly string[]): void {
  let at = value;
  for (const key of path) at = (at as Record<PropertyKey, unknown>)[key];
  for (const key of keys) delete (at as Record<string, unknown>)[key];
}
