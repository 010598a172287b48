import { type RawBuilder, sql } from 'kysely';
import type { FleetFilter, FleetSort } from '../contract/fleet.ts';
import { mayHave, versionSeen } from './box-versions.ts';

/** A place in the fleet: the last line's value of what it is sorted by, its customer and its connection's id. */
export interface FleetPlace {
  /** A time, or one of PostgreSQL's words for before and after all times; empty where it is sorted by name alone. */
  key: string;
  customer: string;
  /** Empty where nothing is connected. */
  id: string;
}

/**
 * By what a page is ordered, before customer and connection: customers without a connection come last, and what was never seen
 * comes before all that was. By name alone it comes out of an index; by a time all that match are gone through, of which the first are kept.
 */
export const KEYS = {
  customer: undefined,
  expires: sql`coalesce(k.expires_at, 'infinity')`,
  checked: sql`case when k.customer is null then 'infinity' else coalesce(k.checked_at, '-infinity') end`,
  since: sql`coalesce(k.health_since, k.connected_at, 'infinity')`,
} satisfies Record<FleetSort, RawBuilder<unknown> | undefined>;

export const ID = sql`coalesce(k.id::text, '')`;
/** `from`: of the customers from this one on; it is said of both tables, as PostgreSQL concludes nothing across an outer join. */
export function fleetFrom(from: string | undefined): RawBuilder<unknown> {
  const there = from === undefined ? sql`` : sql` and k.customer >= ${from}`;
  return sql`customers c left join connections k on k.customer = c.customer and k.ended_at is null${there}`;
}

/** What a line of `fleetFrom` says of its health: what its end says is so from that moment on, whoever has noticed. */
export function healthSaid(at: Date): RawBuilder<string> {
  return sql`case when k.customer is null then 'none' when k.expires_at <= ${at} then 'attention' else k.health end`;
}

export function all(conditions: readonly RawBuilder<boolean>[]): RawBuilder<boolean> {
  return conditions.length === 0 ? sql`true` : sql`${sql.join(conditions, sql` and `)}`;
}

export function conditionsOf(
  { q, health, reason, look, provider, method, box, model, version, expiring, unchecked }: FleetFilter,
  at: Date,
): RawBuilder<boolean>[] {
  const conditions: RawBuilder<boolean>[] = [];
  const must = (condition: RawBuilder<boolean>) => conditions.push(condition);
  if (q) must(sql`(strpos(c.customer, lower(${q})) > 0 or strpos(lower(c.display_name), lower(${q})) > 0)`);
  if (health === 'none') must(sql`k.customer is null`);
  // What its end says is so from that moment on, whoever has noticed.
  else if (health === 'attention') must(sql`(k.health = ${health} or k.expires_at <= ${at})`);
  else if (health) must(sql`k.health = ${health} and (k.expires_at is null or k.expires_at > ${at})`);
  const hasEnded = sql`coalesce(k.expires_at <= ${at}, false)`;
  if (reason === 'credential_expired') must(sql`(${hasEnded} or k.reason = ${reason})`);
  else if (reason) must(sql`k.reason = ${reason} and not ${hasEnded}`);
  if (look)
    must(
      sql`exists (select from looks l where l.connection = k.id and l.at = k.looked_at and l.code = ${look})`,
    );
  if (method) must(sql`k.method = ${method}`);
  if (box !== undefined) must(sql`k.box = ${box}`);
  if (provider) must(sql`k.provider = ${provider}`);
  if (model) must(sql`strpos(lower(k.model), lower(${model})) > 0`);
  if (expiring !== undefined) must(sql`k.expires_at < ${hoursFrom(at, 24 * expiring)}`);
  if (unchecked !== undefined)
    must(sql`k.customer is not null and coalesce(k.checked_at <= ${hoursFrom(at, -unchecked)}, true)`);
  if (version) {
    const begins = (program: 'claude' | 'openclaw') =>
      sql`starts_with(${versionSeen(program, sql`k.customer`, sql`k.box`)}, ${version})`;
    must(sql`${mayHave(version, sql`k.customer`)} and (${begins('openclaw')} or ${begins('claude')})`);
  }
  return conditions;
}

const hoursFrom = (at: Date, hours: number) => new Date(at.getTime() + hours * 60 * 60_000);

export function afterPlace(
  key: RawBuilder<unknown> | undefined,
  { key: value, customer, id }: FleetPlace,
): RawBuilder<boolean> {
  if (key) return sql`(${key}, c.customer, ${ID}) > (${value}::timestamptz, ${customer}, ${id})`;
  // The first half is for the index.
  return sql`c.customer >= ${customer} and (c.customer, ${ID}) > (${customer}, ${id})`;
}
