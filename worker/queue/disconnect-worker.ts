import { randomUUID } from 'node:crypto';
import { DelayedError, type Job, type Queue, UnrecoverableError } from 'bullmq';
import type { Redis } from 'ioredis';
import type { ConnectionRecord } from '../../core/contract/connection-record.ts';
import { ERROR_CODES } from '../../core/contract/error-rows.ts';
import { KeyferryError, toKeyferryError } from '../../core/contract/errors.ts';
import {
  DISCONNECTS,
  type DisconnectJob,
  disconnectJobSchema,
  type Removal,
} from '../../core/contract/jobs.ts';
import { rowAs, rowOf } from '../../core/contract/providers.ts';
import type { Receipt } from '../../core/contract/receipt.ts';
import { GONE_CODES } from '../../core/contract/removal.ts';
import { tolerant } from '../../core/contract/tolerant.ts';
import type { Logger } from '../../core/process/log.ts';
import type { PlatformProvider } from '../../core/process/platform-provider.ts';
import { type ReceiptKey, signReceipt } from '../../core/secrets/receipt-keys.ts';
import { stamped } from '../../core/store/audit.ts';
import type { Blockers } from '../../core/store/blockers.ts';
import type { BoxTurns } from '../../core/store/box-turns.ts';
import type { Connections } from '../../core/store/connections.ts';
import { DISCONNECT_MS, type Disconnecting } from '../../core/store/disconnecting.ts';
import type { Receipts } from '../../core/store/receipts.ts';
import type { Recorder } from '../../core/store/recorder.ts';
import { nowDate } from '../../core/store/redis-clock.ts';
import type { Snapshots } from '../../core/store/snapshots.ts';
import { orAborted } from '../abort.ts';
import type { Inventory } from '../boxes/inventory.ts';
import { disconnect } from '../disconnect/disconnect.ts';
import type { Forgetting } from '../disconnect/forgetting.ts';
import { receiptOf, roomFor } from '../disconnect/receipt.ts';
import { keptSchema, Witness } from '../disconnect/witness.ts';
import { BoxJobs } from './box-jobs.ts';
import { failure } from './process-job.ts';

export interface DisconnectWorkerServices {
  inventory: Inventory;
  /** Opened with 'wait'; BullMQ opens one more like it. */
  redis: Redis;
  /** The handshakes' queue, in which a customer's is seen. */
  handshakes: Pick<Queue, 'getDeduplicationJobId'>;
  disconnecting: Disconnecting;
  connections: Pick<Connections, 'of'>;
  forgetting: Forgetting;
  receipts: Pick<Receipts, 'find'>;
  recorder: Recorder;
  snapshots: Snapshots;
  blockers: Blockers;
  turns: BoxTurns;
  log: Logger;
}

export interface DisconnectWorkerOptions {
  /** The platform's own provider, whose model answers again where nothing else is left. */
  platform?: PlatformProvider | undefined;
  /** Keys that sign receipts. */
  receiptKeys?: readonly ReceiptKey[] | undefined;
  /** Only tests change these. */
  lockMs?: number | undefined;
  stalledMs?: number | undefined;
}

/** Milliseconds to find the box. */
const FIND_MS = 10_000;
/** Workers that may die of, or during, one removal before it is given up. */
const MOST_STALLS = 5;

/** Removes connections from their boxes, and writes that they are gone once that is proved. */
export class DisconnectWorker {
  readonly #services: DisconnectWorkerServices;
  readonly #jobs: BoxJobs;
  readonly #lockMs: number | undefined;
  readonly #platform: PlatformProvider | undefined;
  readonly #receiptKeys: readonly ReceiptKey[] | undefined;

  constructor(services: DisconnectWorkerServices, prefix: string, settings: DisconnectWorkerOptions = {}) {
    const { redis, log } = services;
    const { lockMs, stalledMs, platform, receiptKeys } = settings;
    this.#lockMs = lockMs;
    this.#platform = platform;
    this.#receiptKeys = receiptKeys;
    this.#services = services;
    const options = {
      queue: DISCONNECTS,
      prefix,
      redis,
      log,
      name: 'disconnects',
      kind: 'removal',
      jobMs: DISCONNECT_MS,
      maxStalledCount: MOST_STALLS,
      onLost: (job: Job) => void this.#givenUp(job, 'worker_lost'),
      settings: {
        ...(lockMs === undefined ? {} : { lockDuration: lockMs }),
        ...(stalledMs === undefined ? {} : { stalledInterval: stalledMs }),
      },
    } as const;
    this.#jobs = new BoxJobs(options, (job) => this.#process(job));
  }

