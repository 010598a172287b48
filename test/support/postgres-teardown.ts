import type { LabPostgres } from '../../lab/postgres.ts';

/** Jest's `globalTeardown`. */
export default async function tearDown(): Promise<void> {
  await (globalThis as { keyferryPostgres?: LabPostgres }).keyferryPostgres?.stop();
}
