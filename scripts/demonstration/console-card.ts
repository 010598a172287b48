import { ROLES } from '../../core/contract/operators.ts';
import type { System } from '../../lab/system.ts';

/** Where the support console is, and who can sign in there. */
export function consoleCard({ url, operators }: System['console']): string {
  const lines = ROLES.map((role) => {
    const { name, password } = operators[role];
    return `  ${name.padEnd(12)}  ${password}`;
  });
  return `Support console: ${url}

  It has the five customers: cases, and the fleet by health. Sign in with one of these names and its password. They work in this demonstration only.

${lines.join('\n')}
`;
}
