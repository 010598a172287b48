/**
 * The story of a box that has lost its credentials (it was rebuilt, or OpenClaw's store is gone) and gets them back from
 * the vault, without the customer:
 *
 *   nobody else   no handshake and no removal is on the box, and none begins
 *   reaching      a link to the box: what cannot be reached has no copy opened for it
 *   opening       the vault's copy, once that is in the audit log
 *   delivering    as in a handshake that has its credential already: preparing, installing, proving
 *   recording     which profile holds it now
 */
import { randomUUID } from 'node:crypto';
import type { ConnectionRecord } from '../../core/contract/connection-record.ts';
import { KeyferryError, toKeyferryError } from '../../core/contract/errors.ts';
import type { Disconnecting } from '../../core/store/disconnecting.ts';
import { type Restored, recordRestored } from '../../core/store/restored.ts';
import type { Inventory } from '../boxes/inventory.ts';
import { HandshakeFailed } from '../handshake/ends.ts';
import type { Change } from '../handshake/progress.ts';
import { atMost } from '../transports/deadline.ts';
import type { BoxConnection, CallLimits } from '../transports/transport.ts';
import { deliver } from './delivered.ts';
import { type OpeningServices, openCopy } from './vault.ts';

export interface PutBackServices extends OpeningServices {
  inventory: Pick<Inventory, 'find'>;
  disconnecting: Pick<Disconnecting, 'begin' | 'end' | 'isUnderWay'>;
  /** The handshakes' queue, in which a customer's is seen. */
  handshakes: { getDeduplicationJobId(customer: string): Promise<string | null> };
}

export interface PutBackOptions {
  signal: AbortSignal;
  /** For the audit log. */
  why: string;
  /** Hears of each connection as it gets there. */
  tell?: ((connection: ConnectionRecord, change: Change) => void) | undefined;
}

/** A credential that is back, or why it is not. */
export type PutBack = { connection: ConnectionRecord } & (
  | { restored: Restored; warnings: readonly string[] }
  | { error: KeyferryError }
);

/** Milliseconds to find a box, and to reach it. */
const FIND_MS = 15_000;
const REACH_MS = 20_000;
/** Milliseconds that the end may wait for Redis. */
const END_MS = 2_000;

/**
 * Puts the credentials of a customer's connections back into their box, and proves each there. One that fails does not stop
 * the others. Rejects with `handshake_under_way`, `disconnect_under_way` if somebody else is on the box, and with what
 * Redis or the database throws before anything was done.
 */
export async function putBack(
  services: PutBackServices,
  customer: string,
  connections: readonly ConnectionRecord[],
  options: PutBackOptions,
): Promise<PutBack[]> {
  const { disconnecting, handshakes, database } = services;
  if (await disconnecting.isUnderWay(customer)) throw new KeyferryError('disconnect_under_way');
  const run = randomUUID();
  // As a removal does: no handshake begins on that box, and one that has begun is seen.
  await disconnecting.begin(customer, run, run);
  try {
    if ((await handshakes.getDeduplicationJobId(customer)) !== null)
      throw new KeyferryError('handshake_under_way');
    const results: PutBack[] = [];
    // The last first: each is put before those that are there, so that their order is what it was.
    for (const connection of [...connections].sort((a, b) => b.position - a.position)) {
      if (options.signal.aborted) break;
      // It counts for minutes: again for each of them.
      await disconnecting.begin(customer, run, run);
      results.push(await one(services, connection, options));
    }
    const restored = results.flatMap((result) => ('restored' in result ? [result.restored] : []));
    const ended = await database
      .transaction()
      .execute((transaction) => recordRestored(transaction, customer, restored));
    return results.map((result) => told(result, ended));
  } finally {
    await atMost(END_MS, disconnecting.end(customer, run, run));
  }
}

async function one(
  services: PutBackServices,
  connection: ConnectionRecord,
  { signal, why, tell }: PutBackOptions,
): Promise<PutBack> {
  const within = (timeoutMs: number): CallLimits => ({ signal, timeoutMs });
  let link: BoxConnection | undefined;
  try {
    const { transport, ...particulars } = await services.inventory.find(connection.customer, within(FIND_MS));
    link = await transport.connect(within(REACH_MS));
    const reached = { kind: transport.kind, connect: async () => link as BoxConnection };
    const secret = await openCopy(services, connection, why, signal);
    const { profile, model, warnings } = await deliver(reached, connection, secret, {
      ...particulars,
      signal,
      tell: (change) => tell?.(connection, change),
    });
    return { connection, restored: { connection: connection.id, profile, model }, warnings };
  } catch (thrown) {
    return { connection, error: errorOf(signal.aborted ? signal.reason : thrown) };
  } finally {
    await link?.close();
  }
}

function errorOf(thrown: unknown): KeyferryError {
  return thrown instanceof HandshakeFailed ? thrown.error : toKeyferryError(thrown);
}

/** With what has become of its connection meanwhile. */
function told(result: PutBack, ended: readonly string[]): PutBack {
  if (!('restored' in result) || !ended.includes(result.connection.id)) return result;
  const { profile } = result.restored;
  const warning = `Its connection has ended meanwhile: remove ${profile} with keyferry disconnect.`;
  return { ...result, warnings: [...result.warnings, warning] };
}
