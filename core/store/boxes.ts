import { randomUUID } from 'node:crypto';
import { type Selectable, sql } from 'kysely';
import {
  type BoxTest,
  boxTestSchema,
  MOST_BOXES,
  type Reach,
  reachSchema,
  type ShownCredentials,
} from '../contract/boxes.ts';
import { KeyferryError } from '../contract/errors.ts';
import { tolerant } from '../contract/tolerant.ts';
import type { SealedBox } from '../secrets/sealed.ts';
import { Secret } from '../secrets/secret.ts';
import type { Database } from './database.ts';
import type { BoxesTable, BoxHostKeys, BoxPending } from './tables.ts';

/** A customer's box in the record. */
export interface RecordedBox {
  id: string;
  customer: string;
  name: string;
  /** Undefined for one of a kind that only a newer version knows. */
  reach: Reach | undefined;
  hostKeys: BoxHostKeys;
  /** Sealed; `Boxes.open` opens it. */
  envelope: string | null;
  shownCredentials: ShownCredentials;
  isDefault: boolean;
  pending: BoxPending;
  lastTest: BoxTest | undefined;
  createdAt: Date;
  updatedAt: Date;
}

/** What signs in to a box. */
export interface BoxCredentials {
  privateKey?: Secret;
  kubeconfig?: Secret;
}

/** What can be set of a box. */
export interface BoxChange {
  reach?: Reach;
  hostKeys?: BoxHostKeys;
  credentials?: BoxCredentials;
  shownCredentials?: ShownCredentials;
  pending?: BoxPending;
  isDefault?: true;
  /** Forgets the last test. */
  lastTest?: null;
}

export interface NewBox extends BoxChange {
  customer: string;
  name: string;
  reach: Reach;
}

/** The boxes that the platform has added. */
export class Boxes {
  readonly #database: Database;
  readonly #sealed: SealedBox;

  constructor(database: Database, sealed: SealedBox) {
    this.#database = database;
    this.#sealed = sealed;
  }

