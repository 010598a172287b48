/** What the platform's OpenAPI document says may be sent, as far as a request can be against it. */
interface Schema {
  $ref?: string | undefined;
  type?: string;
  const?: unknown;
  enum?: string[];
  format?: string;
  pattern?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  propertyNames?: Schema;
  items?: Schema;
  prefixItems?: Schema[];
  oneOf?: Schema[];
  anyOf?: Schema[];
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  maxProperties?: number;
  minimum?: number;
  maximum?: number;
}

export interface PlatformDocument {
  paths: Record<
    string,
    Record<
      string,
      {
        parameters?: { name: string; in: 'path' | 'query'; schema: Schema }[];
        requestBody?: { content: Record<string, { schema: Schema }> };
      }
    >
  >;
  components: { schemas: Record<string, Schema> };
}

/** A request that breaks one rule, and what its answer has to say of that. */
export interface WrongRequest {
  /** `PUT /api/v1/customers/{customer}`. */
  operation: string;
  what: string;
  method: string;
  path: string;
  body?: unknown;
  error: { in: 'path' | 'query' | 'body'; field: string; rule: string } & Partial<
    Record<'limit' | 'allowed' | 'expected', unknown>
  >;
}

/** One value that a schema does not allow, with the rule that it breaks. */
interface Wrong {
  what: string;
  value: unknown;
  /** From the value that was asked about to the field that is wrong. */
  at?: string[];
  rule: string;
  limit?: number;
  allowed?: string[];
  expected?: string;
}

type InFull = (schema: Schema) => Schema;

const UUID = '01890a5d-ac96-774b-bcce-b302099a8057';

/** For every field of every operation: missing, of another type, too long, too short, too large, unknown, there twice. */
export function wrongRequests(document: PlatformDocument): WrongRequest[] {
  const inFull: InFull = (schema) => {
    const name = schema.$ref?.split('/').at(-1);
    return name === undefined ? schema : { ...document.components.schemas[name], ...schema, $ref: undefined };
  };
  return Object.entries(document.paths).flatMap(([template, operations]) =>
    Object.entries(operations).flatMap(([method, { parameters = [], requestBody }]) => {
      const isIn = (where: string) => parameters.filter((one) => one.in === where);
      const fill = (values: Record<string, string> = {}) =>
        template.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? valid(name));
      const wrong: WrongRequest[] = [];
      const add = (
        { what, value: _, at: __, ...rule }: Wrong,
        where: WrongRequest['error']['in'],
        field: string,
        sent: { path: string; body?: unknown },
      ) =>
        wrong.push({
          operation: `${method.toUpperCase()} ${template}`,
          what: `${where} ${field} ${what}`,
          method: method.toUpperCase(),
          ...sent,
          error: { in: where, field, ...rule },
        });
      for (const { name, schema } of isIn('path'))
        for (const one of asText(wrongValues(inFull(schema), inFull)))
          add(one, 'path', name, { path: fill({ [name]: encodeURIComponent(String(one.value)) }) });
      const asked = isIn('query');
      for (const { name, schema } of asked) {
        for (const one of asText(wrongValues(inFull(schema), inFull)))
          add(one, 'query', name, { path: `${fill()}?${name}=${encodeURIComponent(String(one.value))}` });
        const twice: Wrong = { what: 'twice', value: '', rule: 'repeated' };
        add(twice, 'query', name, { path: `${fill()}?${name}=1&${name}=1` });
      }
      const unknown: Wrong = { what: 'unknown', value: '', rule: 'unknown' };
      add(unknown, 'query', 'more', { path: `${fill()}?more=1` });
      const body = requestBody?.content['application/json']?.schema;
      for (const one of body ? wrongValues(inFull(body), inFull) : [])
        add(one, 'body', (one.at ?? []).join('.'), { path: fill(), body: one.value });
      return wrong;
    }),
  );
}

/** In a query and a path everything is a text: what is wrong as a text stays. */
function asText(wrong: Wrong[]): Wrong[] {
  return wrong.flatMap((one) =>
    typeof one.value === 'string' || typeof one.value === 'number' ? [one] : [],
  );
}

/** What a path has in the place of its names. */
function valid(name: string): string {
  if (name === 'customer') return 'alice';
  return name === 'name' ? 'default' : UUID;
}

function wrongValues(schema: Schema, inFull: InFull): Wrong[] {
  if (schema.oneOf) return schema.oneOf.flatMap((variant) => wrongValues(inFull(variant), inFull));
  const [either, ...others] = (schema.anyOf ?? []).filter(({ type }) => type !== 'null').map(inFull);
  if (either && others.length === 0) return wrongValues(either, inFull);
  if (either) return [{ what: 'none of those', value: {}, rule: 'format' }];
  if (schema.const !== undefined) return [{ what: 'another', value: 'other', rule: 'one_of' }];
  if (schema.enum) return [{ what: 'another', value: 'other', rule: 'one_of', allowed: schema.enum }];
  switch (schema.type) {
    case 'object':
      return wrongObjects(schema, inFull);
    case 'array':
      return wrongArrays(schema, inFull);
    case 'boolean':
      return [{ what: 'of another type', value: 'yes', rule: 'type', expected: 'boolean' }];
    case 'integer':
    case 'number':
      return wrongNumbers(schema);
    default:
      return wrongTexts(schema);
  }
}

