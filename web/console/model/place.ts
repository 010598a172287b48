import { z } from 'zod';
import { caseFilterSchema } from '../../../core/contract/cases.ts';
import { auditQuerySchema, rowsQuerySchema } from '../../../core/contract/console-api.ts';
import { customerSchema } from '../../../core/contract/customer.ts';
import { fleetFilterSchema, fleetQuerySchema } from '../../../core/contract/fleet.ts';
import { fleetUsageFilterSchema, fleetUsageQuerySchema } from '../../../core/contract/fleet-usage.ts';
import { handshakeIdSchema } from '../../../core/contract/snapshot.ts';

/** What the list of handshakes is narrowed to; everything that is given must match. */
const filterSchema = rowsQuerySchema.omit({ of: true, before: true, limit: true });
export type Filter = z.infer<typeof filterSchema>;

const auditSearchSchema = auditQuerySchema.omit({ before: true, limit: true });
export type AuditSearch = z.infer<typeof auditSearchSchema>;

const fleetSearchSchema = fleetFilterSchema.extend({ sort: fleetQuerySchema.shape.sort });
export type FleetSearch = z.infer<typeof fleetSearchSchema>;

const usageSearchSchema = fleetUsageFilterSchema.extend({ sort: fleetUsageQuerySchema.shape.sort });
export type UsageSearch = z.infer<typeof usageSearchSchema>;

const caseSearchSchema = caseFilterSchema.omit({ customer: true });
export type CaseSearch = z.infer<typeof caseSearchSchema>;

/** What the console shows. It is in the address, so that a reload and a link in a ticket lead back to it. */
export type Place =
  | { name: 'cases'; search: CaseSearch }
  | { name: 'case'; case: string }
  | { name: 'handshakes'; filter: Filter }
  | { name: 'handshake'; handshake: string }
  | { name: 'fleet'; search: FleetSearch }
  | { name: 'usage'; search: UsageSearch }
  | { name: 'runs' }
  | { name: 'run'; run: string }
  | { name: 'customer'; customer: string }
  | { name: 'watch'; handshake: string }
  | { name: 'replay'; handshake: string; attempt: number }
  | { name: 'numbers' }
  | { name: 'audit'; search: AuditSearch };

const runSchema = z.uuid();
const attemptSchema = z.coerce.number().int().min(0).max(10_000);

/** The place for a hash, `#/…`. Anything else leads to the cases. */
export function placeOf(hash: string): Place {
  const [path = '', query = ''] = hash.replace(/^#?\/?/, '').split('?');
  const [name, id, view, last] = path.split('/');
  const words = Object.fromEntries(new URLSearchParams(query));
  const one = name === 'cases' ? z.uuid().safeParse(id).data : undefined;
  if (one !== undefined) return { name: 'case', case: one };
  if (name === 'numbers') return { name };
  if (name === 'audit') return { name, search: auditSearchSchema.safeParse(words).data ?? {} };
  if (name === 'fleet' && id === 'runs') {
    const run = runSchema.safeParse(view).data;
    return run === undefined ? { name: 'runs' } : { name: 'run', run };
  }
  if (name === 'fleet' && id === 'usage')
    return { name: 'usage', search: usageSearchSchema.safeParse(words).data ?? {} };
  if (name === 'fleet') return { name, search: fleetSearchSchema.safeParse(words).data ?? {} };
  const customer = name === 'customers' ? customerSchema.safeParse(id).data : undefined;
  if (customer !== undefined) return { name: 'customer', customer };
  const handshake = handshakeIdSchema.safeParse(id).data;
  if (handshake !== undefined) {
    if (view === 'watch') return { name: 'watch', handshake };
    const attempt = view === 'replay' ? attemptSchema.safeParse(last).data : undefined;
    return attempt === undefined ? { name: 'handshake', handshake } : { name: 'replay', handshake, attempt };
  }
  if (name === 'handshakes') return { name, filter: filterSchema.safeParse(words).data ?? {} };
  return { name: 'cases', search: caseSearchSchema.safeParse(words).data ?? {} };
}

/** The hash of a place. */
export function hashOf(place: Place): string {
  switch (place.name) {
    case 'cases':
      return `#/cases${queryOf(place.search)}`;
    case 'case':
      return `#/cases/${place.case}`;
    case 'handshakes':
      return `#/handshakes${queryOf(place.filter)}`;
    case 'handshake':
      return `#/handshakes/${place.handshake}`;
    case 'fleet':
      return `#/fleet${queryOf(place.search)}`;
    case 'usage':
      return `#/fleet/usage${queryOf(place.search)}`;
    case 'runs':
      return '#/fleet/runs';
    case 'run':
      return `#/fleet/runs/${place.run}`;
    case 'customer':
      return `#/customers/${place.customer}`;
    case 'watch':
      return `#/handshakes/${place.handshake}/watch`;
    case 'replay':
      return `#/handshakes/${place.handshake}/replay/${place.attempt}`;
    case 'numbers':
      return '#/numbers';
    case 'audit':
      return `#/audit${queryOf(place.search)}`;
  }
}

/** `?a=b` of what is given, or nothing. */
export function queryOf(words: Readonly<Record<string, string | number | undefined>>): string {
  const given = Object.entries(words).filter(([, value]) => value !== undefined && value !== '');
  if (given.length === 0) return '';
  return `?${new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)]))}`;
}
