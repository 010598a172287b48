import { type SignedReceipt, signedReceiptSchema } from '../contract/receipt.ts';
import { tolerant } from '../contract/tolerant.ts';
import type { Database } from './database.ts';

/** Writes, within the transaction that ends a connection, what was done. The first one stays. */
export async function writeReceipt(transaction: Database, document: SignedReceipt): Promise<void> {
  const { id, issuedAt, connection } = document.receipt;
  await transaction
    .insertInto('receipts')
    .values({
      connection: connection.id,
      id,
      customer: connection.customer,
      issued_at: new Date(issuedAt),
      document: JSON.stringify(document),
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Receipts of connections that have ended, for as long as those are on record. */
export class Receipts {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** That of one of a customer's connections; undefined if there is none. As it was signed. */
  find(customer: string, connection: string): Promise<SignedReceipt | undefined> {
    return this.#find(customer, 'connection', connection);
  }

  /** The same by its own id. */
  findById(customer: string, id: string): Promise<SignedReceipt | undefined> {
    return this.#find(customer, 'id', id);
  }

  async #find(customer: string, by: 'connection' | 'id', value: string): Promise<SignedReceipt | undefined> {
    const row = await this.#database
      .selectFrom('receipts')
      .select('document')
      .where('customer', '=', customer)
      .where(by, '=', value)
      .executeTakeFirst();
    // Fields of a newer version are part of what was signed: only checked for being a receipt, never omitted.
    const isOne = row !== undefined && tolerant(signedReceiptSchema).safeParse(row.document).success;
    return isOne ? (row.document as SignedReceipt) : undefined;
  }
}
