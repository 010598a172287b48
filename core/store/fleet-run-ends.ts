import { sql } from 'kysely';
import { z } from 'zod';
import { MOST_DETAIL } from '../contract/audit-entry.ts';
import { customerSchema } from '../contract/customer.ts';
import { mergedOutcome, type RunBoxJob, runBoxEndSchema } from '../contract/fleet-runs.ts';
import { appendEntry, entryId, stamped } from './audit.ts';
import type { Database } from './database.ts';

/** Times that the wait for a box that is not reached after its customer has connected is doubled: to four hours. */
const MOST_DOUBLED = 8;

/** What has become of the work at a box. */
export const runBoxEndedSchema = runBoxEndSchema.extend({
  run: z.uuid(),
  customer: customerSchema,
  box: z.string().max(63),
  attempt: z.int().positive(),
  at: z.iso.datetime(),
  /** Milliseconds until it is tried again, where it is. */
  againMs: z.int().nonnegative(),
  /** It was put off because its customer has their page open. */
  isForPage: z.boolean().optional(),
});
export type RunBoxEnded = z.output<typeof runBoxEndedSchema>;

/** Writes what has become of the work at a box, within a transaction. Of an attempt that is no longer its last it changes nothing. */
export async function recordRunBox(transaction: Database, ended: RunBoxEnded): Promise<void> {
  const { run, customer, box, attempt, state, code, why, outcome, againMs, isForPage } = ended;
  const at = new Date(ended.at);
  // As the leader does: the run first, then its boxes.
  await transaction.selectFrom('fleet_runs').select('id').where('id', '=', run).forUpdate().execute();
  const mine = await transaction
    .selectFrom('fleet_run_boxes')
    .select(['unreached', 'deferred_at', 'is_canary', 'is_second', 'outcome'])
    .where('run', '=', run)
    .where('customer', '=', customer)
    .where('box', '=', box)
    .where('attempt', '=', attempt)
    .where('state', '=', 'running')
    .forUpdate()
    .executeTakeFirst();
  if (!mine) return;
  const isUnreached = state === 'unreached';
  // A customer who has connected is not given up: their box is tried ever more seldom.
  const isPutOff = isUnreached && mine.is_second;
  const isAgain = state === 'later' || isPutOff || (isUnreached && mine.unreached === 0);
  const becomes = isPutOff ? 'waiting-for-customer' : isAgain ? 'waiting' : isUnreached ? 'skipped' : state;
  const untilMs = isPutOff ? againMs * 2 ** Math.min(mine.unreached, MOST_DOUBLED) : againMs;
  await transaction
    .updateTable('fleet_run_boxes')
    .set({
      state: becomes,
      code: code ?? null,
      why: why ?? null,
      leased_until: null,
      is_begun: false,
      not_before: isAgain ? new Date(+at + untilMs) : null,
      ...(isUnreached && { unreached: mine.unreached + 1 }),
      ...(state === 'later'
        ? {
            ...(isForPage && { deferred_at: mine.deferred_at ?? at }),
            ...(!mine.is_second && { is_canary: false }),
          }
        : { ended_at: at }),
      ...(outcome && {
        outcome: JSON.stringify(mine.is_second ? mergedOutcome(mine.outcome, outcome) : outcome),
      }),
    })
    .where('run', '=', run)
    .where('customer', '=', customer)
    .where('box', '=', box)
    .execute();
  if (state === 'later' || isPutOff) return;
  // Of first tries alone: those that were not reached before come at the end, one after the other.
  const counted = isUnreached ? (isAgain ? sql<number>`unreached + 1` : undefined) : 0;
  if (counted !== undefined)
    await transaction.updateTable('fleet_runs').set({ unreached: counted }).where('id', '=', run).execute();
  if (isAgain) return;
  await auditBox(transaction, { run, customer, box, attempt, at }, becomes, code ?? why);
}

/** Writes it into the audit log, once for each attempt. */
export async function auditBox(
  transaction: Database,
  { run, customer, box, attempt, at }: Omit<RunBoxJob, 'kind'> & { at: Date },
  state: string,
  reason: string | undefined,
): Promise<void> {
  const detail = `run ${run}, ${box}: ${state}${reason ? ` (${reason})` : ''}`.slice(0, MOST_DETAIL);
  const outcome = state === 'failed' ? 'failed' : 'done';
  const entry = { actor: 'system', action: 'fleet-box', outcome, customer, detail } as const;
  await appendEntry(
    transaction,
    stamped(entry, entryId(`fleet-box:${run}:${customer}:${box}:${attempt}`), at),
  );
}
