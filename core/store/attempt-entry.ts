import { type RawBuilder, sql } from 'kysely';
import { z } from 'zod';
import {
  MOST_STEPS,
  type RecordedAttempt,
  type RecordHead,
  recordedAttemptSchema,
  recordedErrorSchema,
  recordHeadSchema,
} from '../contract/handshake-record.ts';
import { hasFailed, isFinal } from '../contract/phases.ts';
import type { SealedBox } from '../secrets/sealed.ts';
import { Secret } from '../secrets/secret.ts';
import type { Database } from './database.ts';

/** The most characters of a sealed screen: each of its characters may take three bytes. */
const MOST_SEALED = 200_000;

/** An attempt as it is kept: its last screen apart, sealed. */
export const keptAttemptSchema = recordedAttemptSchema.extend({
  error: recordedErrorSchema.omit({ screen: true }).optional(),
});
const sealedScreenSchema = z.string().max(MOST_SEALED).optional();
export const attemptEntrySchema = z.strictObject({
  head: recordHeadSchema,
  attempt: keptAttemptSchema,
  screen: sealedScreenSchema,
});
/** An attempt on its way into a store. */
export type AttemptEntry = z.infer<typeof attemptEntrySchema>;

/** What an attempt's last screen is sealed for. */
export const screenBinding = (handshake: string, attempt: number) => `screen:${handshake}:${attempt}`;

/** Cuts the timeline to what is kept, and seals the last screen. Throws `ZodError` for what is no attempt. */
export async function attemptEntry(
  sealed: SealedBox,
  head: RecordHead,
  whole: RecordedAttempt,
): Promise<AttemptEntry> {
  const checked = recordedAttemptSchema.parse({ ...whole, timeline: whole.timeline.slice(-MOST_STEPS) });
  const { screen, ...error } = checked.error ?? {};
  const attempt = keptAttemptSchema.parse({ ...checked, ...(checked.error && { error }) });
  const entry = { head: recordHeadSchema.parse(head), attempt };
  if (screen === undefined) return entry;
  return {
    ...entry,
    screen: await sealed.seal(new Secret(screen), screenBinding(head.handshake, attempt.attempt)),
  };
}

/** The attempt with its last screen. */
export async function openedAttempt(
  sealed: SealedBox,
  handshake: string,
  attempt: RecordedAttempt,
  screen: string | undefined,
): Promise<RecordedAttempt> {
  if (screen === undefined || !attempt.error) return attempt;
  const opened = await sealed.open(screen, screenBinding(handshake, attempt.attempt)).then(
    (secret) => secret.reveal(),
    () => 'Keyferry: this screen is sealed with a key that is no longer in SEALING_KEYS.',
  );
  return { ...attempt, error: { ...attempt.error, screen: opened } };
}

/**
 * Writes an attempt, and where its handshake stands, in one statement. Of the same attempt the longer timeline wins;
 * the handshake stands where its last attempt does, whichever is written first.
 */
export async function writeAttempt(
  transaction: Database,
  { head, attempt, screen }: AttemptEntry,
): Promise<void> {
  const { handshake, customer, provider, method, requestedBy, startedAt, reference, asked } = head;
  const last = attempt.timeline.at(-1) ?? { phase: 'queued' as const, at: startedAt };
  const { phase } = last;
  const since = new Date(last.at);
  const error = hasFailed(phase) ? attempt.error : undefined;
  const steps = attempt.timeline.length;
  const isNewer = sql<boolean>`(excluded.attempt, excluded.steps, excluded.since)
    > (handshakes.attempt, handshakes.steps, handshakes.since)`;
  const newer = <T>(column: string): RawBuilder<T> =>
    sql<T>`case when ${isNewer} then excluded.${sql.ref(column)} else handshakes.${sql.ref(column)} end`;
  // An attempt that did not get as far as examining the box keeps what earlier ones found.
  const version = (column: string) => sql<string | null>`case when ${isNewer}
    then coalesce(excluded.${sql.ref(column)}, handshakes.${sql.ref(column)})
    else coalesce(handshakes.${sql.ref(column)}, excluded.${sql.ref(column)}) end`;
  await transaction
    .with('known', (db) =>
      db
        .insertInto('customers')
        .values({ customer, metadata: '{}' })
        .onConflict((conflict) => conflict.doNothing()),
    )
    .with('written', (db) =>
      db
        .insertInto('attempts')
        .values({
          handshake,
          attempt: attempt.attempt,
          steps,
          at: since,
          rejected: attempt.rejected,
          body: JSON.stringify(attempt),
          screen: screen ?? null,
        })
        .onConflict((conflict) =>
          conflict
            .columns(['handshake', 'attempt'])
            .doUpdateSet((row) => ({
              steps: row.ref('excluded.steps'),
              at: row.ref('excluded.at'),
              rejected: row.ref('excluded.rejected'),
              body: row.ref('excluded.body'),
              screen: row.ref('excluded.screen'),
            }))
            .where(sql<boolean>`(excluded.steps, excluded.at) > (attempts.steps, attempts.at)`),
        ),
    )
    .insertInto('handshakes')
    .values({
      handshake,
      customer,
      provider,
      method,
      requested_by: requestedBy,
      started_at: new Date(startedAt),
      attempt: attempt.attempt,
      steps,
      phase,
      since,
      ended_at: isFinal(phase) ? since : null,
      error_code: error?.code ?? null,
      error_phase: error?.phase ?? null,
      claude_version: attempt.versions.claude ?? null,
      openclaw_version: attempt.versions.openclaw ?? null,
      reference: reference ?? null,
      asked: asked ?? null,
    })
    .onConflict((conflict) =>
      conflict.column('handshake').doUpdateSet({
        attempt: newer('attempt'),
        steps: newer('steps'),
        phase: newer('phase'),
        since: newer('since'),
        ended_at: newer('ended_at'),
        error_code: newer('error_code'),
        error_phase: newer('error_phase'),
        claude_version: version('claude_version'),
        openclaw_version: version('openclaw_version'),
        // Only the api, which writes the time in the queue, knows them.
        reference: sql<string | null>`coalesce(handshakes.reference, excluded.reference)`,
        // True once it was; null says nothing.
        asked: sql<boolean | null>`greatest(handshakes.asked, excluded.asked)`,
      }),
    )
    .execute();
}
