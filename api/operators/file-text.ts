import { parseDocument, stringify } from 'yaml';
import { z } from 'zod';
import { operatorNameSchema, roleSchema } from '../../core/contract/operators.ts';
import { PASSWORD_HASH } from './passwords.ts';

const entrySchema = z.strictObject({
  role: roleSchema,
  password: z.string().regex(PASSWORD_HASH, 'must be what `keyferry operator add` writes'),
});
/** Somebody who may sign in with a password; `password` is its hash. */
export type OperatorEntry = z.infer<typeof entrySchema>;
export type OperatorEntries = ReadonlyMap<string, OperatorEntry>;

const fileSchema = z.strictObject({ operators: z.record(operatorNameSchema, entrySchema).nullable() });

/** A file of operators that cannot be used; `message` says why, and holds no hash. */
export class OperatorsFileError extends Error {
  override readonly name = 'OperatorsFileError';
}

/** Reads a file of operators: `operators:` with role and hash by name. Throws `OperatorsFileError`. */
export function readOperators(text: string, path: string): OperatorEntries {
  const document = parseDocument(text, { prettyErrors: false });
  const [broken] = document.errors;
  // The parser's own message may quote the line.
  if (broken) throw new OperatorsFileError(`${path}: is not YAML (${broken.code})`);
  const read = fileSchema.safeParse(document.toJS());
  if (read.success) return new Map(Object.entries(read.data.operators ?? {}));
  const [issue] = read.error.issues;
  const where = issue?.path.join('.') || 'the file';
  throw new OperatorsFileError(`${path}: ${where} is not right: ${issue?.message}`);
}

/** The file's text. */
export function writeOperators(entries: OperatorEntries): string {
  const operators = Object.fromEntries([...entries].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return stringify({ operators }, { lineWidth: 0 });
}