  /** Adds one; a customer's first is the default. Throws `box_exists`, `too_many_boxes`. */
  create({ customer, name, ...change }: NewBox): Promise<RecordedBox> {
    return this.#locked(customer, async (transaction) => {
      const there = await transaction
        .selectFrom('boxes')
        .select('name')
        .where('customer', '=', customer)
        .execute();
      if (there.some((box) => box.name === name)) throw new KeyferryError('box_exists');
      if (there.length >= MOST_BOXES) throw new KeyferryError('too_many_boxes');
      const isDefault = change.isDefault === true || there.length === 0;
      if (isDefault) await noDefault(transaction, customer);
      await transaction
        .insertInto('customers')
        .values({ customer, metadata: '{}' })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      const id = randomUUID();
      const row = await transaction
        .insertInto('boxes')
        .values({
          host_keys: json({ pinned: [] }),
          shown_credentials: '{}',
          pending: '{}',
          ...(await this.#columns(change, { customer, id })),
          id,
          customer,
          name,
          reach: json(change.reach),
          is_default: isDefault,
        })
        .returningAll()
        .executeTakeFirstOrThrow();
      return recorded(row);
    });
  }

  /** Changes one as `decide` says of it as it is now; nobody else changes it meanwhile. Throws `not_here`, and what `decide` throws. */
  change(customer: string, name: string, decide: (box: RecordedBox) => BoxChange): Promise<RecordedBox> {
    return this.#locked(customer, async (transaction) => {
      const found = await transaction
        .selectFrom('boxes')
        .selectAll()
        .where('customer', '=', customer)
        .where('name', '=', name)
        .forUpdate()
        .executeTakeFirst();
      if (!found) throw new KeyferryError('not_here');
      const change = decide(recorded(found));
      if (change.isDefault) await noDefault(transaction, customer);
      const columns = await this.#columns(change, found);
      const row = await transaction
        .updateTable('boxes')
        .set({ ...columns, ...(change.isDefault ? { is_default: true } : {}), updated_at: sql`now()` })
        .where('id', '=', found.id)
        .returningAll()
        .executeTakeFirstOrThrow();
      return recorded(row);
    });
  }

  /** Removes one. Throws `not_here`, and `box_is_default` while the customer has others. */
  remove(customer: string, name: string): Promise<void> {
    return this.#locked(customer, async (transaction) => {
      const all = await transaction
        .selectFrom('boxes')
        .select(['id', 'name', 'is_default'])
        .where('customer', '=', customer)
        .execute();
      const box = all.find((one) => one.name === name);
      if (!box) throw new KeyferryError('not_here');
      if (box.is_default && all.length > 1) throw new KeyferryError('box_is_default');
      await transaction.deleteFrom('boxes').where('id', '=', box.id).execute();
    });
  }

  /** A customer's box by its name; without one, the default. */
  async find(customer: string, name?: string): Promise<RecordedBox | undefined> {
    const query = this.#database.selectFrom('boxes').selectAll().where('customer', '=', customer);
    const row = await (name === undefined
      ? query.where('is_default', '=', true)
      : query.where('name', '=', name)
    ).executeTakeFirst();
    return row && recorded(row);
  }

  async byId(id: string): Promise<RecordedBox | undefined> {
    const row = await this.#database.selectFrom('boxes').selectAll().where('id', '=', id).executeTakeFirst();
    return row && recorded(row);
  }

  /** A customer's boxes, the default first, then by name. */
  async of(customer: string): Promise<RecordedBox[]> {
    const rows = await this.#database
      .selectFrom('boxes')
      .selectAll()
      .where('customer', '=', customer)
      .orderBy('is_default', 'desc')
      .orderBy('name')
      .limit(MOST_BOXES)
      .execute();
    return rows.map(recorded);
  }

  /** At most `limit` boxes, by customer and name, after the one that `after` names. */
  async page(limit: number, after?: Pick<RecordedBox, 'customer' | 'name'>): Promise<RecordedBox[]> {
    let query = this.#database.selectFrom('boxes').selectAll();
    // A comparison of rows, which the index answers; two comparisons it would not.
    if (after) query = query.where(sql<boolean>`(customer, name) > (${after.customer}, ${after.name})`);
    const rows = await query.orderBy('customer').orderBy('name').limit(limit).execute();
    return rows.map(recorded);
  }

  /** What signs in to it. Throws `internal_error` if it is sealed with a key that is not there, or bound to another box. */
  async open({ envelope, customer, id }: RecordedBox): Promise<BoxCredentials> {
    if (envelope === null) return {};
    const opened = await this.#sealed.open(envelope, boxBinding({ customer, id }));
    const { privateKey, kubeconfig } = JSON.parse(opened.reveal()) as Record<keyof BoxCredentials, unknown>;
    return {
      ...(typeof privateKey === 'string' ? { privateKey: new Secret(privateKey) } : {}),
      ...(typeof kubeconfig === 'string' ? { kubeconfig: new Secret(kubeconfig) } : {}),
    };
  }

  async #columns(
    { reach, hostKeys, credentials, shownCredentials, pending, lastTest }: BoxChange,
    of: Pick<RecordedBox, 'customer' | 'id'>,
  ) {
    return {
      ...(reach ? { reach: json(reach) } : {}),
      ...(hostKeys ? { host_keys: json(hostKeys) } : {}),
      ...(pending ? { pending: json(pending) } : {}),
      ...(shownCredentials ? { shown_credentials: json(shownCredentials) } : {}),
      ...(credentials ? { credentials: await this.#seal(credentials, of) } : {}),
      ...(lastTest === null ? { last_test: null } : {}),
    };
  }

  #seal(
    { privateKey, kubeconfig }: BoxCredentials,
    of: Pick<RecordedBox, 'customer' | 'id'>,
  ): Promise<string> {
    const text = JSON.stringify({ privateKey: privateKey?.reveal(), kubeconfig: kubeconfig?.reveal() });
    return this.#sealed.seal(new Secret(text), boxBinding(of));
  }

  /** One at a time changes which boxes a customer has. */
  #locked<T>(customer: string, call: (transaction: Database) => Promise<T>): Promise<T> {
    return this.#database.transaction().execute(async (transaction) => {
      await sql`select pg_advisory_xact_lock(hashtextextended(${`boxes:${customer}`}, 0))`.execute(
        transaction,
      );
      return call(transaction);
    });
  }
}

/** What a box's credentials are sealed for. */
export function boxBinding({ customer, id }: Pick<RecordedBox, 'customer' | 'id'>): string {
  return `box:${customer}:${id}`;
}

async function noDefault(transaction: Database, customer: string): Promise<void> {
  await transaction
    .updateTable('boxes')
    .set({ is_default: false })
    .where('customer', '=', customer)
    .where('is_default', '=', true)
    .execute();
}

function json(value: unknown): string {
  return JSON.stringify(value);
}

function recorded(row: Selectable<BoxesTable>): RecordedBox {
  const reach = tolerant(reachSchema).safeParse(row.reach);
  const lastTest = tolerant(boxTestSchema).safeParse(row.last_test);
  return {
    id: row.id,
    customer: row.customer,
    name: row.name,
    reach: reach.success ? reach.data : undefined,
    hostKeys: row.host_keys,
    envelope: row.credentials,
    shownCredentials: row.shown_credentials,
    isDefault: row.is_default,
    pending: row.pending,
    lastTest: lastTest.success ? lastTest.data : undefined,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
