import type { Selectable } from 'kysely';
import { sql } from 'kysely';
import type { CustomerUpdate, PlatformCustomer } from '../contract/platform-api.ts';
import type { Database } from './database.ts';
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

  /** Writes everything about a customer. `isNew`: nothing had been heard of them. */
  async put(
    customer: string,
    { displayName = null, locale = null, plan = null, metadata = {} }: PutCustomer,
  ): Promise<{ customer: PlatformCustomer; isNew: boolean }> {
    const told = { display_name: displayName, locale, plan, metadata: JSON.stringify(metadata) };
    const row = await this.#database
      .insertInto('customers')
      .values({ customer, ...told })
      .onConflict((conflict) => conflict.column('customer').doUpdateSet({ ...told, updated_at: sql`now()` }))
      .returningAll()
      // PostgreSQL's own mark of a row that was there before.
      .returning(sql<boolean>`xmax = 0`.as('is_new'))
      .executeTakeFirstOrThrow();
    return { customer: readRow(row), isNew: row.is_new };
  }
}

type PutCustomer = { [Field in keyof CustomerUpdate]?: CustomerUpdate[Field] | null };

function readRow(row: Selectable<CustomersTable>): PlatformCustomer {
  return {
    customer: row.customer,
    displayName: row.display_name,
    locale: row.locale,
    plan: row.plan,
    metadata: row.metadata,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}
