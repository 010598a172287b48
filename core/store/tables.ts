import type { ColumnType, Generated } from 'kysely';

/** Every table of the database, as this version reads and writes it. The migrations make them. */
export interface Tables {
  customers: CustomersTable;
}

type Jsonb<T> = ColumnType<T, string, string>;

export interface CustomersTable {
  customer: string;
  display_name: string | null;
  locale: string | null;
  plan: string | null;
  metadata: Jsonb<Record<string, string>>;
  created_at: Generated<Date>;
  updated_at: Generated<Date>;
}
