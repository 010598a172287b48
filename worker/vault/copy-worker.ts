import { DelayedError, type Job, WaitingError, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { DEFAULT_BOX } from '../../core/contract/connection-record.ts';
import { KeyferryError } from '../../core/contract/errors.ts';
import { VAULT_COPIES, type VaultCopyJob, vaultCopySchema } from '../../core/contract/jobs.ts';
import { tolerant } from '../../core/contract/tolerant.ts';
import type { Logger } from '../../core/process/log.ts';
import type { Secret } from '../../core/secrets/secret.ts';
import { takesNothing } from '../../core/store/database-errors.ts';
import type { InFlightSecrets } from '../../core/store/in-flight-secrets.ts';
import type { Vault } from './vault.ts';

/** Copies that are made at once. */
const CONCURRENCY = 4;
/**
 * Milliseconds that all of them wait while the vault is away, and that one waits by itself: for its connection to be on
 * record, or for a key that opens what was kept.
 */
const WAITS_MS = { away: 10_000, alone: 5_000 };

export interface CopyWorkerServices {
  vault: Vault;
  inFlightSecrets: Pick<InFlightSecrets, 'read' | 'readKey' | 'drop'>;
  redis: Redis;
  prefix: string;
  /** Hears how each try ended: `done`, `lost`, or a code of the catalogue. */
  count: (outcome: string) => void;
  log: Logger;
  /** Only tests change them. */
  waits?: typeof WAITS_MS;
}

/** Writes the copies that are owed to the vault. */
export class CopyWorker {
  readonly #services: CopyWorkerServices;
  readonly #waits: typeof WAITS_MS;
  readonly #worker: Worker<VaultCopyJob>;
  readonly #stopping = new AbortController();
  /** The last try failed, and the log has said so. */
  #isAway = false;

  constructor(services: CopyWorkerServices) {
    const { redis, prefix, log, waits = WAITS_MS } = services;
    this.#services = services;
    this.#waits = waits;
    this.#worker = new Worker(VAULT_COPIES, (job, token) => this.#process(job, token), {
      connection: redis,
      prefix,
      concurrency: CONCURRENCY,
      autorun: false,
      // BullMQ looks at `rateLimit` only where there is a limit (6.7).
      limiter: { max: 1_000_000, duration: 1_000 },
      // A worker that dies is no fault of the copy's.
      maxStalledCount: Number.MAX_SAFE_INTEGER,
    });
    this.#worker.on('error', (error) => log.warn({ reason: error.message }, 'vault: queue error'));
  }

  async start(): Promise<void> {
    await this.#worker.waitUntilReady();
    this.#worker
      .run()
      .catch((error: Error) => this.#services.log.error({ reason: error.message }, 'vault: queue ended'));
  }

  /** Takes no more; what it is writing is written by another worker. */
  async stop(): Promise<void> {
    this.#stopping.abort(new KeyferryError('worker_stopped'));
    await this.#worker.close();
  }

  async #process(job: Job, token?: string): Promise<void> {
    const read = tolerant(vaultCopySchema).safeParse(job.data);
    // One that only a newer version knows: what was kept for it goes by itself.
    if (!read.success) return;
    try {
      if (await this.#copy(read.data)) return this.#succeeded();
    } catch (thrown) {
      if (this.#stopping.signal.aborted) {
        await job.moveToWait(token);
        throw new WaitingError();
      }
      const isVault = thrown instanceof KeyferryError && thrown.code.startsWith('vault_');
      if (isVault || takesNothing(thrown)) {
        this.#failed(thrown);
        // All wait together: none of them would fare better.
        await this.#worker.rateLimit(this.#waits.away);
        throw Worker.RateLimitError();
      }
      this.#failed(thrown);
    }
    await job.moveToDelayed(Date.now() + this.#waits.alone, token);
    throw new DelayedError();
  }

  /** False if it is too early. */
  async #copy(owner: VaultCopyJob): Promise<boolean> {
    const { vault, inFlightSecrets, count } = this.#services;
    const wanted = await vault.copies.wantedBy(owner.handshake);
    const secret = await this.#kept(owner);
    // How the handshake ended waits for the database as well.
    if (secret && !wanted) return false;
    if (secret && wanted && !wanted.hasEnded && wanted.fingerprint === secret.fingerprint) {
      await vault.keep({ ...wanted, fingerprint: secret.fingerprint }, secret, this.#stopping.signal);
      count('done');
    } else if (!wanted?.hasEnded && !wanted?.hasCopy) {
      count('lost');
      const { customer, handshake, provider } = owner;
      const whose = { customer, handshake, provider };
      this.#services.log.error(whose, 'vault: there will be no copy of this credential');
    }
    await inFlightSecrets.drop(owner);
    return true;
  }

  /** What a handshake has kept: the token that it made, or the key that it was brought. */
  async #kept(owner: VaultCopyJob): Promise<Secret | undefined> {
    const { inFlightSecrets } = this.#services;
    const { customer, provider, submission, box = DEFAULT_BOX, baseUrl } = owner;
    const token = await inFlightSecrets.read('token', owner);
    if (token || submission === undefined) return token;
    return inFlightSecrets.readKey({ customer, box, provider, submission, baseUrl });
  }

  #failed(thrown: unknown): void {
    const { count, log } = this.#services;
    const code = thrown instanceof KeyferryError ? thrown.code : 'database';
    count(code);
    const reason = thrown instanceof Error ? thrown.message : 'unknown';
    if (!this.#isAway) log.warn({ code, reason }, 'vault: copies wait until it can be used');
    this.#isAway = true;
  }

  #succeeded(): void {
    if (this.#isAway) this.#services.log.info('vault: takes copies again');
    this.#isAway = false;
  }
}
