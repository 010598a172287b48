import { sql } from 'kysely';
import type { Database } from './database.ts';

/**
 * Writes the vault's table again without what has been deleted from it: until then the rows lie in its file, where nobody
 * looks for them, as long as PostgreSQL needs no room there. False if this role is not the table's owner, who alone may.
 */
export async function rewriteVault(database: Database): Promise<boolean> {
  const { rows } = await sql<{ mine: boolean }>`
    select pg_has_role(relowner, 'usage') as mine from pg_class where oid = 'vault'::regclass`.execute(
    database,
  );
  if (!rows[0]?.mine) return false;
  await sql`vacuum (full) vault`.execute(database);
  return true;
}
