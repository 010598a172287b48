import { randomUUID } from 'node:crypto';
import type { Job, JobsOptions, Queue } from 'bullmq';
import { checkCode } from '../../core/contract/code.ts';
import { DEFAULT_BOX, type Health } from '../../core/contract/connection-record.ts';
import { KeyferryError } from '../../core/contract/errors.ts';
import type { HandshakeJob } from '../../core/contract/jobs.ts';
import { isFinal } from '../../core/contract/phases.ts';
import { FIRST } from '../../core/contract/providers.ts';
import { codeBinding, isSealed } from '../../core/contract/sealed.ts';
import { checkSignInLink } from '../../core/contract/sign-in-link.ts';
import type { Snapshot } from '../../core/contract/snapshot.ts';
import type { Logger } from '../../core/process/log.ts';
import type { WorkerSeal } from '../../core/secrets/sealed-to-workers.ts';
import { Secret } from '../../core/secrets/secret.ts';
import type { Blockers } from '../../core/store/blockers.ts';
import type { Connections } from '../../core/store/connections.ts';
import type { Disconnecting } from '../../core/store/disconnecting.ts';
import type { LeftSecrets } from '../../core/store/in-flight-secrets.ts';
import type { Mailbox } from '../../core/store/mailbox.ts';
import { takeInTurn, takeNext } from '../../core/store/parked.ts';
import { Reading } from '../../core/store/reading.ts';
import type { Records } from '../../core/store/records.ts';
import { nowDate } from '../../core/store/redis-clock.ts';
import type { Snapshots } from '../../core/store/snapshots.ts';
import { LimitReached } from '../http/limits.ts';
import { placeOf } from './replaced.ts';

export type HandshakeQueue = Queue<HandshakeJob, void>;

const DAY = 24 * 60 * 60;
/** Milliseconds that the database may take. */
const ANSWER_MS = 1_500;

const OPTIONS: JobsOptions = {
  // Few, unless a token is waiting to be delivered (`AttemptJob.mayInsist`); with one, over four minutes.
  attempts: 8,
  backoff: { type: 'exponential', delay: 2_000 },
  stackTraceLimit: 0,
  removeOnComplete: { age: 7 * DAY, count: 1_000 },
  removeOnFail: { age: 30 * DAY, count: 5_000 },
};

const WORKS: ReadonlySet<string> = new Set<Health>(['working', 'expiring']);

/** An active handshake may end just as another start examines it; nobody is that unlucky this often. */
const START_TRIES = 5;
/** Seconds after which another try makes sense when the queue was full. */
const QUEUE_RETRY_S = 60;

/** What is to be connected, and how; Claude by its sign-in if nothing is said. */
export interface Wanted {
  provider?: string | undefined;
  method?: string | undefined;
  /** One of the customer's boxes; the default one without it. */
  box?: string | undefined;
  label?: string | undefined;
  /** Beside what there is of this provider and method, not in its place. */
  another?: boolean | undefined;
  /** An address of the customer's own, where the provider asks for one. */
  endpoint?: HandshakeJob['endpoint'];
  /** For `api-key`: the key, sealed to the workers for this customer, box, provider and submission. */
  key?: { submission: string; envelope: string } | undefined;
  /** The platform's own, of the visit in which it is asked for. */
  reference?: string | undefined;
  /** The customer's page begins it by itself: they have not clicked. */
  unasked?: boolean | undefined;
  /**
   * The handshake that this tries again: its name, its address and its place are taken from that. Where that is no longer
   * known, nothing that works is replaced.
   */
  again?: string | undefined;
  /** The id that it gets; where one with it was started before, nothing is started. */
  id?: string | undefined;
}

interface HandshakesSources {
  queue: HandshakeQueue;
  snapshots: Snapshots;
  mailbox: Mailbox;
  seal: WorkerSeal;
  secrets: Pick<LeftSecrets, 'leaveKey' | 'dropKey'>;
  connections: Pick<Connections, 'current'>;
  records: Records;
  blockers: Blockers;
  disconnecting: Disconnecting;
  /** How many handshakes may wait for a worker. */
  queueLimit: number;
  log: Logger;
}

/** What a customer may do with their handshake. There is one at a time. */
export class Handshakes {
  readonly #queue: HandshakeQueue;
  readonly #snapshots: Snapshots;
  readonly #mailbox: Mailbox;
  readonly #seal: WorkerSeal;
  readonly #secrets: HandshakesSources['secrets'];
  readonly #connections: HandshakesSources['connections'];
  readonly #records: Records;
  readonly #blockers: Blockers;
  readonly #disconnecting: Disconnecting;
  readonly #queueLimit: number;
  readonly #log: Logger;
  readonly #reading = new Reading(ANSWER_MS);

