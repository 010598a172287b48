import * as mini from 'zod/mini';

/**
 * What `zod` is in the customer's page: zod/mini, two thirds smaller, with the methods by which the contract's schemas are
 * written. It takes and refuses the same values; what it says of a refusal is for programs, not for people. A method that
 * is missing here throws when the page is loaded, and test/unit/web/small-zod.test.ts says which.
 */

type Schema = mini.ZodMiniType & { shape?: unknown };
type Chained = Schema & Record<string, unknown>;

const isNumber = (schema: Schema) => schema._zod.def.type === 'number';

/** The methods, by the functions that mini has in their place. */
const METHODS: Readonly<Record<string, (schema: never, ...args: never[]) => Schema>> = {
  optional: (schema: Schema) => mini.optional(schema),
  nullable: (schema: Schema) => mini.nullable(schema),
  default: (schema: Schema, value: never) => mini._default(schema, value),
  catch: (schema: Schema, value: never) => mini.catch(schema, value),
  refine: (schema: Schema, is: () => boolean, said?: string) => schema.check(mini.refine(is, said)),
  regex: (schema: mini.ZodMiniString, form: RegExp) => schema.check(mini.regex(form)),
  trim: (schema: mini.ZodMiniString) => schema.check(mini.trim()),
  min: (schema: Schema, least: number) =>
    schema.check(isNumber(schema) ? mini.minimum(least) : mini.minLength(least)) as Schema,
  max: (schema: Schema, most: number) =>
    schema.check(isNumber(schema) ? mini.maximum(most) : mini.maxLength(most)) as Schema,
  int: (schema: mini.ZodMiniNumber) => schema.check(mini.int()),
  nonnegative: (schema: mini.ZodMiniNumber) => schema.check(mini.nonnegative()),
  positive: (schema: mini.ZodMiniNumber) => schema.check(mini.positive()),
  extend: (schema: mini.ZodMiniObject, shape: never) => mini.extend(schema, shape),
  pick: (schema: mini.ZodMiniObject, mask: never) => mini.pick(schema, mask),
  meta: (schema: Schema) => schema,
  unwrap: (schema: mini.ZodMiniOptional) => schema._zod.def.innerType as Schema,
};

function chained(schema: Schema): Chained {
  const it = schema as Chained;
  for (const [name, method] of Object.entries(METHODS))
    it[name] ??= (...args: never[]) => chained(method(schema as never, ...args));
  return it;
}

type Make = (...args: never[]) => Schema;
const chain =
  (make: unknown) =>
  (...args: never[]) =>
    chained((make as Make)(...args));

export const z = {
  config: mini.config,
  string: chain(mini.string),
  boolean: chain(mini.boolean),
  unknown: chain(mini.unknown),
  null: chain(mini.null),
  int: chain(mini.int),
  number: chain(mini.number),
  coerce: { number: chain(mini.coerce.number) },
  url: chain(mini.url),
  uuid: chain(mini.uuid),
  iso: { datetime: chain(mini.iso.datetime) },
  enum: chain(mini.enum),
  literal: chain(mini.literal),
  array: chain(mini.array),
  record: chain(mini.record),
  union: chain(mini.union),
  discriminatedUnion: chain(mini.discriminatedUnion),
  strictObject: chain(mini.strictObject),
  object: chain(mini.object),
};
