import { ERROR_CODES } from '../contract/error-rows.ts';
import { LOOK_OUTCOMES, type ShownLook } from '../contract/fleet.ts';
import type { Seen } from '../contract/health.ts';
import type { Versions } from '../contract/versions.ts';
import type { Database } from './database.ts';
import { Reading } from './reading.ts';

/** Looks at one connection that are kept; the oldest go first. */
export const MOST_LOOKS = 50;
/** Looks at all of a customer's connections that are shown. */
const MOST_SHOWN = 200;

/** A look, a test or a restore. */
interface KeptLook {
  connection: string;
  at: Date;
  seen: Seen;
  hasTurn?: boolean | undefined;
  versions?: Versions | undefined;
  tookMs?: number | undefined;
}

/** Keeps one look as a row, within the transaction that writes what it has changed, and drops what the connection has too many of. */
export async function keepLook(
  transaction: Database,
  { connection, at, seen, hasTurn = false, versions = {}, tookMs }: KeptLook,
): Promise<void> {
  await transaction
    .insertInto('looks')
    .values({
      ...{ connection, at, outcome: seen.outcome, code: 'code' in seen ? seen.code : null, is_turn: hasTurn },
      ...{ claude: versions.claude ?? null, openclaw: versions.openclaw ?? null, took_ms: tookMs ?? null },
      agent: ('agent' in seen && seen.agent) || null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const last = transaction
    .selectFrom('looks')
    .select('at')
    .where('connection', '=', connection)
    .orderBy('at', 'desc')
    .offset(MOST_LOOKS)
    .limit(1);
  await transaction
    .deleteFrom('looks')
    .where('connection', '=', connection)
    .where('at', '<=', last)
    .execute();
}

/** What looks, tests and restores have seen of connections, one by one. */
export class Looks {
  readonly #database: Database;
  readonly #reading = new Reading();

  constructor(database: Database) {
    this.#database = database;
  }

  /** At a customer's current connections, the newest first, at most 200. Rejects with `history_unavailable`. */
  of(customer: string): Promise<ShownLook[]> {
    return this.#reading.ask(async () => {
      const rows = await this.#database
        .selectFrom('connections')
        .innerJoin('looks', 'looks.connection', 'connections.id')
        .selectAll('looks')
        .where('connections.customer', '=', customer)
        .where('connections.ended_at', 'is', null)
        .orderBy('looks.at', 'desc')
        .orderBy('looks.connection')
        .limit(MOST_SHOWN)
        .execute();
      return rows.flatMap(({ connection, at, outcome, code, is_turn, claude, openclaw, took_ms, agent }) => {
        const known = LOOK_OUTCOMES.find((each) => each === outcome);
        if (!known) return [];
        const versions = { ...(claude !== null && { claude }), ...(openclaw !== null && { openclaw }) };
        return [
          {
            ...{
              connection,
              at: at.toISOString(),
              outcome: known,
              isTurn: is_turn,
              versions,
              tookMs: took_ms,
            },
            code: ERROR_CODES.find((each) => each === code) ?? null,
            agent,
          },
        ];
      });
    });
  }
}
