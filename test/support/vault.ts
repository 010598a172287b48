import { randomBytes, randomUUID } from 'node:crypto';
import type { SealingKey } from '../../core/secrets/sealed.ts';
import { Secret } from '../../core/secrets/secret.ts';
import { Connections, type Made, recordConnected } from '../../core/store/connections.ts';
import type { Database } from '../../core/store/database.ts';
import type { Copied } from '../../worker/vault/vault.ts';

/** A key for VAULT_KEYS. */
export function vaultKey(id: string): SealingKey {
  return { id, key: new Uint8Array(randomBytes(32)) };
}

/** Keys as VAULT_KEYS has them. */
export function vaultKeys(...keys: readonly SealingKey[]): string {
  return keys.map(({ id, key }) => `${id}:${Buffer.from(key).toString('base64')}`).join(',');
}

/** A made-up credential that nobody has. */
export function madeUp(): Secret {
  return new Secret(`sk-ant-oat01-${randomBytes(48).toString('base64url')}`);
}

export const never = new AbortController().signal;

let minute = 0;

/** A customer's connection with this credential, as a handshake records it; it takes the place of an earlier one. */
export async function recordedWith(
  database: Database,
  secret: Secret,
  more: Partial<Made> = {},
): Promise<Copied & { handshake: string }> {
  minute += 1;
  const at = new Date(Date.parse('2026-11-01T00:00:00.000Z') + minute * 60_000);
  const made: Made = {
    customer: `alice-${randomUUID().slice(0, 8)}`,
    box: 'default',
    provider: 'anthropic',
    method: 'setup-token',
    profile: 'anthropic:manual',
    model: null,
    fingerprint: secret.fingerprint,
    hint: null,
    handshake: randomUUID(),
    requestedAt: at,
    attempt: 1,
    connectedAt: at,
    expiresAt: null,
    ...more,
  };
  await database.transaction().execute((transaction) => recordConnected(transaction, made));
  const all = await new Connections(database).of(made.customer);
  const found = all.find(({ handshake }) => handshake === made.handshake);
  if (!found) throw new Error('it is not on record');
  const { customer, box, provider, handshake } = made;
  return { connection: found.id, customer, box, provider, handshake, fingerprint: secret.fingerprint };
}
