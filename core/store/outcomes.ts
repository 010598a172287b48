import { type Selectable, sql } from 'kysely';
import { z } from 'zod';
import { boxNameSchema, DEFAULT_BOX, hintSchema } from '../contract/connection-record.ts';
import { customerSchema } from '../contract/customer.ts';
import { ERROR_CODES } from '../contract/error-rows.ts';
import { methodSchema, providerSchema } from '../contract/providers.ts';
import { connectionSchema, handshakeIdSchema, profileSchema } from '../contract/snapshot.ts';
import { type AttemptEntry, writeAttempt } from './attempt-entry.ts';
import { appendEntry, entryId, stamped } from './audit.ts';
import { noteTrouble, troubleOver } from './cases.ts';
import { lockConnections, recordConnected } from './connections.ts';
import type { Database } from './database.ts';
import { appendEvent, appendEvents, hasEvent, type NewEvent } from './events.ts';
import type { HandshakesTable } from './tables.ts';

/** How a handshake ended. Of one that was cancelled nobody is told. */
export const outcomeSchema = z
  .strictObject({
    handshake: handshakeIdSchema,
    customer: customerSchema,
    provider: providerSchema,
    method: methodSchema,
    requestedAt: z.iso.datetime(),
    attempt: z.int().nonnegative(),
    phase: z.enum(['connected', 'failed', 'expired']),
    at: z.iso.datetime(),
    connection: connectionSchema.optional(),
    hint: hintSchema.optional(),
    box: boxNameSchema.optional(),
    /** The profiles that were taken out for it; in entries of earlier versions every other of the provider's was. */
    replaced: z.array(profileSchema).max(100).optional(),
    error: z.enum(ERROR_CODES).optional(),
  })
  .refine(({ phase, connection }) => (phase === 'connected') === (connection !== undefined), {
    message: 'a connection belongs to what has connected, and to nothing else',
  });
export type Outcome = z.output<typeof outcomeSchema>;

type Failed = Selectable<HandshakesTable> & { box: string | null };

/**
 * Writes how a handshake ended, within a transaction: the connection, and the event that tells of it. A connection is
 * told whatever was told before, because it exists; a failure only if no success was.
 */
export async function recordOutcome(transaction: Database, outcome: Outcome): Promise<void> {
  const { handshake, customer, provider, method, phase, connection, error } = outcome;
  const connected = `${handshake}:connected`;
  const once = connection ? connected : `${handshake}:failed`;
  if (connection) await recordConnected(transaction, madeBy(outcome, connection));
  else {
    await lockConnections(transaction, customer);
    if (await hasEvent(transaction, connected)) return;
  }
  const { reference, asked } = (await visitOf(transaction, handshake)) ?? {};
  const isUnasked = !connection && asked === false;
  // What was told already is not told again in other words, nor is it a case again.
  const isTold = await hasEvent(transaction, once);
  const events = isTold || isUnasked ? [] : await casesOf(transaction, outcome);
  await appendEvent(transaction, {
    once,
    type: `handshake.${phase}`,
    at: new Date(outcome.at),
    customer,
    data: {
      customer,
      handshake,
      provider,
      method,
      connection,
      error,
      ...(reference && { reference }),
      ...(isUnasked && { asked: false as const }),
    },
  });
  await appendEvents(transaction, events);
  // Last: others wait for its lock until this transaction ends.
  const done = connection !== undefined;
  const entry = { actor: 'system', action: phase, outcome: done ? 'done' : 'failed' } as const;
  const detail = done ? `${provider} by ${method}, as ${connection.profile}` : (error ?? phase);
  const id = entryId(`outcome:${once}`);
  await appendEntry(
    transaction,
    stamped({ ...entry, customer, handshake, detail }, id, new Date(outcome.at)),
  );
}

/** What the api alone knows of it. */
function visitOf(transaction: Database, handshake: string) {
  return transaction
    .selectFrom('handshakes')
    .select(['reference', 'asked'])
    .where('handshake', '=', handshake)
    .executeTakeFirst();
}

/**
 * Writes an attempt, within a transaction. Where it says that the customer has asked for what their page had begun, and that
 * has failed meanwhile, it is a case from then on.
 */
