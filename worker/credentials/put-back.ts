/**
 * The story of a box that has lost its credentials (it was rebuilt, or OpenClaw's store is gone) and gets them back from
 * the vault, without the customer:
 *
 *   nobody else   no handshake and no removal is on the box, and none begins
 *   reaching      a link to the box: what cannot be reached has no copy opened for it
 *   opening       the vault's copy, once that is in the audit log
 *   delivering    as a key that a customer brings: a profile of its own, a turn that only it can answer, then it is used
 *   recording     which profile holds it now
 */
import { randomUUID } from 'node:crypto';
import type { ConnectionRecord } from '../../core/contract/connection-record.ts';
import { KeyferryError, toKeyferryError } from '../../core/contract/errors.ts';
import { TURN_WAITS_MS } from '../../core/contract/jobs.ts';
import { rowOf } from '../../core/contract/providers.ts';
import type { Connections } from '../../core/store/connections.ts';
import type { Disconnecting } from '../../core/store/disconnecting.ts';
import { type Restored, recordRestored } from '../../core/store/restored.ts';
import { mayPutBack } from '../../core/store/usage-held.ts';
import { awaitTurn, type Turns } from '../boxes/box-turn.ts';
import type { Inventory } from '../boxes/inventory.ts';
import { HandshakeFailed } from '../handshake/ends.ts';
import { handshake } from '../handshake/handshake.ts';
import type { Change } from '../handshake/progress.ts';
import type { Known } from '../programs/openclaw/replacement-plan.ts';
import { atMost } from '../transports/deadline.ts';
import type { BoxConnection, CallLimits } from '../transports/transport.ts';
import { type OpeningServices, openCopy } from './vault.ts';

export interface PutBackServices extends OpeningServices {
  inventory: Pick<Inventory, 'find'>;
  connections: Pick<Connections, 'current'>;
  disconnecting: Pick<Disconnecting, 'begin' | 'end' | 'isUnderWay'>;
  turns: Turns;
  /** The handshakes' queue, in which a customer's is seen. */
  handshakes: { getDeduplicationJobId(customer: string): Promise<string | null> };
}

export interface PutBackOptions {
  signal: AbortSignal;
  /** Which of the customer's connections; default all. */
  which?: ((connection: ConnectionRecord) => boolean) | undefined;
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
 * the others. Rejects with `handshake_under_way`, `disconnect_under_way`, `change_under_way` if somebody else is on the box, `not_here` if
 * there is nothing to be put back, and with what Redis or the database throws before anything was done.
 */
export async function putBack(
  services: PutBackServices,
  customer: string,
  options: PutBackOptions,
): Promise<PutBack[]> {
  const { disconnecting, handshakes, database } = services;
  if (await disconnecting.isUnderWay(customer)) throw new KeyferryError('disconnect_under_way');
  const run = randomUUID();
  // As a removal does: no handshake begins on that box, and one that has begun is seen.
  await disconnecting.begin(customer, run, run);
  const lost = new AbortController();
  const signal = AbortSignal.any([options.signal, lost.signal]);
  let over: (() => Promise<void>) | undefined;
  try {
    if ((await handshakes.getDeduplicationJobId(customer)) !== null)
      throw new KeyferryError('handshake_under_way');
    const onLost = () => lost.abort(new KeyferryError('worker_lost'));
    over = await awaitTurn(services.turns, customer, { signal, waitsMs: TURN_WAITS_MS, onLost });
    await mayPutBack(database, customer);
    const current = await services.connections.current(customer);
    const results: PutBack[] = [];
    for (const connection of wanted(current, options)) {
      if (signal.aborted) break;
      // It counts for minutes: again for each of them.
      await disconnecting.begin(customer, run, run);
      results.push(
        await one(services, connection, known(connection, current, results), { ...options, signal }),
      );
    }
    const restored = results.flatMap((result) => ('restored' in result ? [result.restored] : []));
    const ended = await database
      .transaction()
      .execute((transaction) => recordRestored(transaction, customer, restored));
    return results.map((result) => told(result, ended));
  } finally {
    await over?.();
    await atMost(END_MS, disconnecting.end(customer, run, run));
  }
}

/** The last first: each is put before those that are there, so that their order is what it was. */
function wanted(
  current: readonly ConnectionRecord[],
  { which = () => true }: PutBackOptions,
): ConnectionRecord[] {
  // What has no fingerprint has never left its box; an address without a key is on record whole.
  const found = current.filter(
    (connection) => (connection.fingerprint !== null || isKeyless(connection)) && which(connection),
  );
  if (found.length === 0) throw new KeyferryError('not_here');
  return found.sort((a, b) => b.position - a.position);
}

const isKeyless = ({ endpoint, fingerprint }: ConnectionRecord) =>
  endpoint !== undefined && fingerprint === null;

/** Profiles that are nobody's to remove: those on record, and those of the credentials that are back by now. */
function known(
  { id, box, provider, profile: own, hint, endpoint }: ConnectionRecord,
  current: readonly ConnectionRecord[],
  results: readonly PutBack[],
): Known {
  const here = current.filter((each) => each.box === box && each.provider === provider);
  const back = results.flatMap((result) => ('restored' in result ? [result.restored.profile] : []));
  if (!endpoint) return { keep: [...here.map(({ profile }) => profile), ...back] };
  // Its address may still stand in the configuration, and is not to stand there twice.
  const others = here.flatMap((each) => (each.id === id ? [] : each.profile));
  return { replaces: { profile: own, hint: hint ?? undefined }, keep: [...others, ...back] };
}

async function one(
  services: PutBackServices,
  connection: ConnectionRecord,
  known: Known,
  { signal, why, tell }: PutBackOptions,
): Promise<PutBack> {
  const { id, customer, box, provider: name, method, endpoint } = connection;
  const within = (timeoutMs: number): CallLimits => ({ signal, timeoutMs });
  let link: BoxConnection | undefined;
  try {
    const provider = rowOf(name);
    if (!provider) throw new KeyferryError('internal_error', { detail: `${name} is not known here.` });
    const { transport, ...particulars } = await services.inventory.find(customer, within(FIND_MS), box);
    link = await transport.connect(within(REACH_MS));
    const reached = { kind: transport.kind, connect: async () => link as BoxConnection };
    const key = isKeyless(connection) ? undefined : await openCopy(services, connection, why, signal);
    const nobody = {
      tell: (change: Change) => tell?.(connection, change),
      code: () => Promise.reject(new KeyferryError('not_waiting')),
    };
    const how = { ...particulars, signal, provider, keyMethod: method, key, endpoint, known };
    const { profile, model, warnings } = await handshake(reached, nobody, how);
    return { connection, restored: { connection: id, profile, model }, warnings };
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
