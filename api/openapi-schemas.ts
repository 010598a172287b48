import { z } from 'zod';
import { CATALOGUE } from '../core/contract/errors.ts';

type Json = Record<string, unknown>;

const PREFIX = '#/components/schemas/';

/** Every schema that has a name (`.meta({ id })`), as JSON Schema that refers to the others by name. */
function namedSchemas(io: 'input' | 'output'): Record<string, Json> {
  const { schemas } = z.toJSONSchema(z.globalRegistry, { io, uri: addressOf, override: plain });
  return Object.fromEntries(Object.entries(schemas).map(([id, schema]) => [id, withoutDialect(schema)]));
}

/**
 * The named schemas that a part of a document refers to, also by way of others. With `requests`, those that are not in
 * them are open: an answer may gain fields.
 */
export function reachable(part: unknown, requests?: unknown): Record<string, Json> {
  const answered = namedSchemas('output');
  const asked = requests === undefined ? new Set() : namesIn(requests, answered);
  const sent = namedSchemas('input');
  return Object.fromEntries(
    [...namesIn(part, answered)].toSorted().map((name) => {
      if (asked.has(name)) return [name, sent[name] as Json];
      const schema = answered[name] as Json;
      return [name, requests === undefined ? schema : (opened(schema) as Json)];
    }),
  );
}

function namesIn(part: unknown, all: Readonly<Record<string, Json>>): Set<string> {
  const found = new Set<string>();
  const left: unknown[] = [part];
  for (let at = left.pop(); at !== undefined; at = left.pop()) {
    if (typeof at !== 'object' || at === null) continue;
    for (const [key, value] of Object.entries(at)) {
      if (value === undefined) continue;
      left.push(value);
      if (key !== '$ref' || typeof value !== 'string' || !value.startsWith(PREFIX)) continue;
      const name = value.slice(PREFIX.length);
      if (found.has(name)) continue;
      found.add(name);
      left.push(all[name]);
    }
  }
  return found;
}

const CODES = Object.keys(CATALOGUE).length;

function opened(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(opened);
  if (typeof schema !== 'object' || schema === null) return schema;
  if ('enum' in schema && Array.isArray(schema.enum) && schema.enum.length === CODES) {
    const { enum: _, ...code } = schema;
    return { description: 'A code of the catalogue', ...code, pattern: '^[a-z_]+$' };
  }
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([key, value]) => !(key === 'additionalProperties' && value === false))
      .map(([key, value]) => [key, opened(value)]),
  );
}

/** A body of this schema: by reference if the schema has a name, otherwise written out. */
export function content(schema: z.ZodType, type = 'application/json'): Json {
  return { [type]: { schema: schemaOf(schema) } };
}

/** A schema: by reference if it has a name, otherwise written out. */
export function schemaOf(schema: z.ZodType): Json {
  const id = z.globalRegistry.get(schema)?.id;
  if (id !== undefined) return { $ref: addressOf(id) };
  return withoutDialect(z.toJSONSchema(schema, { io: 'input', override: plain }));
}

function addressOf(id: string): string {
  return `${PREFIX}${id}`;
}

/** OpenAPI 3.1 uses the same dialect and refers to schemas by their location. */
function withoutDialect({ $schema, $id, ...schema }: z.core.JSONSchema.BaseSchema): Json {
  return schema;
}

const HAVE_PATTERNS = new Set(['date', 'date-time', 'uuid']);

/** The long pattern of a date or a UUID adds nothing to its format, and 3.1 has `examples`. */
function plain({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (HAVE_PATTERNS.has(jsonSchema.format ?? '')) delete jsonSchema.pattern;
  if (jsonSchema.example === undefined) return;
  jsonSchema.examples = [jsonSchema.example];
  delete jsonSchema.example;
}
