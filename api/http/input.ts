import type { z } from 'zod';
import { KeyferryError } from '../../core/contract/errors.ts';
import { type FieldError, fieldErrorSchema, MOST_FIELDS } from '../../core/contract/platform-problem.ts';
import { holdsSecret } from '../../core/contract/providers.ts';

/** Input that breaks rules, field by field. `detail` names them without quoting anything that was sent. */
export class InputInvalid extends KeyferryError {
  readonly errors: readonly FieldError[];

  constructor(errors: readonly FieldError[]) {
    const few = errors.slice(0, MOST_FIELDS);
    // The name of an unknown field may be a pasted code: only the platform's own servers are told it.
    const detail = few.map(({ rule, message, in: where }) =>
      rule === 'unknown' ? `The ${where} has an unknown field.` : message,
    );
    super('input_invalid', { detail: detail.join(' ') });
    this.errors = few;
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
      return { rule: 'type', expected: issue.expected, words: `must be ${withArticle(issue.expected)}` };
    case 'invalid_format':
      return formatOf(issue);
    case 'invalid_key':
      return { rule: 'format', expected: 'name', words: 'is not a name that is allowed here' };
    case 'invalid_value': {
      const allowed = issue.values.map(String);
      return { rule: 'one_of', allowed, words: `must be one of ${allowed.join(', ')}` };
    }
    case 'too_small':
    case 'too_big':
      return sizeOf(issue);
    case 'invalid_union':
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

function formatOf({ format, message }: z.core.$ZodIssueInvalidStringFormat): Broken {
  const expected = FORMATS[format] ?? format;
  // A pattern says nothing to most people: its schema has a message of its own.
  const words = format === 'regex' ? message : `must be ${withArticle(expected)}`;
  return { rule: 'format', ...(format === 'regex' ? {} : { expected }), words };
}

/** JSON Schema's names for zod's formats. */
const FORMATS: Readonly<Record<string, string>> = { datetime: 'date-time', url: 'uri' };

function sizeOf(issue: z.core.$ZodIssueTooBig | z.core.$ZodIssueTooSmall): Broken {
  const limit = Number(issue.code === 'too_big' ? issue.maximum : issue.minimum);
  const isMost = issue.code === 'too_big';
  const [least, most] = isMost ? ['', 'at most'] : ['at least', ''];
  const words = `${least}${most} ${limit}`;
  if (issue.origin === 'string')
    return {
      rule: isMost ? 'max_length' : 'min_length',
      limit,
      words: `must have ${words} ${limit === 1 ? 'character' : 'characters'}`,
    };
  return { rule: isMost ? 'maximum' : 'minimum', limit, words: `must be ${words}` };
}

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