export async function recordAttempt(transaction: Database, entry: AttemptEntry): Promise<void> {
  const { handshake, customer, asked } = entry.head;
  if (!asked) return writeAttempt(transaction, entry);
  await lockConnections(transaction, customer);
  const before = await visitOf(transaction, handshake);
  await writeAttempt(transaction, entry);
  if (before?.asked === false) await appendEvents(transaction, await lateCaseOf(transaction, handshake));
}

async function lateCaseOf(transaction: Database, handshake: string): Promise<NewEvent[]> {
  if (!(await hasEvent(transaction, `${handshake}:failed`))) return [];
  const row = await transaction
    .selectFrom('handshakes')
    .selectAll()
    .select((of) =>
      of
        .selectFrom('attempts')
        .select(sql<string | null>`body ->> 'box'`.as('box'))
        .whereRef('attempts.handshake', '=', 'handshakes.handshake')
        .orderBy('attempt', 'desc')
        .limit(1)
        .as('box'),
    )
    .where('handshake', '=', handshake)
    .where('phase', '=', 'failed')
    .executeTakeFirst();
  const outcome = row && outcomeSchema.safeParse(failureOf(row)).data;
  return outcome ? casesOf(transaction, outcome) : [];
}

function failureOf({ handshake, customer, provider, method, attempt, box, ...row }: Failed) {
  return {
    ...{ handshake, customer, provider, method, attempt },
    phase: 'failed',
    requestedAt: row.started_at.toISOString(),
    at: row.since.toISOString(),
    ...(box !== null && { box }),
    error: row.error_code ?? 'internal_error',
  };
}

/**
 * A failure is a case until the customer has connected. One that expired is none: the customer has left, or never came, as
 * where support began it again while their page was closed. Nor is one that their page began and that they never asked for.
 */
async function casesOf(transaction: Database, outcome: Outcome): Promise<NewEvent[]> {
  const { customer, box = DEFAULT_BOX, provider, method, handshake, phase } = outcome;
  const at = new Date(outcome.at);
  const here = { customer, subject: box, at } as const;
  if (phase === 'connected') {
    const how = `The customer has connected ${provider} by ${method}.`;
    const over = { ...here, how } as const;
    const replaced = 'Another connection has taken its place.';
    return [
      ...(await troubleOver(transaction, { ...over, kind: 'handshake' })),
      ...(await troubleOver(transaction, { ...over, kind: 'box' })),
      ...(await troubleOver(transaction, { customer, kind: 'connection', at, how: replaced })),
      ...(await troubleOver(transaction, { customer, kind: 'removal', at, how: replaced })),
    ];
  }
  if (phase === 'expired' || (await hasConnectedSince(transaction, outcome))) return [];
  const code = outcome.error ?? 'internal_error';
  const about = { provider, method, box, handshake, code };
  return noteTrouble(transaction, { ...here, ...about, kind: 'handshake' });
}

/** Entries come in any order: what failed before the customer connected is over. */
async function hasConnectedSince(transaction: Database, outcome: Outcome): Promise<boolean> {
  const newer = await transaction
    .selectFrom('connections')
    .select('id')
    .where('customer', '=', outcome.customer)
    .where('box', '=', outcome.box ?? DEFAULT_BOX)
    .where('connected_at', '>=', new Date(outcome.at))
    .limit(1)
    .executeTakeFirst();
  return newer !== undefined;
}

function madeBy(outcome: Outcome, connection: NonNullable<Outcome['connection']>) {
  const { customer, box = DEFAULT_BOX, handshake, attempt, hint, requestedAt } = outcome;
  const { provider, method, profile, label, model, endpoint, tokenFingerprint } = connection;
  const { connectedAt, expiresAt } = connection;
  return {
    customer,
    box,
    provider,
    method,
    profile,
    model: model ?? null,
    endpoint,
    fingerprint: tokenFingerprint ?? null,
    hint: hint ?? null,
    label: label ?? null,
    replaced: outcome.replaced ?? null,
    handshake,
    requestedAt: new Date(requestedAt),
    attempt,
    connectedAt: new Date(connectedAt),
    expiresAt: expiresAt === undefined ? null : new Date(expiresAt),
  };
}
