import { sql } from 'kysely';
import { dayOf } from '../contract/days.ts';
import { ERROR_CODES } from '../contract/error-rows.ts';
import type { Limit } from '../contract/limits.ts';
import type { CustomerLimits } from '../contract/limits-api.ts';
import { HELD_FALLBACK } from '../contract/usage-holds.ts';
import type { Database } from './database.ts';
import { Reading } from './reading.ts';
import { now } from './redis-clock.ts';
import { knownZone } from './usage.ts';
import { limitsFor, readLimits, useOf } from './usage-caps.ts';

/** One of a newer version may stand there. */
const SHOWN = ['holding', 'held', 'failed'] as const;

/** Limits of usage, for whoever sets and reads them. */
export class UsageLimits {
  readonly #database: Database;
  readonly #defaults: readonly Limit[];
  readonly #reading = new Reading();

  /** `defaults`: the configuration's. */
  constructor(database: Database, defaults: readonly Limit[]) {
    this.#database = database;
    this.#defaults = defaults;
  }

  /** What holds for a customer, how far it is used up, and what is out of use by it. Rejects with `history_unavailable`. */
  of(customer: string): Promise<CustomerLimits> {
    return this.#reading.ask(async () => {
      const [byHand, held, holds, customers] = await Promise.all([
        this.#database
          .selectFrom('usage_limits')
          .select('limits')
          .where('customer', '=', customer)
          .executeTakeFirst(),
        limitsFor(this.#database, customer, this.#defaults),
        this.#database
          .selectFrom('usage_holds')
          .select(['box', 'what', 'state', 'until', 'error'])
          .where('customer', '=', customer)
          .where('state', '!=', 'over')
          .orderBy('box')
          .orderBy('what')
          .execute(),
        this.#database.selectFrom('customers').select('time_zone').where('customer', '=', customer).execute(),
      ]);
      const timeZone = knownZone(customers[0]?.time_zone);
      const uses = await useOf(this.#database, customer, held, dayOf(now(), timeZone), timeZone);
      return {
        timeZone,
        limits: readLimits(byHand?.limits),
        holding: uses.map(({ limit, window, used }) => ({
          ...limit,
          ...{ used, from: window.first, until: new Date(window.ends).toISOString() },
        })),
        outOfUse: holds.map(({ box, what, state, until, error }) => ({
          box,
          provider: what === HELD_FALLBACK ? null : what,
          state: SHOWN.find((known) => known === state) ?? 'held',
          until: until.toISOString(),
          error: ERROR_CODES.find((code) => code === error) ?? null,
        })),
      };
    });
  }

  /** Sets all limits of a customer; workers go by them within a minute where they are reached already, else from the next look on. */
  async put(customer: string, limits: readonly Limit[]): Promise<void> {
    const json = JSON.stringify(limits);
    await sql`insert into usage_limits (customer, limits) values (${customer}, ${json}::jsonb)
      on conflict (customer) do update set limits = excluded.limits, set_at = now()`.execute(this.#database);
  }

  /** Those of a plan, which has none until some are set. Rejects with `history_unavailable`. */
  ofPlan(plan: string): Promise<Limit[]> {
    return this.#reading.ask(async () => {
      const row = await this.#database
        .selectFrom('usage_plans')
        .select('limits')
        .where('plan', '=', plan)
        .executeTakeFirst();
      return readLimits(row?.limits);
    });
  }

  async putPlan(plan: string, limits: readonly Limit[]): Promise<void> {
    const json = JSON.stringify(limits);
    await sql`insert into usage_plans (plan, limits) values (${plan}, ${json}::jsonb)
      on conflict (plan) do update set limits = excluded.limits, set_at = now()`.execute(this.#database);
  }
}
