import { createHash, randomUUID } from 'node:crypto';
import { FIRST } from '../../core/contract/providers.ts';
import type { Connection } from '../../core/contract/snapshot.ts';
import { Connections, type Made, recordConnected } from '../../core/store/connections.ts';
import type { Database } from '../../core/store/database.ts';
import type { Snapshots } from '../../core/store/snapshots.ts';
import type { Box } from '../../lab/box.ts';

const MINUTE = 60_000;

export const PROFILE = 'anthropic:manual';
/** Made up, in the shape that tokens have. */
export const TOKEN = `sk-ant-oat01-${'o'.repeat(91)}tail`;

/** First digits of its SHA-256. */
export const FINGERPRINT = createHash('sha256').update(TOKEN).digest('hex').slice(0, 12);

/** What a handshake that was requested then has brought, after five minutes and for a year. */
export function made(customer: string, requestedAt: Date, more: Partial<Made> = {}): Made {
  const after = (minutes: number) => new Date(requestedAt.getTime() + minutes * MINUTE);
  return {
    customer,
    box: 'default',
    provider: 'anthropic',
    method: 'setup-token',
    profile: PROFILE,
    model: 'anthropic/claude-opus-5-5',
    fingerprint: randomUUID().replaceAll('-', '').slice(0, 12),
    hint: 'wXyZ',
    handshake: randomUUID(),
    requestedAt,
    attempt: 1,
    connectedAt: after(5),
    expiresAt: after(365 * 24 * 60),
    ...more,
  };
}

/** Gives a box what a handshake would have left there. */
export async function pasteToken(box: Box): Promise<void> {
  const words = ['models', 'auth', 'paste-token', '--provider', 'anthropic'];
  const { code, stderr } = await box.run(['openclaw', ...words], { input: TOKEN });
  if (code !== 0) throw new Error(stderr);
}

/** A customer who has been connected for an hour, as the database and Redis have it. Returns the connection's id. */
export async function recordedConnection(
  database: Database,
  snapshots: Snapshots,
  customer: string,
): Promise<string> {
  const handshake = randomUUID();
  const [requestedAt, connectedAt, expiresAt] = [-60, -55, 300 * 24 * 60].map(
    (minutes) => new Date(Date.now() + minutes * MINUTE),
  ) as [Date, Date, Date];
  const of = { ...FIRST, profile: PROFILE, model: 'anthropic/claude-opus-5-5' };
  const made = { customer, box: 'default', handshake, attempt: 1, fingerprint: FINGERPRINT, hint: 'tail' };
  await database
    .transaction()
    .execute((transaction) =>
      recordConnected(transaction, { ...of, ...made, requestedAt, connectedAt, expiresAt }),
    );
  const connection: Connection = {
    ...of,
    connectedAt: connectedAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    tokenFingerprint: made.fingerprint,
  };
  const [at, startedAt] = [connectedAt.toISOString(), requestedAt.toISOString()];
  const told = { ...FIRST, handshake, phase: 'connected' as const, startedAt, at, attempt: 1, seq: 9 };
  await snapshots.publish(customer, { ...told, connection });
  const [current] = await new Connections(database).current(customer);
  return current?.id ?? '';
}
