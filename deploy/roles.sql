-- The database's roles: one that owns everything and migrates, one for the api, one for the worker, and one for the machine
-- that tries new releases (docs/canary.md), which may write what came of it and nothing else. Run it in Keyferry's
-- database as a superuser (or as whoever may create roles and owns the database), before the first `keyferry migrate`;
-- it may be run again at any time. Passwords are set afterwards: \password keyferry_owner, and so on.
do $$
declare
  name text;
begin
  foreach name in array array['keyferry_owner', 'keyferry_api', 'keyferry_worker', 'keyferry_canary'] loop
    if to_regrole(name) is null then
      execute format('create role %I login nosuperuser nocreatedb nocreaterole noreplication', name);
    end if;
  end loop;
  -- Whoever grants for the owner has to be able to act for it; a superuser is anyway.
  if not pg_has_role(current_user, 'keyferry_owner', 'member') then
    execute format('grant keyferry_owner to %I', current_user);
  end if;
  -- Nobody but these has any business here.
  execute format('revoke all on database %I from public', current_database());
  execute format('grant connect on database %I to keyferry_owner, keyferry_api, keyferry_worker, keyferry_canary', current_database());
  execute format('alter role keyferry_api in database %I set search_path = public', current_database());
  execute format('alter role keyferry_worker in database %I set search_path = public', current_database());
  execute format('alter role keyferry_canary in database %I set search_path = public', current_database());
  execute format('alter role keyferry_owner in database %I set search_path = public', current_database());
end $$;

revoke all on schema public from public;
grant usage, create on schema public to keyferry_owner;
grant usage on schema public to keyferry_api, keyferry_worker, keyferry_canary;

-- What is there already, whoever made it, belongs to the owner.
do $$
declare
  thing record;
begin
  for thing in
    select format('alter table public.%I owner to keyferry_owner', relname) as command
    from pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and relowner <> 'keyferry_owner'::regrole
    union all
    select format('alter function %s owner to keyferry_owner', pg_proc.oid::regprocedure)
    from pg_proc
    where pronamespace = 'public'::regnamespace and proowner <> 'keyferry_owner'::regrole
  loop
    execute thing.command;
  end loop;
end $$;

-- What api and worker do with rows, in every table that there is and that a later version brings. Nothing else: no
-- truncating, no triggers, no tables of their own.
grant select, insert, update, delete on all tables in schema public to keyferry_api, keyferry_worker;
grant usage on all sequences in schema public to keyferry_api, keyferry_worker;
revoke execute on all functions in schema public from public;
grant execute on all functions in schema public to keyferry_api, keyferry_worker;
alter default privileges for role keyferry_owner in schema public
  grant select, insert, update, delete on tables to keyferry_api, keyferry_worker;
alter default privileges for role keyferry_owner in schema public
  grant usage on sequences to keyferry_api, keyferry_worker;
alter default privileges for role keyferry_owner revoke execute on functions from public;
alter default privileges for role keyferry_owner in schema public
  grant execute on functions to keyferry_api, keyferry_worker;

-- Except these. The audit log is read, by the api, and written through audit_append alone; what has been migrated is
-- read; the vault is the worker's, notices and re-runs the api's (the worker deletes re-runs that are old); receipts, usage, what is held for limits of it and runs over the fleet are written by the worker, those limits by the api (the
-- api pauses and resumes runs), and what releases came to by the canary. (The migrations that make these do the same where this ran before.)
do $$
begin
  if to_regclass('public.audit') is not null then
    revoke all on audit, audit_head from keyferry_api, keyferry_worker;
    grant select on audit, audit_head to keyferry_api;
  end if;
  if to_regclass('public.kysely_migration') is not null then
    revoke all on kysely_migration, kysely_migration_lock from keyferry_api, keyferry_worker;
    grant select on kysely_migration to keyferry_api, keyferry_worker;
  end if;
  if to_regclass('public.vault') is not null then
    revoke all on vault from keyferry_api;
  end if;
  if to_regclass('public.receipts') is not null then
    revoke insert, update, delete on receipts from keyferry_api;
  end if;
  if to_regclass('public.usage_daily') is not null then
    revoke insert, update, delete on usage_daily, usage_boxes from keyferry_api;
    revoke all on usage_sources from keyferry_api;
  end if;
  if to_regclass('public.usage_limits') is not null then
    revoke insert, update, delete on usage_caps, usage_holds from keyferry_api;
    revoke insert, update, delete on usage_limits, usage_plans from keyferry_worker;
  end if;
  if to_regclass('public.usage_months') is not null then
    revoke insert, update, delete on usage_months from keyferry_api;
  end if;
  if to_regclass('public.fleet_runs') is not null then
    revoke insert, update, delete on fleet_runs, fleet_run_boxes from keyferry_api;
    grant update (state, reason, paused_itself, unreached, counted_from, ended_at) on fleet_runs to keyferry_api;
    grant update (state, is_canary, unreached, lost, not_before, deferred_at, leased_until) on fleet_run_boxes to keyferry_api;
  end if;
  if to_regclass('public.notices') is not null then
    revoke all on notices, notice_channels from keyferry_worker;
  end if;
  if to_regclass('public.re_runs') is not null then
    revoke all on re_runs, re_run_cases from keyferry_worker;
    grant select (id, ended_at), delete on re_runs to keyferry_worker;
  end if;
  if to_regclass('public.releases') is not null then
    revoke insert, update, delete on releases from keyferry_api, keyferry_worker;
    grant select, insert, update on releases to keyferry_canary;
    grant select (id, once), insert on events to keyferry_canary;
  end if;
end $$;
