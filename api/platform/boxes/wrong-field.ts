import type { FieldError } from '../../../core/contract/platform-problem.ts';
import { fieldError, InputInvalid } from '../../http/input.ts';

/** A field of a body that breaks a rule which its schema cannot check. `words` follow its name, and quote nothing of it. */
export function wrongField(field: string, words: string, rule: FieldError['rule'] = 'format'): InputInvalid {
  return new InputInvalid([fieldError('body', [field], { rule, words })]);
}
