import type { ConnectionRecord } from '../../core/contract/connection-record.ts';
import { KeyferryError } from '../../core/contract/errors.ts';
import type { Secret } from '../../core/secrets/secret.ts';
import { appendEntry, stamped } from '../../core/store/audit.ts';
import type { Database } from '../../core/store/database.ts';
import type { VaultOpenings } from '../../core/store/vault-openings.ts';
import { atMost } from '../transports/deadline.ts';
import type { Vault } from '../vault/vault.ts';

/** Milliseconds that counting may take. */
const COUNT_MS = 1_000;

export interface OpeningServices {
  vault: Vault;
  database: Database;
  /** Counts how it ended: `done`, or a code of the catalogue. It is not waited for for long, and may fail. */
  openings: Pick<VaultOpenings, 'count'>;
}

/**
 * Opens the vault's copy of a connection's credential. `why` goes into the audit log, which has the opening before there is
 * anything to use. Throws `vault_no_copy`, `vault_unavailable` (also when the log cannot be written), `vault_denied`,
 * `vault_unreadable`.
 */
export async function openCopy(
  services: OpeningServices,
  connection: Pick<ConnectionRecord, 'id' | 'customer' | 'provider' | 'fingerprint'>,
  why: string,
  signal: AbortSignal,
): Promise<Secret> {
  const count = (outcome: string) => atMost(COUNT_MS, services.openings.count(outcome));
  try {
    const secret = await opened(services, connection, why, signal);
    await count('done');
    return secret;
  } catch (thrown) {
    await count(thrown instanceof KeyferryError ? thrown.code : 'internal_error');
    throw thrown;
  }
}

async function opened(
  { vault, database }: OpeningServices,
  {
    id,
    customer,
    provider,
    fingerprint,
  }: Pick<ConnectionRecord, 'id' | 'customer' | 'provider' | 'fingerprint'>,
  why: string,
  signal: AbortSignal,
): Promise<Secret> {
  const copy = await vault.copies.find(id).catch(away);
  if (!copy) throw new KeyferryError('vault_no_copy');
  const detail = `${provider}, connection ${id}: ${why}`;
  const entry = { actor: 'system', action: 'vault-open', customer, detail } as const;
  await appendEntry(database, stamped({ ...entry, outcome: 'done' })).catch(away);
  try {
    const secret = await vault.open(copy, signal);
    if (secret.fingerprint === fingerprint) return secret;
    throw new KeyferryError('vault_unreadable', { detail: 'It is not the credential that is on record.' });
  } catch (thrown) {
    const code = thrown instanceof KeyferryError ? thrown.code : 'internal_error';
    // It has not been opened after all. The log says so if it can; what it says already is enough.
    await appendEntry(
      database,
      stamped({ ...entry, outcome: 'failed', detail: `${detail} (${code})` }),
    ).catch(() => undefined);
    throw thrown;
  }
}

function away(cause: unknown): never {
  const detail = `The database said: ${cause instanceof Error ? cause.message : 'nothing'}.`;
  throw new KeyferryError('vault_unavailable', { detail, cause });
}
