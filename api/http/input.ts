import type { z } from 'zod';
import { type ErrorCode, type ErrorDetails, KeyferryError } from '../../core/contract/errors.ts';
import { type FieldError, fieldErrorSchema, MOST_FIELDS } from '../../core/contract/platform-problem.ts';
import { holdsSecret } from '../../core/contract/providers.ts';

/** An error that fields of the request are at fault for. */
export class FieldsAtFault extends KeyferryError {
  readonly errors: readonly FieldError[];

  constructor(code: ErrorCode, errors: readonly FieldError[], details?: ErrorDetails) {
    super(code, details);
    this.errors = errors;
  }
}

/** Input that breaks rules, field by field. `detail` names them without quoting anything that was sent. */
export class InputInvalid extends FieldsAtFault {
  constructor(errors: readonly FieldError[]) {
    const few = errors.slice(0, MOST_FIELDS);
    // The name of an unknown field may be a pasted code: only the platform's own servers are told it.
    const detail = few.map(({ rule, message, in: where }) =>
      rule === 'unknown' ? `The ${where} has an unknown field.` : message,
    );
    super('input_invalid', few, { detail: detail.join(' ') });
  }
}

/** A part of a request, checked by its schema. Throws `InputInvalid` with everything that is wrong with it. */
export function checkInput<T>(schema: z.ZodType<T>, value: unknown, where: FieldError['in']): T {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  throw new InputInvalid(read.error.issues.flatMap((issue) => errorsOf(issue, where, value)));
}

/** What a schema's own check may say of the rule: `refine(…, { error, params })`. */
const ruleSchema = fieldErrorSchema.pick({ rule: true, limit: true, allowed: true, expected: true });

type Broken = Omit<FieldError, 'in' | 'field' | 'message'> & { words: string };

function errorsOf(issue: z.core.$ZodIssue, where: FieldError['in'], value: unknown): FieldError[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => fieldError(where, [...issue.path, key], UNKNOWN));
  return [fieldError(where, issue.path, brokenBy(issue, valueAt(value, issue.path)))];
}

/** An error about one field. `words`: what is said of it after its name. */
export function fieldError(
  where: FieldError['in'],
  path: readonly PropertyKey[],
  { words, ...rule }: Broken,
): FieldError {
  const field = path.map(nameOf).join('.');
  const subject = field === '' ? `The ${where}` : `\`${field}\``;
  return { in: where, field, ...rule, message: `${subject} ${words}.` };
}

const UNKNOWN: Broken = { rule: 'unknown', words: 'is not known here' };

/** Names are the sender's: what cannot be one of ours is not repeated to anybody. */
function nameOf(key: PropertyKey): string {
  const name = String(key);
  return /^[\w.-]{1,64}$/.test(name) && !holdsSecret(name) ? name : '(unprintable)';
}

function brokenBy(issue: z.core.$ZodIssue, value: unknown): Broken {
  if (value === undefined && issue.code !== 'custom') return { rule: 'required', words: 'is required' };
  switch (issue.code) {
    case 'invalid_type':
      return typeOf(issue.expected);
    case 'invalid_format':
      return formatOf(issue);
    case 'invalid_key':
      // What is wrong with the name itself.
      return { ...brokenBy(issue.issues[0] ?? { ...issue, code: 'custom' }, value), rule: 'format' };
    case 'invalid_value':
      return oneOf(issue.values.map(String));
    case 'too_small':
    case 'too_big':
      return sizeOf(issue);
    case 'invalid_union':
      if ('options' in issue && issue.options) return oneOf(issue.options.map(String));
      // One that has words of its own says them; zod's say nothing.
      return {
        rule: 'format',
        words: /^Invalid/.test(issue.message) ? 'is not what is expected here' : issue.message,
      };
    case 'custom':
      return { rule: 'format', ...ruleSchema.safeParse(issue.params).data, words: issue.message };
    default:
      return { rule: 'format', words: 'is not what is expected here' };
  }
}

function oneOf(allowed: string[]): Broken {
  const words = allowed.length === 1 ? `must be ${allowed[0]}` : `must be one of ${allowed.join(', ')}`;
  return { rule: 'one_of', allowed, words };
}

function typeOf(zods: string): Broken {
  const expected = TYPES[zods] ?? zods;
  return { rule: 'type', expected, words: `must be ${withArticle(expected)}` };
}

/** JSON Schema's names for zod's types, and for its formats. */
const TYPES: Readonly<Record<string, string>> = { int: 'integer', tuple: 'array', record: 'object' };
const FORMATS: Readonly<Record<string, string>> = { datetime: 'date-time', url: 'uri' };

function formatOf({ format, message, pattern }: z.core.$ZodIssueInvalidStringFormat): Broken {
  if (format === 'regex') {
    // A pattern says little to people: most schemas have words of their own.
    const isZods = message.startsWith('Invalid string');
    return { rule: 'format', words: isZods ? `must match the pattern ${pattern}` : message };
  }
  const expected = FORMATS[format] ?? format;
  return { rule: 'format', expected, words: `must be ${withArticle(expected)}` };
}

function sizeOf(issue: z.core.$ZodIssueTooBig | z.core.$ZodIssueTooSmall): Broken {
  const isMost = issue.code === 'too_big';
  const limit = Number(isMost ? issue.maximum : issue.minimum);
  const [most, least, unit] = SIZES[issue.origin] ?? ['maximum', 'minimum'];
  const said = `${isMost ? 'at most' : 'at least'} ${limit}`;
  const words = unit ? `must have ${said} ${unit}${limit === 1 ? '' : 's'}` : `must be ${said}`;
  return { rule: isMost ? most : least, limit, words };
}

/** By what has a size: its rules, and what is counted. */
const SIZES: Readonly<Record<string, [most: Broken['rule'], least: Broken['rule'], unit: string]>> = {
  string: ['max_length', 'min_length', 'character'],
  array: ['max_items', 'min_items', 'item'],
};

function withArticle(name: string): string {
  return `${/^[aeio]/.test(name) ? 'an' : 'a'} ${name}`;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let at = value;
  for (const key of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined;
    at = (at as Record<PropertyKey, unknown>)[key];
  }
  return at;
}
