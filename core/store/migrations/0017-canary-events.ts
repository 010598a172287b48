import { type Kysely, sql } from 'kysely';

/** The role of the canary tells of releases alone: an event about a customer, which workers act on, is not its to write. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
create function events_of_canary() returns trigger language plpgsql as $$
begin
  if new.type <> 'release.tried' or new.customer is not null then
    raise exception 'permission denied: keyferry_canary tells of releases alone';
  end if;
  return new;
end $$`.execute(db);
  await sql`
create trigger events_of_canary before insert on events for each row
when (current_user = 'keyferry_canary') execute function events_of_canary()`.execute(db);
}
