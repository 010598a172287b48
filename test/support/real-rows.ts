/**
 * `KEYFERRY_REAL=short`: one row of each kind, as `.ci/run` has it. All of them take most of an hour on two cores,
 * which leaves no room for a machine that is slow.
 */
export const isShort = process.env.KEYFERRY_REAL === 'short';
