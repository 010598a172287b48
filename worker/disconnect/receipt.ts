import { randomUUID } from 'node:crypto';
import type { ConnectionRecord } from '../../core/contract/connection-record.ts';
import type { DisconnectJob, Removal } from '../../core/contract/jobs.ts';
import { rowOf } from '../../core/contract/providers.ts';
import { ASKERS, type Receipt, type ReceiptStep, receiptSchema } from '../../core/contract/receipt.ts';
import { keyferryVersion } from '../../core/process/version.ts';
import type { Witness } from './witness.ts';

/** Who asked for it, and when. */
export interface Asked {
  requestedBy: DisconnectJob['requestedBy'];
  at: Date;
}

/** As many notes as a receipt has room for, and characters of each: a box with many agents has more. */
const MOST_NOTES = 10;
const MOST_CHARACTERS = 400;
/** Steps that a receipt has room for. */
const MOST_STEPS = 250;

/** What a receipt has room for. */
export function roomFor(notes: readonly string[]): string[] {
  return notes.slice(0, MOST_NOTES).map((note) => note.slice(0, MOST_CHARACTERS).toWellFormed());
}

/** What is left out is said of the last agents: what was seen of one is much the same for all. */
function roomForSteps(steps: readonly ReceiptStep[]): ReceiptStep[] {
  let over = steps.length - MOST_STEPS;
  return steps
    .toReversed()
    .filter(({ agent }) => agent === undefined || over-- <= 0)
    .toReversed()
    .slice(0, MOST_STEPS);
}

/**
 * What was done at the end of a connection, as it was seen, to be signed `at` that time. Throws for what is no receipt,
 * before anything is written.
 */
export function receiptOf(
  record: ConnectionRecord,
  asked: Asked,
  { outcome, notes }: Removal,
  witness: Witness,
  at: Date,
): Receipt {
  const { id, customer, box, provider, method, profile, hint, connectedAt } = record;
  // A key that is too short for a hint can be found by trying until the fingerprint is the same.
  const fingerprint = method === 'api-key' && hint === null ? null : record.fingerprint;
  const { steps } = witness;
  // Only Anthropic's word to Claude Code tells that a credential is at an end.
  if (!steps.some(({ step }) => step === 'provider')) witness.missed('provider');
  witness.missed('copies');
  // An earlier try may have removed what the last one no longer found.
  const isRemoved = steps.some(
    ({ step, result }) => (step === 'profile' || step === 'login') && result === 'removed',
  );
  return receiptSchema.parse({
    type: 'keyferry.disconnection',
    version: 1,
    id: randomUUID(),
    issuedAt: at.toISOString(),
    keyferry: keyferryVersion(),
    requested: {
      by: ASKERS.find((asker) => asker === asked.requestedBy) ?? 'operator',
      at: asked.at.toISOString(),
    },
    connection: { id, customer, box, provider, method, profile, fingerprint, hint, connectedAt },
    outcome: outcome === 'absent' && isRemoved ? 'removed' : outcome,
    steps: roomForSteps(steps),
    notes: roomFor(notes),
    notSeen: witness.notSeen,
    revokeAt: rowOf(provider)?.revokeAt || null,
  });
}
