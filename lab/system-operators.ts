import { randomBytes } from 'node:crypto';
import { replaceOperators } from '../api/operators/file.ts';
import { hashPassword } from '../api/operators/passwords.ts';
import { ROLES, type Role } from '../core/contract/operators.ts';
import { Secret } from '../core/secrets/secret.ts';

/** Somebody who may sign in to the console of a system. */
export interface SystemOperator {
  name: string;
  role: Role;
  password: string;
}

/** An operator of each role, called like it. */
export type SystemOperators = Readonly<Record<Role, SystemOperator>>;

/** Writes a file of operators as `keyferry operator add` does, with passwords that were never used before. */
export async function writeOperatorsFile(path: string): Promise<SystemOperators> {
  const operators = ROLES.map((role) => ({
    name: `${role}-1`,
    role,
    password: randomBytes(15).toString('base64url'),
  }));
  const entries = operators.map(
    async ({ name, role, password }) =>
      [name, { role, password: await hashPassword(new Secret(password)) }] as const,
  );
  replaceOperators(path, new Map(await Promise.all(entries)));
  return Object.fromEntries(operators.map((operator) => [operator.role, operator])) as Record<
    Role,
    SystemOperator
  >;
}
