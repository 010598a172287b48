/**
 * `KEYFERRY_REAL=short`: rows spread over each table, as `.ci/run` has it. All of them take most of an hour on two
 * cores, which leaves no room for a machine that is slow.
 */
const isShort = process.env.KEYFERRY_REAL === 'short';

/** All rows; of a short run the first `few`, for rows that build on those before them. */
export function firstOf<Row>(rows: readonly Row[], few: number): Row[] {
  return isShort ? rows.slice(0, few) : [...rows];
}

/** All rows; of a short run `few` of them, evenly spread, the first and the last among them. */
export function rowsOf<Row>(rows: readonly Row[], few: number): Row[] {
  if (!isShort || rows.length <= few) return [...rows];
  if (few === 1) return rows.slice(-1);
  const step = (rows.length - 1) / Math.max(1, few - 1);
  return Array.from({ length: few }, (_, at) => rows[Math.round(at * step)] as Row);
}
