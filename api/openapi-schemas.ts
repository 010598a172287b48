import { z } from 'zod';

type Json = Record<string, unknown>;

/** Every schema that has a name (`.meta({ id })`), as JSON Schema that refers to the others by name. */
export function namedSchemas(): Json {
  const { schemas } = z.toJSONSchema(z.globalRegistry, { uri: addressOf, override: plainDates });
  return Object.fromEntries(Object.entries(schemas).map(([id, schema]) => [id, withoutDialect(schema)]));
}

/** A body of this schema: by reference if the schema has a name, otherwise written out. */
export function content(schema: z.ZodType, type = 'application/json'): Json {
  const id = z.globalRegistry.get(schema)?.id;
  const written = id === undefined ? withoutDialect(z.toJSONSchema(schema)) : { $ref: addressOf(id) };
  return { [type]: { schema: written } };
}

function addressOf(id: string): string {
  return `#/components/schemas/${id}`;
}

/** OpenAPI 3.1 uses the same dialect and refers to schemas by their location. */
function withoutDialect({ $schema, $id, ...schema }: z.core.JSONSchema.BaseSchema): Json {
  return schema;
}

/** The long pattern of a date adds nothing to its format. */
function plainDates({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
}
