import type { Selectable } from 'kysely';
import { sql } from 'kysely';
import type { NoticeGroup } from '../contract/notices.ts';
import type { CustomerUpdate, PlatformCustomer } from '../contract/platform-api.ts';
import type { Database } from './database.ts';
import { groupsIn } from './notices.ts';
import type { CustomersTable } from './tables.ts';

/** What the platform has told about its customers. */
export class Customers {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Undefined if nothing has been heard of them. */
  async find(customer: string): Promise<PlatformCustomer | undefined> {
    const row = await this.#database
      .selectFrom('customers')
      .selectAll()
      .where('customer', '=', customer)
      .executeTakeFirst();
    return row && readRow(row);
  }

  /** The next `limit` by name, after the one named `after`. */
  async list(after: string | undefined, limit: number): Promise<PlatformCustomer[]> {
    const rows = await this.#database
      .selectFrom('customers')
      .selectAll()
      .$if(after !== undefined, (query) => query.where('customer', '>', `${after}`))
      .orderBy('customer')
      .limit(limit)
      .execute();
    return rows.map(readRow);
  }

  /** Writes everything about a customer; what they want no mails of stays if it is not given. `isNew`: nothing had been heard of them. */
  async put(
    customer: string,
    {
      displayName = null,
      locale = null,
      timeZone = null,
      plan = null,
      email = null,
      metadata = {},
      noticesOff,
    }: PutCustomer,
  ): Promise<{ customer: PlatformCustomer; isNew: boolean }> {
    const told = {
      display_name: displayName,
      locale,
      time_zone: timeZone,
      plan,
      email,
      metadata: JSON.stringify(metadata),
      ...(noticesOff && { notices_off: groupsIn(noticesOff) }),
    };
    const row = await this.#database
      .insertInto('customers')
      .values({ customer, ...told })
      .onConflict((conflict) =>
        conflict.column('customer').doUpdateSet({
          ...told,
          // That an address was refused says nothing about another one.
          email_refused_at: sql`case when customers.email = ${email} then customers.email_refused_at end`,
          updated_at: sql`now()`,
        }),
      )
      .returningAll()
      // PostgreSQL's own mark of a row that was there before.
      .returning(sql<boolean>`xmax = 0`.as('is_new'))
      .executeTakeFirstOrThrow();
    return { customer: readRow(row), isNew: row.is_new };
  }

  /** Switches a group of mails off or on; false: it was so, or nothing is known of the customer. */
  async switchNotices(customer: string, group: NoticeGroup, isOn: boolean): Promise<boolean> {
    const off = isOn
      ? sql<string[]>`array_remove(notices_off, ${group})`
      : sql<string[]>`array_append(notices_off, ${group})`;
    const { numUpdatedRows } = await this.#database
      .updateTable('customers')
      .set({ notices_off: off, updated_at: sql`now()` })
      .where('customer', '=', customer)
      .where(sql<boolean>`(${group} = any(notices_off)) = ${isOn}`)
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  }

  /** What a mail server said of a customer's address, as long as it is still that one: refused for good at that time, or taken (null). */
  async noteAddress(customer: string, email: string, refusedAt: Date | null): Promise<void> {
    await this.#database
      .updateTable('customers')
      .set({ email_refused_at: refusedAt })
      .where('customer', '=', customer)
      .where('email', '=', email)
      .$if(refusedAt === null, (query) => query.where('email_refused_at', 'is not', null))
      .execute();
  }
}

type PutCustomer = { [Field in keyof CustomerUpdate]?: CustomerUpdate[Field] | null };

function readRow(row: Selectable<CustomersTable>): PlatformCustomer {
  return {
    customer: row.customer,
    displayName: row.display_name,
    locale: row.locale,
    timeZone: row.time_zone,
    plan: row.plan,
    email: row.email,
    emailRefusedAt: row.email_refused_at?.toISOString() ?? null,
    noticesOff: groupsIn(row.notices_off),
    metadata: row.metadata,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}
