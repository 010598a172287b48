import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The folder of this machine's own PostgreSQL: npm's has no pg_dump. */
export function programsOfTheSystem(): string {
  const all = existsSync('/usr/lib/postgresql') ? readdirSync('/usr/lib/postgresql') : [];
  const found = all
    .filter((version) => Number(version) >= 15)
    .map((version) => `/usr/lib/postgresql/${version}/bin`)
    .find((folder) => existsSync(join(folder, 'pg_dump')));
  if (!found) throw new Error('This test needs pg_dump: install the package postgresql.');
  return found;
}
