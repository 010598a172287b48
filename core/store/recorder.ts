import { setTimeout as sleep } from 'node:timers/promises';
import type { Queue } from 'bullmq';
import pg from 'pg';
import { z } from 'zod';
import type { Logger } from '../process/log.ts';
import type { Database } from './database.ts';
import { type EntryOf, RECORDABLES, type Recordable, type Recorded } from './recordables.ts';

/** The queue of what could not be written yet. */
export const RECORD = 'record';

const jobSchema = z.strictObject({
  kind: z.enum(Object.keys(RECORDABLES) as [Recorded, ...Recorded[]]),
  entry: z.unknown(),
});
/** An entry that waits for the database. It holds no secret. */
export type RecordJob = z.infer<typeof jobSchema>;

/** Milliseconds that an entry's own write may take before it is queued, and that others are queued at once after that. */
const WRITE_MS = 2_000;
const AWAY_MS = 2_000;
const DAY_S = 24 * 60 * 60;

/**
 * Writes into the record what must get there, whether or not the database is there: what cannot be written now waits
 * in a queue in Redis, from which the workers write it.
 */
export class Recorder {
  readonly #database: Database;
  readonly #queue: Queue<RecordJob>;
  readonly #log: Logger;
  readonly #onWritten: () => void;
  /** By `performance.now()`: until then the database counts as away. */
  #awayUntil = 0;
  /** The last write failed, and the log has said so. */
  #isAway = false;

  /** `onWritten`: called after everything that this process has written. */
  constructor(database: Database, queue: Queue<RecordJob>, log: Logger, onWritten: () => void = () => {}) {
    this.#onWritten = onWritten;
    this.#database = database;
    this.#queue = queue;
    this.#log = log;
  }

  /** Resolves once the database or the queue has it. Rejects if neither takes it, and if the entry is not valid. */
  async record<Kind extends Recorded>(kind: Kind, entry: EntryOf<Kind>): Promise<void> {
    const job = { kind, entry: RECORDABLES[kind].schema.parse(entry) };
    if (performance.now() >= this.#awayUntil) {
      const late = new AbortController();
      const written = await Promise.race([
        this.write(job).then(
          () => true,
          () => false,
        ),
        sleep(WRITE_MS, undefined, { signal: late.signal, ref: false }).then(() => {
          this.#failed(new Error('it is slow'));
          return false;
        }),
      ]).finally(() => late.abort());
      if (written) return;
    }
    // The write that was too slow may still succeed: every kind takes the same entry twice.
    await this.#queue.add(kind, job, {
      stackTraceLimit: 0,
      removeOnComplete: true,
      removeOnFail: { age: 30 * DAY_S, count: 10_000 },
    });
  }

  /**
   * Writes an entry into the database, now. Rejects with its error; one of `RefusedEntry` will never be taken, one of
   * `UnknownKind` only by a newer version.
   */
  async write(job: RecordJob): Promise<void> {
    const known = jobSchema.safeParse(job);
    if (!known.success) throw new UnknownKind('not of this version');
    const { kind, entry } = known.data;
    const { schema, write }: Recordable = RECORDABLES[kind];
    const read = schema.safeParse(entry);
    // `record` takes none that is not valid: another version did.
    if (!read.success) throw new UnknownKind(`a ${kind} in a form that is not of this version`);
    try {
      await this.#database.transaction().execute((transaction) => write(transaction, read.data));
      this.#succeeded();
    } catch (thrown) {
      if (isRefusal(thrown)) throw new RefusedEntry((thrown as Error).message);
      this.#failed(thrown);
      throw thrown;
    }
    this.#onWritten();
  }

  #failed(thrown: unknown): void {
    this.#awayUntil = performance.now() + AWAY_MS;
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    if (!this.#isAway) this.#log.warn({ reason }, 'database: what it cannot take waits in the queue record');
    this.#isAway = true;
  }

  #succeeded(): void {
    if (this.#isAway) this.#log.info('database: takes entries again');
    this.#isAway = false;
  }
}

/** An entry that the database will not take, however often it is offered. */
export class RefusedEntry extends Error {
  override readonly name = 'RefusedEntry';
}

/** An entry of a kind, or in a form, that this version does not know: a newer one is running beside it, or has been. */
export class UnknownKind extends Error {
  override readonly name = 'UnknownKind';
}

/** Invalid data and violated constraints (SQLSTATE classes 22 and 23): everything else can pass. */
function isRefusal(thrown: unknown): boolean {
  return thrown instanceof pg.DatabaseError && /^2[23]/.test(thrown.code ?? '');
}