  constructor(sources: HandshakesSources) {
    this.#queue = sources.queue;
    this.#snapshots = sources.snapshots;
    this.#mailbox = sources.mailbox;
    this.#seal = sources.seal;
    this.#secrets = sources.secrets;
    this.#connections = sources.connections;
    this.#records = sources.records;
    this.#blockers = sources.blockers;
    this.#disconnecting = sources.disconnecting;
    this.#queueLimit = sources.queueLimit;
    this.#log = sources.log;
  }

  /**
   * Starts a handshake; if one is already active, returns that one. Throws `queue_full`, `disconnect_under_way`, and
   * `box_paused` if the customer's box has just kept a worker from everything else, unless an operator starts it.
   * `requestedBy`: the customer, the platform, or an operator by name.
   */
  async start(
    customer: string,
    requestedBy: HandshakeJob['requestedBy'] = 'customer',
    wanted: Wanted = {},
  ): Promise<{ started: boolean; snapshot: Snapshot }> {
    const { key } = wanted;
    // Before there is a handshake that looks for it.
    if (key) await this.#secrets.leaveKey(key, key.envelope);
    let isTaken = false;
    try {
      const begun = await this.#start(customer, requestedBy, wanted);
      isTaken = begun.started;
      return begun;
    } finally {
      if (key && !isTaken) await this.#secrets.dropKey(key.submission).catch(() => undefined);
    }
  }

