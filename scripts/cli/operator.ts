import { operatorsIn, replaceOperators } from '../../api/operators/file.ts';
import { OperatorsFileError } from '../../api/operators/file-text.ts';
import { hashPassword } from '../../api/operators/passwords.ts';
import { toKeyferryError } from '../../core/contract/errors.ts';
import { operatorNameSchema, type Role } from '../../core/contract/operators.ts';
import { newPassword, PasswordError } from './operator-password.ts';
import { cancelOnSignals } from './signals.ts';

export interface OperatorOptions {
  file: string;
}

type Usage = (message: string) => never;

/** `keyferry operator add`: also changes a password or a role. */
export function addOperator(
  name: string,
  { file, role }: OperatorOptions & { role: Role },
  usage: Usage,
): Promise<0 | 1> {
  if (!operatorNameSchema.safeParse(name).success)
    return usage('A name has at most 100 letters, digits and . @ _ -');
  return told(async () => {
    // Before anybody types a password in vain.
    operatorsIn(file);
    const password = await hashPassword(await newPassword(cancelOnSignals()));
    const entries = operatorsIn(file);
    replaceOperators(file, new Map(entries).set(name, { role, password }));
    return `${entries.has(name) ? 'Changed' : 'Added'}: ${name}, ${role}.`;
  });
}

/** `keyferry operator remove`: a session with that name ends at once. */
export function removeOperator(name: string, { file }: OperatorOptions): Promise<0 | 1> {
  return told(async () => {
    const entries = new Map(operatorsIn(file));
    if (!entries.delete(name)) throw new OperatorsFileError(`${file} has no operator with that name.`);
    replaceOperators(file, entries);
    return `Removed: ${name}.`;
  });
}

/** `keyferry operator list`: names and roles. */
export function listOperators({ file }: OperatorOptions): Promise<0 | 1> {
  return told(async () => [...operatorsIn(file)].map(([name, { role }]) => `${name}  ${role}`).join('\n'));
}

/** Prints what was done, or what is wrong. Returns the exit code. */
async function told(work: () => Promise<string>): Promise<0 | 1> {
  try {
    const said = await work();
    if (said) process.stdout.write(`${said}\n`);
    return 0;
  } catch (thrown) {
    const isOurs = thrown instanceof OperatorsFileError || thrown instanceof PasswordError;
    process.stderr.write(`${isOurs ? thrown.message : toKeyferryError(thrown).message}\n`);
    return 1;
  }
}
