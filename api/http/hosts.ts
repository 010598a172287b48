import { customerSchema } from '../../core/contract/customer.ts';
import type { Config } from '../../core/process/config.ts';

/** The host of ours that a request came to. */
export type Place =
  /** The base domain itself, or `api.` below it: for the platform's servers. */
  | { kind: 'platform' }
  /** `admin.` below it: the support console. `origin` is what an operator's browser sends as Origin. */
  | { kind: 'console'; origin: string }
  /** A customer's own subdomain. `origin` is what their browser sends as Origin. */
  | { kind: 'customer'; customer: string; origin: string };

/** The console's label below the base domain; no customer can have it (core/contract/customer.ts). */
const CONSOLE = 'admin';

type Domain = Pick<Config<'api'>, 'BASE_DOMAIN' | 'BASE_SCHEME'>;

/** Reads the Host header; undefined if it is not one of our hosts. */
export function placeOf(header: string | undefined, domain: Domain): Place | undefined {
  const host = header?.toLowerCase();
  const base = domain.BASE_DOMAIN;
  if (host === base || host === `api.${base}`) return { kind: 'platform' };
  if (host === `${CONSOLE}.${base}`) return { kind: 'console', origin: originOf(CONSOLE, domain) };
  if (!host?.endsWith(`.${base}`)) return undefined;
  const customer = customerSchema.safeParse(host.slice(0, -base.length - 1));
  if (!customer.success) return undefined;
  return { kind: 'customer', customer: customer.data, origin: originOf(customer.data, domain) };
}

/** The address of a customer's page, or of the console, without a trailing slash. */
export function originOf(label: string, { BASE_DOMAIN, BASE_SCHEME }: Domain): string {
  return `${BASE_SCHEME}://${label}.${BASE_DOMAIN}`;
}

/** The address of the console, without a trailing slash. */
export function consoleOrigin(domain: Domain): string {
  return originOf(CONSOLE, domain);
}
