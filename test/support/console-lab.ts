import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type OperatorEntry, writeOperators } from '../../api/operators/file-text.ts';
import { hashPassword } from '../../api/operators/passwords.ts';
import type { OperatorSession } from '../../core/contract/console-api.ts';
import { ROLES, type Role } from '../../core/contract/operators.ts';
import { Secret } from '../../core/secrets/secret.ts';
import { type ApiLab, type ApiLabOptions, BASE, startApiLab } from './api-lab.ts';
import type { Visitor } from './visitor.ts';

export const CONSOLE = `admin.${BASE}`;

/** The api with a console, and an operator of each role. */
export interface ConsoleLab extends ApiLab {
  /** The file of operators; writing to it counts at once. */
  operatorsFile: string;
  /** The operator of each role: `olga-<role>`, and the password. */
  operators: Record<Role, { name: string; password: string }>;
  /** A browser at the console with nobody signed in. */
  console(port?: number): Visitor;
  /** A browser with the operator of a role signed in; a session of its own each time. */
  operator(role: Role, port?: number): Promise<Visitor>;
}

/** Signs somebody in with a password and learns who they are. */
export async function signInOperator(browser: Visitor, name: string, password: string): Promise<Visitor> {
  const { status, headers, text } = await browser.post('/api/v1/sign-in', { name, password });
  if (status !== 204) throw new Error(`not signed in: ${status} ${text}`);
  browser.cookie = headers['set-cookie']?.[0]?.split(';')[0];
  const { json } = await browser.get('/api/v1/operator');
  browser.csrf = (json as OperatorSession).csrf;
  return browser;
}

export async function startConsoleLab({ environment, ...options }: ApiLabOptions = {}): Promise<ConsoleLab> {
  const directory = mkdtempSync(join(tmpdir(), 'keyferry-console-test-'));
  const remove = () => rmSync(directory, { recursive: true, force: true });
  const operatorsFile = join(directory, 'operators.yaml');
  const operators = {} as ConsoleLab['operators'];
  const entries = new Map<string, OperatorEntry>();
  for (const role of ROLES) {
    const name = `olga-${role}`;
    const password = `correct horse of ${role}`;
    operators[role] = { name, password };
    entries.set(name, { role, password: await hashPassword(new Secret(password)) });
  }
  writeFileSync(operatorsFile, writeOperators(entries), { mode: 0o600 });
  const lab = await startApiLab({
    ...options,
    environment: { OPERATORS_FILE: operatorsFile, ...environment },
  }).catch((thrown) => {
    remove();
    throw thrown;
  });
  const console = (port = lab.api.port) => lab.visitor(CONSOLE).at(port);
  return {
    ...lab,
    operatorsFile,
    operators,
    console,
    operator(role, port) {
      const { name, password } = operators[role];
      return signInOperator(console(port), name, password);
    },
    async stop() {
      await lab.stop();
      remove();
    },
  };
}