function wrongNumbers({ type, minimum, maximum }: Schema): Wrong[] {
  return [
    { what: 'of another type', value: 'many', rule: 'type' },
    ...(type === 'integer' ? [{ what: 'in parts', value: 1.5, rule: 'type', expected: 'integer' }] : []),
    ...(minimum === undefined
      ? []
      : [{ what: 'too low', value: minimum - 1, rule: 'minimum', limit: minimum }]),
    ...(maximum === undefined
      ? []
      : [{ what: 'too high', value: maximum + 1, rule: 'maximum', limit: maximum }]),
  ];
}

function wrongTexts({ minLength, maxLength, format, pattern }: Schema): Wrong[] {
  const isFormed = format !== undefined || pattern !== undefined;
  return [
    { what: 'of another type', value: true, rule: 'type', expected: 'string' },
    ...(isFormed ? [{ what: 'of another form', value: '\u0000 ?', rule: 'format' }] : []),
    ...(minLength === undefined ? [] : [{ what: 'empty', value: '', rule: 'min_length', limit: minLength }]),
    maxLength === undefined
      ? { what: 'far too long', value: longer(3_000, format), rule: 'format' }
      : { what: 'too long', value: longer(maxLength, format), rule: 'max_length', limit: maxLength },
  ];
}

/** Longer by one, and of the right form where that is a matter of the beginning. */
function longer(most: number, format?: string): string {
  const beginning = format === 'uri' ? 'https://example.com/' : '';
  return beginning + 'a'.repeat(most + 1 - beginning.length);
}

function wrongArrays(schema: Schema, inFull: InFull): Wrong[] {
  const { minItems = 0, maxItems, items, prefixItems = [] } = schema;
  const first = prefixItems[0] ?? items;
  return [
    { what: 'of another type', value: 'one', rule: 'type', expected: 'array' },
    ...(minItems > 0 && items && prefixItems.length === 0
      ? [{ what: 'empty', value: [], rule: 'min_items', limit: minItems }]
      : []),
    ...prefixItems.map((_, at) => ({ what: 'missing', value: [], at: [`${at}`], rule: 'required' })),
    ...(maxItems === undefined
      ? []
      : [{ what: 'too many', value: Array(maxItems + 1).fill('a'), rule: 'max_items', limit: maxItems }]),
    ...(first ? wrongValues(inFull(first), inFull) : []).map((one) => within(one, '0', (value) => [value])),
  ];
}

function wrongObjects(schema: Schema, inFull: InFull): Wrong[] {
  const { properties = {}, required = [], additionalProperties, propertyNames, maxProperties } = schema;
  // What says which kind of object it is has to be there, or nothing else is looked at.
  const kind = Object.fromEntries(
    Object.entries(properties).flatMap(([name, { const: only }]) =>
      only === undefined ? [] : [[name, only]],
    ),
  );
  const known = Object.entries(properties).flatMap(([name, property]) =>
    wrongValues(inFull(property), inFull).map((one) =>
      within(one, name, (value) => ({ ...kind, [name]: value })),
    ),
  );
  const missing = required
    .filter((name) => !(name in kind))
    .map((name) => ({ what: 'missing', value: kind, at: [name], rule: 'required' }));
  const open = typeof additionalProperties === 'object' ? inFull(additionalProperties) : undefined;
  const many = Object.fromEntries(
    Array.from({ length: (maxProperties ?? 0) + 1 }, (_, at) => [`k${at}`, 'v']),
  );
  return [
    { what: 'of another type', value: [], rule: 'type', expected: 'object' },
    ...known,
    ...missing,
    ...(open
      ? wrongValues(open, inFull).map((one) => within(one, 'a', (value) => ({ a: value })))
      : [{ what: 'unknown', value: { ...kind, more: 1 }, at: ['more'], rule: 'unknown' }]),
    ...(propertyNames ? [{ what: 'misnamed', value: { '-': 'v' }, at: ['-'], rule: 'format' }] : []),
    ...(maxProperties === undefined
      ? []
      : [{ what: 'too many', value: many, rule: 'max_properties', limit: maxProperties }]),
  ];
}

function within(one: Wrong, name: string, wrap: (value: unknown) => unknown): Wrong {
  return { ...one, value: wrap(one.value), at: [name, ...(one.at ?? [])] };
}
