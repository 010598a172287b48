import { z } from 'zod';

/** What an operator may do, from least to most; each role includes the ones before it. */
export const ROLES = ['observer', 'support', 'admin'] as const;
export type Role = (typeof ROLES)[number];
export const roleSchema = z.enum(ROLES).meta({ id: 'Role' });

/** Everything that an operator can do in the console, with the lowest role that may do it. All of it is audited. */
export const ACTIONS = {
  /** Signing in and out; every role may, and somebody without a role cannot sign in. */
  'sign-in': 'observer',
  'sign-out': 'observer',
  /** Lists, timelines, numbers. Viewing these is not audited. */
  see: 'observer',
  /** A customer's terminal, live or recorded. */
  watch: 'observer',
  replay: 'observer',
  'queues-see': 'observer',
  're-run': 'support',
  cancel: 'support',
  /** Removing a connection from a customer's box. */
  disconnect: 'support',
  doctor: 'support',
  diagnostics: 'support',
  /** The customer's page, as they see it. */
  visit: 'support',
  /** Has boxes looked at now, of one customer or of many. */
  look: 'support',
  /** Has a connection answer a real turn. */
  'connection-test': 'support',
  /** Has something put right on a customer's box, or what was put right taken back. */
  'repair-ask': 'support',
  /** The fleet as a file. */
  'fleet-export': 'support',
  /** What customers have used, as a file. */
  'usage-export': 'support',
  /** A run over the fleet begins no more boxes for now. */
  'fleet-pause': 'support',
  /** It goes on; or it ends for good. */
  'fleet-resume': 'admin',
  'fleet-stop': 'admin',
  /** Assigns, snoozes, resolves and opens cases. */
  'case-change': 'support',
  'case-note': 'support',
  /** Cases as a file. */
  'case-export': 'support',
  /** Makes a link that lets a customer in, to send to them. */
  'connect-link': 'support',
  /** Sets what a customer may use. */
  limits: 'admin',
  audit: 'admin',
  'queues-change': 'admin',
} as const satisfies Record<string, Role>;
export type Action = keyof typeof ACTIONS;
export const actionSchema = z.enum(Object.keys(ACTIONS) as [Action, ...Action[]]);

/** The name that an operator signs in with, or that their identity provider gives; it is in jobs and in the audit log. */
export const operatorNameSchema = z.string().regex(/^[\w.@-]{1,100}$/, 'letters, digits, . @ _ and -');

/** A person on the platform's side. */
export const operatorSchema = z
  .strictObject({ name: operatorNameSchema, role: roleSchema })
  .meta({ id: 'Operator' });
export type Operator = z.infer<typeof operatorSchema>;

/** Whether a role may do something. */
export function may(role: Role, action: Action): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(ACTIONS[action]);
}
