import { sql } from 'kysely';
import { keyIdOf, type SealedBox } from '../secrets/sealed.ts';
import { screenBinding } from './attempt-entry.ts';
import { boxBinding } from './boxes.ts';
import type { Database } from './database.ts';

/** One kind of thing that lies sealed in the database. `Key` names one of them, and orders them. */
interface Sealing<Key> {
  what: string;
  /** At most `limit` of them after `after`, in order, each with enough of its envelope to tell which key seals it. */
  heads(database: Database, after: Key | undefined, limit: number): Promise<{ key: Key; head: string }[]>;
  /** One whole, and what it is sealed for; undefined if it is gone. */
  read(database: Database, key: Key): Promise<{ envelope: string; binding: string } | undefined>;
  /** Puts `after` in the place of `before`, unless somebody has written another meanwhile. */
  replace(database: Database, key: Key, before: string, after: string): Promise<unknown>;
}

/** Characters in which the first part of an envelope ends: it names a key and a binding. */
const HEAD = 600;
/** How many are looked at with one query. */
const PAGE = 200;

const boxes: Sealing<string> = {
  what: 'credentials of boxes',
  async heads(database, after, limit) {
    let query = database
      .selectFrom('boxes')
      .select((row) => ['id', row.fn<string>('left', ['credentials', row.lit(HEAD)]).as('head')])
      .where('credentials', 'is not', null);
    if (after !== undefined) query = query.where('id', '>', after);
    const rows = await query.orderBy('id').limit(limit).execute();
    return rows.map(({ id, head }) => ({ key: id, head }));
  },
  async read(database, id) {
    const row = await database
      .selectFrom('boxes')
      .select(['id', 'customer', 'credentials'])
      .where('id', '=', id)
      .executeTakeFirst();
    return row?.credentials ? { envelope: row.credentials, binding: boxBinding(row) } : undefined;
  },
  replace: (database, id, before, after) =>
    database
      .updateTable('boxes')
      .set({ credentials: after })
      .where('id', '=', id)
      .where('credentials', '=', before)
      .execute(),
};

type AttemptKey = { handshake: string; attempt: number };
const screens: Sealing<AttemptKey> = {
  what: 'last screens of handshakes',
  async heads(database, after, limit) {
    let query = database
      .selectFrom('attempts')
      .select((row) => ['handshake', 'attempt', row.fn<string>('left', ['screen', row.lit(HEAD)]).as('head')])
      .where('screen', 'is not', null);
    if (after)
      query = query.where(sql<boolean>`(handshake, attempt) > (${after.handshake}, ${after.attempt})`);
    const rows = await query.orderBy('handshake').orderBy('attempt').limit(limit).execute();
    return rows.map(({ handshake, attempt, head }) => ({ key: { handshake, attempt }, head }));
  },
  async read(database, { handshake, attempt }) {
    const row = await database
      .selectFrom('attempts')
      .select('screen')
      .where('handshake', '=', handshake)
      .where('attempt', '=', attempt)
      .executeTakeFirst();
    return row?.screen ? { envelope: row.screen, binding: screenBinding(handshake, attempt) } : undefined;
  },
  replace: (database, { handshake, attempt }, before, after) =>
    database
      .updateTable('attempts')
      .set({ screen: after })
      .where('handshake', '=', handshake)
      .where('attempt', '=', attempt)
      .where('screen', '=', before)
      .execute(),
};

/** What a rotation has come to, for one kind of thing. */
export interface Rotated {
  what: string;
  /** Sealed with the first key now. */
  resealed: number;
  /** Those that are still sealed with another, by the id of that key: it is not in SEALING_KEYS, or they are damaged. */
  left: ReadonlyMap<string, number>;
}

/**
 * Seals everything in the database with the first key, a few at a time, and yields what it has come to after each page.
 * Ended in the middle it has done a part, and does the rest when it is called again; all of it can be read all the time.
 */
export async function* rotateSeals(database: Database, sealed: SealedBox): AsyncGenerator<Rotated> {
  yield* rotate(boxes, database, sealed);
  yield* rotate(screens, database, sealed);
}

async function* rotate<Key>(
  { what, heads, read, replace }: Sealing<Key>,
  database: Database,
  sealed: SealedBox,
): AsyncGenerator<Rotated> {
  const left = new Map<string, number>();
  let resealed = 0;
  let after: Key | undefined;
  do {
    const page = await heads(database, after, PAGE);
    for (const { key, head } of page) {
      if (sealed.isCurrent(head)) continue;
      const found = await read(database, key);
      if (!found || sealed.isCurrent(found.envelope)) continue;
      const { envelope, binding } = found;
      const opened = await sealed.open(envelope, binding).catch(() => undefined);
      if (opened) {
        await replace(database, key, envelope, await sealed.seal(opened, binding));
        resealed += 1;
      } else left.set(keyIdOf(envelope), (left.get(keyIdOf(envelope)) ?? 0) + 1);
    }
    after = page.length === PAGE ? page.at(-1)?.key : undefined;
    yield { what, resealed, left };
  } while (after !== undefined);
}
