import { CATALOGUE, type CatalogueRow, type ErrorCode, KeyferryError } from '../../core/contract/errors.ts';
import { type FieldError, fieldErrorSchema } from '../../core/contract/platform-problem.ts';
import { FieldsAtFault } from '../http/input.ts';

/** The field of a request that an error is about. */
export type FieldAtFault = Pick<FieldError, 'in' | 'field' | 'rule'>;

/** By code: the field that is at fault for it. What is not here has none: it is about how things stand. */
export type FieldsByCode = Readonly<Partial<Record<ErrorCode, FieldAtFault>>>;

/** What was thrown, with the field that is at fault for it where there is one. */
export function withField(thrown: unknown, fields: FieldsByCode | undefined): unknown {
  if (!(thrown instanceof KeyferryError) || thrown instanceof FieldsAtFault) return thrown;
  const { code, detail } = thrown;
  const at = fields?.[code];
  if (!at) return thrown;
  const errors = [
    errorAt(at, code === 'input_invalid' ? (detail ?? developerWords(code)) : developerWords(code)),
  ];
  return new FieldsAtFault(code, errors, { cause: thrown, ...(detail !== undefined && { detail }) });
}

/** How an answer names the field. `words`: what is wrong. */
export function errorAt(at: FieldAtFault, words: string): FieldError {
  return fieldErrorSchema.parse({ ...at, message: `\`${at.field}\`: ${words}` });
}

/** What a code means, for somebody who writes a program. */
export function developerWords(code: ErrorCode): string {
  const { developer, support }: CatalogueRow = CATALOGUE[code];
  return developer ?? support;
}
