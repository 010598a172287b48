import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { prunedSchema } from '../contract/audit-entry.ts';
import { appendEntry, stamped } from './audit.ts';
import type { Database } from './database.ts';

/** An entry's place in the chain: its number, and the hash that the next one builds on. */
export interface Link {
  seq: bigint;
  /** In hex. */
  hash: string;
}

/** What a look at the whole chain came to. */
export type Verdict =
  | { isWhole: true; entries: number; head: Link /** The last entry that was pruned. */; pruned?: Link }
  | { isWhole: false; seq: bigint; why: string };

/** Before the first entry. */
const NOTHING: Link = { seq: 0n, hash: '00'.repeat(32) };
/** Entries that are read, and removed, at once. */
const PAGE = 1_000;
const PRUNED_AT_ONCE = 2_000;

/** The hash of an entry: of the one before, and of its number, the time it was written and its text. */
function hashOf(before: string, seq: string, at: Date, text: string): string {
  return createHash('sha256')
    .update(Buffer.from(before, 'hex'))
    .update(`${seq}\n${at.toISOString()}\n${text}`)
    .digest('hex');
}

/**
 * Computes the whole chain again, a page at a time, in one snapshot of the database. `expected`: an earlier head that
 * must be in it: without one, whoever may write to the tables could have cut off its end, or written all of it again.
 */
export function verifyChain(database: Database, expected?: Link): Promise<Verdict> {
  return database
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (snapshot) => {
      const head = await snapshot.selectFrom('audit_head').select(['seq', 'hash']).executeTakeFirst();
      if (!head) return broken(0n, 'the head of the chain is missing');
      const pruned = await lastPruned(snapshot);
      let last = pruned ?? NOTHING;
      const left = await snapshot
        .selectFrom('audit')
        .select(({ fn }) => fn.min('seq').as('seq'))
        .where('seq', '<=', `${last.seq}`)
        .executeTakeFirst();
      if (left?.seq != null)
        return broken(
          BigInt(left.seq),
          pruned ? 'it is still there although it was pruned: prune again' : 'it was not written by Keyferry',
        );
      if (expected && expected.seq < last.seq)
        return broken(expected.seq, 'it has been pruned since: compare with a later head');
      let entries = 0;
      for (;;) {
        const page = await pageAfter(snapshot, last.seq);
        for (const { seq, at, hash, text, isFiled } of page) {
          const next = last.seq + 1n;
          if (BigInt(seq) !== next) return broken(next, 'it is missing');
          if (hash.toString('hex') !== hashOf(last.hash, seq, at, text))
            return broken(next, 'it, or the one before it, is not what was written');
          if (!isFiled) return broken(next, 'it is searched by something else than it says');
          last = { seq: next, hash: hash.toString('hex') };
          entries += 1;
          if (expected?.seq === next && expected.hash !== last.hash)
            return broken(next, 'the chain is not the one that was expected');
        }
        if (page.length < PAGE) break;
      }
      if (last.seq < BigInt(head.seq)) return broken(last.seq + 1n, 'it is missing');
      if (last.seq > BigInt(head.seq)) return broken(BigInt(head.seq) + 1n, 'it was not written by Keyferry');
      if (last.hash !== head.hash.toString('hex'))
        return broken(last.seq, 'it was not the last one that was written');
      if (expected && expected.seq > last.seq) return broken(last.seq + 1n, 'it is missing');
      if (expected?.seq === pruned?.seq && expected?.hash !== pruned?.hash)
        return broken(last.seq, 'the chain is not the one that was expected');
      return { isWhole: true, entries, head: last, ...(pruned && { pruned }) };
    });
}

const broken = (seq: bigint, why: string): Verdict => ({ isWhole: false, seq, why });

/** The end of what was pruned last. The entry that says so is itself in the rest of the chain. */
async function lastPruned(database: Database): Promise<Link | undefined> {
  const row = await database
    .selectFrom('audit')
    .select('entry')
    .where('action', '=', 'prune')
    .where(sql<boolean>`entry ? 'pruned'`)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  const read = prunedSchema.safeParse(row?.entry).data?.pruned;
  return read && { seq: BigInt(read.seq), hash: read.hash };
}

function pageAfter(database: Database, seq: bigint) {
  return database
    .selectFrom('audit')
    .select(['seq', 'at', 'hash', sql<string>`entry::text`.as('text')])
    .select(
      sql<boolean>`(id::text, happened_at, actor, who, action, outcome, customer, handshake) is not distinct from
        (entry ->> 'id', entry ->> 'at', entry ->> 'actor', entry ->> 'who', entry ->> 'action',
        entry ->> 'outcome', entry ->> 'customer', entry ->> 'handshake')`.as('isFiled'),
    )
    .where('seq', '>', `${seq}`)
    .orderBy('seq')
    .limit(PAGE)
    .execute();
}

/** The moment so many days ago by the database's clock, by which entries are written: ours may be a year ahead. */
export async function daysAgo(database: Database, days: number): Promise<Date> {
  const asked = sql<{ at: Date }>`select now() - make_interval(days => ${sql.lit(days)}) as at`;
  const { rows } = await asked.execute(database);
  if (!rows[0]) throw new Error('The database does not say what time it is.');
  return rows[0].at;
}

/**
 * Removes entries from before `until`, oldest first, up to the first that is younger. An entry says up to which one,
 * and comes first: if the rest is broken off, the next time removes it. Only the tables' owner may.
 */
export async function pruneChain(
  database: Database,
  until: Date,
): Promise<{ removed: number; pruned?: Link }> {
  const pruned = await database.transaction().execute(async (transaction) => {
    await transaction.selectFrom('audit_head').select('seq').forUpdate().execute();
    const done = (await lastPruned(transaction)) ?? NOTHING;
    const kept = await transaction
      .selectFrom('audit')
      .select(({ fn }) => fn.min('seq').as('seq'))
      .where('at', '>=', until)
      .where('seq', '>', `${done.seq}`)
      .executeTakeFirst();
    const last = await transaction
      .selectFrom('audit')
      .select(['seq', 'hash'])
      .where('seq', '>', `${done.seq}`)
      .$if(kept?.seq != null, (query) => query.where('seq', '<', `${kept?.seq}`))
      .orderBy('seq', 'desc')
      .limit(1)
      .executeTakeFirst();
    if (!last) return done === NOTHING ? undefined : done;
    const hash = last.hash.toString('hex');
    const detail = `entries up to ${last.seq}, from before ${until.toISOString()}`;
    await appendEntry(
      transaction,
      stamped({
        actor: 'system',
        action: 'prune',
        outcome: 'done',
        detail,
        pruned: { seq: last.seq, hash },
      }),
    );
    return { seq: BigInt(last.seq), hash };
  });
  let removed = 0;
  if (!pruned) return { removed };
  for (;;) {
    const { numDeletedRows } = await database
      .deleteFrom('audit')
      .where('seq', 'in', (some) =>
        some
          .selectFrom('audit')
          .select('seq')
          .where('seq', '<=', `${pruned.seq}`)
          .orderBy('seq')
          .limit(PRUNED_AT_ONCE),
      )
      .executeTakeFirst();
    removed += Number(numDeletedRows);
    if (numDeletedRows < PRUNED_AT_ONCE) return { removed, pruned };
  }
}