  async #start(
    customer: string,
    requestedBy: HandshakeJob['requestedBy'],
    asked: Wanted,
  ): Promise<{ started: boolean; snapshot: Snapshot }> {
    const wanted = await this.#asBefore(asked);
    const before = wanted.id === undefined ? undefined : await this.#queue.getJob(wanted.id);
    if (before) return { started: false, snapshot: firstSnapshot(before) };
    const replaces = await this.#replaced(customer, wanted);
    for (let tries = 0; tries < START_TRIES; tries += 1) {
      const { id, job } = await this.#add(customer, requestedBy, wanted, replaces);
      const started = job?.id === id;
      // Gone: another start made it, and it has ended since.
      if (!job) continue;
      // Before anybody can know of it, so that a cancel finds it.
      if (started) await this.#recordStart(job, wanted);
      else if (requestedBy === 'customer' && !wanted.unasked) await this.#recordAsked(job);
      // Also for one that another start added, which may not have got this far yet. The fence keeps newer ones.
      const first = firstSnapshot(job);
      const isCurrent = await this.#snapshots.publish(customer, first);
      if (isCurrent) return { started, snapshot: first };
      const { snapshot } = await this.#snapshots.read(customer);
      // Another start has published it, and it was cancelled before its record was there.
      if (started && snapshot?.handshake === id && isCancelledHere(snapshot))
        await this.#recordCancel(id, snapshot.at);
      if (snapshot && (started || !isFinal(snapshot.phase))) return { started, snapshot };
    }
    throw new KeyferryError('service_unavailable', {
      detail: 'A handshake ended at every attempt to start one.',
    });
  }

  /**
   * Leaves a pasted code for the worker: sealed to the workers by the page, who alone see what is in it. Throws
   * `not_here` if the handshake is not the customer's current one, `not_waiting`, and `sealed_unreadable` if it is not
   * sealed to a key that is configured here. A page of the version before this one sends it in clear: that is checked,
   * and sealed at once; throws the error in the code.
   */
  async leaveCode(customer: string, handshake: string, code: string): Promise<void> {
    const { phase, link = '' } = await this.#current(customer, handshake);
    if (phase !== 'waiting') throw new KeyferryError('not_waiting');
    const envelope = isSealed(code)
      ? this.#accepted(code)
      : await this.#sealed(customer, handshake, link, code);
    await this.#mailbox.leaveCode({ handshake }, envelope);
    // Not known before the code was left: it may have been parked since.
    const job = await this.#parked(customer);
    if (job) await takeNext(job);
  }

  /**
   * Somebody is at the page, so a code may follow: if the customer's handshake is parked, a worker takes it ahead of that, unless
   * others wait for one. Those who look must not stand before those who paste. False if it says that it is parked, and is not put
   * aside yet: a moment later it may be. Rejects if Redis does not answer.
   */
  async wakeAhead(customer: string): Promise<boolean> {
    const job = await this.#parked(customer);
    if (!job || (await this.#queue.getWaitingCount()) > 0) return true;
    return takeInTurn(job);
  }

  async #parked(customer: string): Promise<Job<HandshakeJob> | undefined> {
    const { snapshot } = await this.#snapshots.read(customer);
    return snapshot?.parked ? this.#queue.getJob(snapshot.handshake) : undefined;
  }

  #accepted(envelope: string): string {
    if (!this.#seal.accepts(envelope)) throw new KeyferryError('sealed_unreadable');
    return envelope;
  }

  #sealed(customer: string, handshake: string, link: string, pasted: string): Promise<string> {
    const shown = checkSignInLink(link);
    const check = checkCode(pasted, shown.ok ? shown.link : undefined);
    if (!check.ok) throw new KeyferryError(check.error);
    return this.#seal.seal(new Secret(check.code), codeBinding({ customer, handshake }));
  }

  /**
   * The customer has clicked: they ask for what their page had begun by itself. False where they had asked for it before, or
   * began it themselves. Throws `not_here` if it is not theirs, and where it could not be written down.
   */
  async ask(customer: string, handshake: string): Promise<boolean> {
    const job = await this.#queue.getJob(handshake);
    if (job?.data.customer !== customer) throw new KeyferryError('not_here');
    return this.#noteAsked(job);
  }

  /** Cancels the customer's current handshake (else `not_here`); one that has ended stays as it is. */
  async cancel(customer: string, handshake: string): Promise<void> {
    const snapshot = await this.#current(customer, handshake);
    if (isFinal(snapshot.phase)) return;
    const submission = (await this.#queue.getJob(handshake))?.data.submission;
    if (!(await this.#removed(snapshot))) {
      await this.#mailbox.cancel(handshake);
      return this.#hurry(handshake);
    }
    await this.#mailbox.clear(handshake);
    // No worker will ever take it out.
    if (submission !== undefined) await this.#secrets.dropKey(submission);
    const { startedAt, attempt, seq } = snapshot;
    const at = nowDate().toISOString();
    // Refused by the fence when a worker has said more since.
    await this.#snapshots.publish(customer, {
      provider: snapshot.provider,
      method: snapshot.method,
      handshake,
      phase: 'cancelled',
      startedAt,
      at,
      attempt,
      seq: seq + 1,
    });
    await this.#recordCancel(handshake, at);
  }

  /** Attempt 0 of its record: the time before any worker took it. */
  #recordStart(job: Job<HandshakeJob>, { reference, unasked }: Wanted): Promise<void> {
    const { head, attempt } = beginningOf(job);
    const visit = { reference, ...(unasked && { asked: false }) };
    return this.#recorded(head.handshake, () => this.#records.complete({ ...head, ...visit }, attempt));
  }

  /** Of one that the customer's page had begun by itself; of any other there is nothing to say. */
  #recordAsked(job: Job<HandshakeJob>): Promise<void> {
    return this.#recorded(job.id ?? '', async () => {
      await this.#noteAsked(job);
    });
  }

  /**
   * False where Redis does not say that it was begun unasked. It is written all the same, unless it was asked for: a worker of an
   * earlier version may have left that out, or the record may have been dropped, and the database knows.
   */
  async #noteAsked(job: Job<HandshakeJob>): Promise<boolean> {
    const { head, attempt } = beginningOf(job);
    const record = await this.#records.read(head.handshake);
    if (record?.asked === true) return false;
    await this.#records.complete({ ...head, asked: true }, attempt);
    return record?.asked === false;
  }

  /** No worker will end it, so its last attempt ends here. */
  #recordCancel(handshake: string, at: string): Promise<void> {
    return this.#recorded(handshake, async () => {
      const record = await this.#records.read(handshake);
      const last = record?.attempts.at(-1);
      if (!record || !last || last.timeline.some(({ phase }) => isFinal(phase))) return;
      const { attempts: _, ...head } = record;
      const timeline = [...last.timeline, { phase: 'cancelled' as const, at }];
      await this.#records.complete(head, { ...last, timeline });
    });
  }

  /** A problem with support's record never makes a customer's request fail. */
  async #recorded(handshake: string, write: () => Promise<void>): Promise<void> {
    try {
      await write();
    } catch (thrown) {
      const reason = thrown instanceof Error ? thrown.message : 'unknown';
      this.#log.warn({ handshake, reason }, 'a record could not be written');
    }
  }

  async #add(
    customer: string,
    requestedBy: HandshakeJob['requestedBy'],
    wanted: Wanted,
    replaces: string | undefined,
  ): Promise<{ id: string; job: Job<HandshakeJob> | undefined }> {
    const { provider = FIRST.provider, method = FIRST.method, box, label, endpoint, key, another } = wanted;
    const [timestamp] = await Promise.all([
      this.#snapshots.nextStart(customer),
      this.#checkRoom(customer, requestedBy),
    ]);
    const id = wanted.id ?? randomUUID();
    const added = await this.#queue.add(
      'handshake',
      {
        customer,
        provider,
        method,
        box,
        label,
        endpoint,
        submission: key?.submission,
        replaces,
        ...(another && { another: true as const }),
        requestedBy,
      },
      { ...OPTIONS, jobId: id, deduplication: { id: customer }, timestamp },
    );
    // For a duplicate, BullMQ returns a job with the other's id and our data.
    return { id, job: added.id === id ? added : await this.#queue.getJob(added.id ?? '') };
  }

  /** What is wanted, with what the handshake had that it tries again. */
  async #asBefore(wanted: Wanted): Promise<Wanted> {
    const job = wanted.again === undefined ? undefined : await this.#queue.getJob(wanted.again);
    if (!job) return wanted;
    const { box, label, endpoint, another } = job.data;
    return { box, label, endpoint, another, ...wanted, again: undefined };
  }

  /** See `placeOf`. What Redis has is enough while the database is away. */
  async #replaced(customer: string, wanted: Wanted): Promise<string | undefined> {
    const { provider = FIRST.provider, method = FIRST.method, box, another } = wanted;
    if (another) return undefined;
    // In this order: what is on its way into the record by then is there, or was told before.
    const { connection } = await this.#snapshots.read(customer);
    const current = await this.#reading
      .ask(() => this.#connections.current(customer))
      .catch((thrown: unknown) => {
        if (!(thrown instanceof KeyferryError)) throw thrown;
        return undefined;
      });
    const place = placeOf({ provider, method, box }, current, connection);
    if (wanted.again === undefined) return place;
    const there = current?.find((each) => each.profile === place && each.box === (box ?? DEFAULT_BOX));
    return there && WORKS.has(there.health) ? undefined : place;
  }

  /** Customers with a place in the queue keep it. Processes that check at the same moment may each let in one more. */
  async #checkRoom(customer: string, requestedBy: HandshakeJob['requestedBy']): Promise<void> {
    const [waiting, active, pause, isDisconnecting] = await Promise.all([
      this.#queue.getWaitingCount(),
      this.#queue.getDeduplicationJobId(customer),
      requestedBy === 'customer' ? this.#blockers.pause(customer) : 0,
      this.#disconnecting.isUnderWay(customer),
    ]);
    if (active !== null) return;
    if (isDisconnecting) throw new KeyferryError('disconnect_under_way');
    if (pause > 0) throw new LimitReached(pause, 'box_paused');
    if (waiting >= this.#queueLimit) throw new LimitReached(QUEUE_RETRY_S, 'queue_full');
  }

  async #current(customer: string, handshake: string): Promise<Snapshot> {
    const { snapshot } = await this.#snapshots.read(customer);
    if (snapshot?.handshake !== handshake) throw new KeyferryError('not_here');
    return snapshot;
  }

  /** Whether no worker has or will get this handshake; one that is still queued is removed. */
  async #removed({ phase, handshake, attempt }: Snapshot): Promise<boolean> {
    // Returns 0 if a worker holds its lock. One that a worker had may have left something on the box that must be cleared.
    if (phase === 'queued' && attempt === 0) return (await this.#queue.remove(handshake)) === 1;
    return (await this.#queue.getJob(handshake)) === undefined;
  }

  /** Makes a worker take it now, not after a backoff of minutes; refused if it is not waiting for one. */
  async #hurry(handshake: string): Promise<void> {
    const job = await this.#queue.getJob(handshake);
    await job?.promote().catch(() => undefined);
  }
}

/** Cancelled by the api: no worker ever had it. */
function isCancelledHere({ phase, attempt }: Snapshot): boolean {
  return phase === 'cancelled' && attempt === 0;
}

/** Attempt 0 of its record: the time before any worker took it. */
function beginningOf({ id = '', data, timestamp }: Job<HandshakeJob>) {
  const startedAt = new Date(timestamp).toISOString();
  const { customer, provider, method, requestedBy } = data;
  const head = { handshake: id, startedAt, customer, provider, method, requestedBy };
  const timeline = [{ phase: 'queued' as const, at: startedAt }];
  return { head, attempt: { attempt: 0, timeline, versions: {}, rejected: 0, warnings: [] } };
}

function firstSnapshot({ id = '', timestamp, data: { provider, method } }: Job<HandshakeJob>): Snapshot {
  const startedAt = new Date(timestamp).toISOString();
  return { provider, method, handshake: id, phase: 'queued', startedAt, at: startedAt, attempt: 0, seq: 0 };
}
