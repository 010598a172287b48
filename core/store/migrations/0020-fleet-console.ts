import { type Kysely, sql } from 'kysely';

/** Operators pause, resume and stop runs over the fleet. Whoever reaches the api still begins none, and adds no box to one. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
do $$
begin
  if to_regrole('keyferry_api') is not null then
    grant update (state, reason, paused_itself, unreached, counted_from, ended_at) on fleet_runs to keyferry_api;
    grant update (state, is_canary, unreached, lost, not_before, deferred_at, leased_until) on fleet_run_boxes to keyferry_api;
  end if;
end $$`.execute(db);
}
