import { operatorNameSchema, ROLES, type Role } from '../../core/contract/operators.ts';

/** What an identity provider says about somebody. */
type Claims = Readonly<Record<string, unknown>>;

/** The claims that are searched for a name; the first that is valid unchanged counts. */
const NAME_CLAIMS = ['preferred_username', 'email', 'sub'];

/** The name of somebody for jobs and for the audit log. */
export function nameOf(claims: Claims): string {
  const given = NAME_CLAIMS.flatMap((name) => (typeof claims[name] === 'string' ? [claims[name]] : []));
  const fits = given.find((name) => operatorNameSchema.safeParse(name).success);
  return fits ?? (`${given.at(-1) ?? ''}`.replace(/[^\w.@-]/g, '_').slice(0, 100) || 'unnamed');
}

/** The highest role that somebody's values give; undefined for none. A claim may be one value or a list. */
export function roleOf(claim: unknown, roles: ReadonlyMap<string, Role>): Role | undefined {
  const values = (Array.isArray(claim) ? claim : [claim]).filter((value) => typeof value === 'string');
  const found = values.flatMap((value) => roles.get(value) ?? []);
  return ROLES.findLast((role) => found.includes(role));
}
