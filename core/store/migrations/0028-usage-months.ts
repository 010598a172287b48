import { type Kysely, sql } from 'kysely';

const WHOSE = {
  own: "kind in ('subscription', 'api-key', 'own')",
  platform: "kind = 'platform'",
  unknown: "kind not in ('subscription', 'api-key', 'own', 'platform')",
};
const SUMS = {
  requests: 'requests',
  tokens: 'input + output + cache_read + cache_write',
  cost: 'cost',
  estimate: 'estimate',
};

/** What each customer's boxes have used in a month, by whose credential: the console lists and orders them by it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const each = Object.entries(WHOSE).flatMap(([whose, is]) =>
    Object.entries(SUMS).map(([name, what]) => ({ column: `${whose}_${name}`, is, what })),
  );
  const columns = each.map(({ column }) => `${column} bigint not null default 0`);
  await sql`create table usage_months (
    month date not null,
    customer text not null,
    ${sql.raw(columns.join(', '))},
    primary key (month, customer)
  ) with (fillfactor = 80)`.execute(db);
  const sums = each.map(({ is, what }) => `coalesce(sum(${what}) filter (where ${is}), 0)`);
  await sql`insert into usage_months
    select date_trunc('month', day)::date, customer, ${sql.raw(sums.join(', '))}
    from usage_daily group by 1, 2`.execute(db);
  // Whoever has read it writes it. Where roles were set up before (deploy/roles.sql), default privileges gave more.
  await sql`
do $$
begin
  if to_regrole('keyferry_api') is not null then
    revoke insert, update, delete on usage_months from keyferry_api;
  end if;
end $$`.execute(db);
}