  /** Resolves when it takes removals; waits for Redis as long as it takes. */
  start(): Promise<void> {
    return this.#jobs.start();
  }

  /** Takes no more, and ends those under way, which are tried again. Resolves within `withinMs` milliseconds. */
  stop(withinMs: number): Promise<void> {
    return this.#jobs.stop(withinMs);
  }

  /** The work of one of them has kept the event loop: it is given up, the others go on. */
  giveUp(id: string, detail: string): void {
    this.#jobs.giveUp(id, detail);
  }

  /** BullMQ's processor. */
  async #process(job: Job): Promise<Removal> {
    const read = tolerant(disconnectJobSchema).safeParse(job.data);
    if (!read.success) throw failure('internal_error');
    const { customer, connection } = read.data;
    const log = this.#services.log.child({ customer, connection });
    const turn = { turns: this.#services.turns, waitsMs: DISCONNECT_MS, lockMs: this.#lockMs };
    const removed = this.#jobs.inTurn(job, customer, turn, async ({ signal }) => {
      try {
        // Whatever it was doing when it was named.
        const removal = await orAborted(() => this.#run(read.data, job, signal), signal);
        log.info({ outcome: removal.outcome, requestedBy: read.data.requestedBy }, 'disconnect: done');
        return removal;
      } catch (thrown) {
        const error = toKeyferryError(signal.aborted ? abortedBy(signal) : thrown);
        log.warn({ code: error.code, detail: error.detail }, 'disconnect: failed');
        throw failureOf(error);
      }
    });
    return removed.catch(async (thrown: Error) => {
      const isTriedAgain =
        !(thrown instanceof UnrecoverableError) && job.attemptsMade + 1 < (job.opts.attempts ?? 1);
      // Another worker has taken it from this one, and goes on.
      const isElsewhere = thrown instanceof DelayedError || thrown.message === 'worker_lost';
      if (!isElsewhere && !isTriedAgain) await this.#givenUp(job, thrown.message);
      throw thrown;
    });
  }

  /** Nobody tries it again, and whoever asked for it waits for that. Never rejects. */
  async #givenUp(job: Job, message: string): Promise<void> {
    const read = tolerant(disconnectJobSchema).safeParse(job.data);
    // A customer who is connecting just then was told, and can ask again.
    if (!read.success || message === 'handshake_under_way') return;
    const { customer, connection } = read.data;
    const { recorder, log } = this.#services;
    const error = ERROR_CODES.find((code) => code === message) ?? 'internal_error';
    const entry = { customer, connection, error, at: nowDate().toISOString() };
    await recorder.record('removal-failed', entry).catch((thrown: unknown) => {
      log.warn({ customer, reason: String(thrown) }, 'disconnect: that it failed is not on record');
    });
  }

  async #run(work: DisconnectJob, job: Job, signal: AbortSignal): Promise<Removal> {
    const { blockers, disconnecting, handshakes } = this.#services;
    const { customer, connection } = work;
    if (await blockers.has(connection)) throw new KeyferryError('worker_blocked');
    const run = randomUUID();
    await disconnecting.begin(customer, connection, run);
    try {
      if ((await handshakes.getDeduplicationJobId(customer)) !== null)
        throw new KeyferryError('handshake_under_way');
      return await this.#disconnect(work, job, signal);
    } finally {
      await disconnecting.end(customer, connection, run);
    }
  }

  /** No handshake is on the box, and none can begin there. */
  async #disconnect(work: DisconnectJob, job: Job, signal: AbortSignal): Promise<Removal> {
    const { forgetting, recorder, snapshots } = this.#services;
    const { customer, connection } = work;
    const record = await this.#recorded(work);
    // What has its name on the box since is a newer connection's.
    if (record.endedAt !== null && record.health !== 'disconnected')
      return { outcome: 'replaced', notes: [] };
    if (record.endedAt !== null) {
      const told = await this.#receiptOf(customer, connection);
      const isForgotten = told?.outcome === 'forgotten';
      const how = { receipt: told?.id, isForgotten };
      await snapshots.disconnect(customer, record, new Date(record.endedAt), how);
      return { outcome: isForgotten ? 'forgotten' : 'absent', notes: [] };
    }
    const witness = await this.#witness(job);
    const removed = await this.#removeOrForget(work, record, witness, signal);
    const removal = { ...removed, notes: roomFor(removed.notes) };
    const asked = { requestedBy: work.requestedBy, at: new Date(job.timestamp) };
    // Throws while Keyferry still has everything, should what was seen make no receipt.
    receiptOf(record, asked, removal, witness, nowDate());
    await forgetting.forget(record, witness);
    const at = nowDate();
    const receipt = await signReceipt(receiptOf(record, asked, removal, witness, at), this.#receiptKeys);
    const done = { actor: 'system', action: 'disconnected', outcome: 'done', customer } as const;
    // First, as a worker that dies after the end of the connection comes to nothing more; written again it is the same
    // entry.
    const entry = stamped({ ...done, detail: `connection ${connection}: ${removal.outcome}` }, connection);
    await recorder.record('audit', entry);
    await recorder.record('disconnected', { customer, connection, at: at.toISOString(), receipt });
    const isForgotten = removal.outcome === 'forgotten';
    await snapshots.disconnect(customer, record, at, { receipt: receipt.receipt.id, isForgotten });
    return removal;
  }

  /**
   * Begins with what an earlier try has done, which is kept in the job. What is kept goes over one connection, in order; a
   * write that is lost makes the receipt say less, never more.
   */
  async #witness(job: Job): Promise<Witness> {
    const tried = keptSchema.safeParse(job.progress).data;
    const before = tried ?? keptSchema.safeParse((job.data as DisconnectJob).before).data;
    // From now on there is an earlier try.
    if (!tried) await job.updateProgress(before ?? { steps: [] });
    return new Witness(before, (kept) => void job.updateProgress(kept).catch(() => undefined));
  }

  /** Of one that a worker which died has recorded. The page does without where it cannot be looked up. */
  async #receiptOf(customer: string, connection: string): Promise<Receipt | undefined> {
    const found = await this.#services.receipts.find(customer, connection).catch(() => undefined);
    return found?.receipt;
  }

  async #recorded({ customer, connection }: DisconnectJob): Promise<ConnectionRecord> {
    const all = await this.#services.connections.of(customer).catch((cause: unknown) => {
      throw new KeyferryError('service_unavailable', { detail: 'The database does not answer.', cause });
    });
    const found = all.find(({ id }) => id === connection);
    if (!found) throw new KeyferryError('not_here');
    return found;
  }

  /** A box that is said to be gone, and cannot be asked, keeps nobody's connection: what was not seen is said instead. */
  async #removeOrForget(
    work: DisconnectJob,
    record: ConnectionRecord,
    witness: Witness,
    signal: AbortSignal,
  ): Promise<Removal> {
    try {
      return await this.#remove(work, record, witness, signal);
    } catch (thrown) {
      const { code } = toKeyferryError(thrown);
      if (!work.isGone || signal.aborted || !GONE_CODES.includes(code)) throw thrown;
      witness.missed('box');
      const note = `The box (${record.box}) was said to be gone for good, and could not be asked: ${code}.`;
      return { outcome: 'forgotten', notes: [note] };
    }
  }

  async #remove(
    { customer }: DisconnectJob,
    record: ConnectionRecord,
    witness: Witness,
    signal: AbortSignal,
  ): Promise<Removal> {
    const known = rowOf(record.provider);
    const provider = known && rowAs(known, record.profile);
    if (!provider) throw new KeyferryError('internal_error', { detail: 'Its provider is not known here.' });
    const limits = { signal, timeoutMs: FIND_MS };
    const { transport } = await this.#services.inventory.find(customer, limits, record.box);
    const target = {
      provider,
      profile: record.profile,
      hint: record.hint ?? undefined,
      account: record.fingerprint ?? undefined,
    };
    return disconnect(transport, target, { signal, platform: this.#platform, witness });
  }
}

/** Why it was aborted: by us, or by its own deadline. */
function abortedBy({ reason }: AbortSignal): unknown {
  return reason instanceof KeyferryError ? reason : new KeyferryError('box_call_timeout');
}

/** BullMQ keeps the code alone, and tries again where that may help. */
function failureOf({ code, row }: KeyferryError): Error {
  const isFinal = !row.retryable || code === 'handshake_under_way' || code === 'worker_blocked';
  return isFinal ? failure(code) : Object.assign(new Error(code), { stack: '' });
}
