import { randomUUID } from 'node:crypto';
import type { ConnectionRecord } from '../../core/contract/connection-record.ts';
import type { DisconnectJob, Removal } from '../../core/contract/jobs.ts';
import { rowOf } from '../../core/contract/providers.ts';
import { ASKERS, type Receipt } from '../../core/contract/receipt.ts';
import { keyferryVersion } from '../../core/process/version.ts';
import type { Witness } from './witness.ts';

/** Who asked for it, and when. */
export interface Asked {
  requestedBy: DisconnectJob['requestedBy'];
  at: Date;
}

/** What was done at the end of a connection, as it was seen, to be signed `at` that time. */
export function receiptOf(
  record: ConnectionRecord,
  asked: Asked,
  { outcome, notes }: Removal,
  witness: Witness,
  at: Date,
): Receipt {
  const { id, customer, box, provider, method, profile, fingerprint, hint, connectedAt } = record;
  const { steps } = witness;
  // Only Anthropic's word to Claude Code tells that a credential is at an end.
  if (!steps.some(({ step }) => step === 'provider')) witness.missed('provider');
  witness.missed('copies');
  return {
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
    outcome,
    steps: [...steps],
    notes,
    notSeen: witness.notSeen,
    revokeAt: rowOf(provider)?.revokeAt || null,
  };
}
