import { type Selectable, sql } from 'kysely';
import type { Database } from './database.ts';
import type { VaultTable } from './tables.ts';

/** A data key, wrapped. */
export interface WrappedKey {
  /** The key that wraps it: `file:<id>` of VAULT_KEYS, or the ARN of a key of AWS KMS. */
  by: string;
  text: string;
}

/** A sealed copy of a connection's credential. */
export interface SealedCopy {
  /** The credential, sealed with a data key of its own. */
  envelope: string;
  wrapped: WrappedKey;
  sealedAt: Date;
}

/** Whose copy it is, as the connection's row says: what it is sealed for. */
export interface CopyOwner {
  connection: string;
  customer: string;
  box: string;
  provider: string;
}

/** A connection of which the vault is to have a copy. */
export interface CopyWanted extends CopyOwner {
  fingerprint: string | null;
  hasEnded: boolean;
  hasCopy: boolean;
}

/** How many copies there are of which kind. */
export interface CopyCounts {
  /** By the key that wraps them. */
  byKey: ReadonlyMap<string, number>;
  /** Current connections with a credential that Keyferry has had, and none of it here. */
  missing: number;
}

/** Sealed copies of the credentials of connections that are current. The api's role cannot read them. */
export class Copies {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * Writes the copy of a connection's credential in the place of an earlier one. False if there is none to be kept: the
   * connection has ended, or has another credential by now.
   */
  async keep(
    connection: string,
    fingerprint: string,
    { envelope, wrapped, sealedAt }: SealedCopy,
  ): Promise<boolean> {
    // Whoever ends the connection at the same moment waits, and removes it, or has ended it before.
    const { numAffectedRows = 0n } = await sql`
      insert into vault (connection, envelope, wrapped, wrapped_by, sealed_at)
      select id, ${envelope}, ${wrapped.text}, ${wrapped.by}, ${sealedAt} from connections
       where id = ${connection} and fingerprint = ${fingerprint} and ended_at is null for share
      on conflict (connection) do update set envelope = excluded.envelope, wrapped = excluded.wrapped,
        wrapped_by = excluded.wrapped_by, sealed_at = excluded.sealed_at`.execute(this.#database);
    return numAffectedRows > 0n;
  }

  /** The connection that a handshake has made; undefined as long as that is not on record. */
  async wantedBy(handshake: string): Promise<CopyWanted | undefined> {
    return this.#database
      .selectFrom('connections')
      .leftJoin('vault', 'vault.connection', 'connections.id')
      .select(['id as connection', 'customer', 'box', 'provider', 'fingerprint'])
      .select(({ eb }) => [
        eb('ended_at', 'is not', null).as('hasEnded'),
        eb('vault.connection', 'is not', null).as('hasCopy'),
      ])
      .where('handshake', '=', handshake)
      .executeTakeFirst() as Promise<CopyWanted | undefined>;
  }

  /** Undefined if there is none. */
  async find(connection: string): Promise<(SealedCopy & CopyOwner) | undefined> {
    const row = await this.#query().where('vault.connection', '=', connection).executeTakeFirst();
    return row && copyOf(row);
  }

  /** Removes the copy of a connection; whether there was one. */
  async remove(connection: string): Promise<boolean> {
    const { numDeletedRows } = await this.#database
      .deleteFrom('vault')
      .where('connection', '=', connection)
      .executeTakeFirst();
    return numDeletedRows > 0n;
  }

  /** At most `limit` copies that another key than `by` wraps, by connection, after the one that `after` names. */
  async wrappedByOthers(by: string, limit: number, after?: string): Promise<(SealedCopy & CopyOwner)[]> {
    let query = this.#query().where('wrapped_by', '!=', by);
    if (after !== undefined) query = query.where('vault.connection', '>', after);
    const rows = await query.orderBy('vault.connection').limit(limit).execute();
    return rows.map(copyOf);
  }

  /** Puts another wrapping of the same data key in the place of `before`, unless somebody has written another meanwhile. */
  async rewrap(connection: string, before: WrappedKey, after: WrappedKey): Promise<boolean> {
    const { numUpdatedRows } = await this.#database
      .updateTable('vault')
      .set({ wrapped: after.text, wrapped_by: after.by })
      .where('connection', '=', connection)
      .where('wrapped', '=', before.text)
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  }

  async counts(): Promise<CopyCounts> {
    const keys = await this.#database
      .selectFrom('vault')
      .select(({ fn }) => ['wrapped_by', fn.countAll<string>().as('count')])
      .groupBy('wrapped_by')
      .orderBy('wrapped_by')
      .execute();
    const { count } = await this.#withoutCopy()
      .select(({ fn }) => fn.countAll<string>().as('count'))
      .executeTakeFirstOrThrow();
    return {
      byKey: new Map(keys.map((row) => [row.wrapped_by, Number(row.count)])),
      missing: Number(count),
    };
  }

  /** At most `limit` current connections that should have a copy and have none, the newest first. */
  missing(limit: number): Promise<(CopyOwner & { connectedAt: Date })[]> {
    return this.#withoutCopy()
      .select(['id as connection', 'customer', 'box', 'provider', 'connected_at as connectedAt'])
      .orderBy('connected_at', 'desc')
      .limit(limit)
      .execute();
  }

  /** Removes at most `limit` copies; how many went. */
  async removeSome(limit: number): Promise<number> {
    const { rows } = await sql`delete from vault where connection in
      (select connection from vault order by connection limit ${limit}) returning 1`.execute(this.#database);
    return rows.length;
  }

  /** A login (its fingerprint is the account's) has never left the box, and there is none to copy. */
  #withoutCopy() {
    return this.#database
      .selectFrom('connections')
      .where('ended_at', 'is', null)
      .where('fingerprint', 'is not', null)
      .where('method', '!=', 'claude-login')
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('vault')
              .select('vault.connection')
              .whereRef('vault.connection', '=', 'connections.id'),
          ),
        ),
      );
  }

  #query() {
    return this.#database
      .selectFrom('vault')
      .innerJoin('connections', 'connections.id', 'vault.connection')
      .select([
        'connection',
        'envelope',
        'wrapped',
        'wrapped_by',
        'sealed_at',
        'customer',
        'box',
        'provider',
      ]);
  }
}

function copyOf(row: Selectable<VaultTable> & CopyOwner): SealedCopy & CopyOwner {
  const { connection, customer, box, provider, envelope } = row;
  const wrapped = { by: row.wrapped_by, text: row.wrapped };
  return { connection, customer, box, provider, envelope, wrapped, sealedAt: row.sealed_at };
}
