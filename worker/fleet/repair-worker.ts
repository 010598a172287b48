import { randomUUID } from 'node:crypto';
import { DelayedError, type Job } from 'bullmq';
import type { Redis } from 'ioredis';
import type { ConnectionRecord } from '../../core/contract/connection-record.ts';
import { type ErrorCode, KeyferryError, toKeyferryError } from '../../core/contract/errors.ts';
import { isOfTurn, type Seen } from '../../core/contract/health.ts';
import { TURN_WAITS_MS } from '../../core/contract/jobs.ts';
import { rowAs, rowOf } from '../../core/contract/providers.ts';
import {
  ANSWERS,
  decideRepair,
  REPAIR_NAMES,
  REPAIRS,
  type RepairDone,
  type RepairJob,
  type RepairName,
  type RepairState,
  repairJobSchema,
  whyNotNow,
  whyNotUndone,
} from '../../core/contract/repairs.ts';
import { tolerant } from '../../core/contract/tolerant.ts';
import type { Logger } from '../../core/process/log.ts';
import type { BoxTurns } from '../../core/store/box-turns.ts';
import type { Connections } from '../../core/store/connections.ts';
import type { Recorder } from '../../core/store/recorder.ts';
import { now, nowDate } from '../../core/store/redis-clock.ts';
import type { Repaired, Repairs } from '../../core/store/repairs.ts';
import { mayPutBack } from '../../core/store/usage-held.ts';
import { orAborted } from '../abort.ts';
import { HELD } from '../boxes/box-turn.ts';
import type { Inventory } from '../boxes/inventory.ts';
import { type PutBackServices, putBack } from '../credentials/put-back.ts';
import { openCopy } from '../credentials/vault.ts';
import type { Admission } from '../queue/admission.ts';
import { BoxJobs, type JobSignals } from '../queue/box-jobs.ts';
import type { WorkerMetrics } from '../queue/metrics.ts';
import { failure } from '../queue/process-job.ts';
import type { Vault } from '../vault/vault.ts';
import { ALONE, alone } from './alone.ts';
import { type ConsideringServices, factsOf } from './considering.ts';
import { type Look, lookAtBox } from './look.ts';
import { lookedOf } from './looking.ts';
import { REPAIR_STEPS } from './repairs/all.ts';
import type { OnBox } from './repairs/repair.ts';
import { ENDING_MS, isOurs, type TakenBack, takeBack } from './repairs/take-back.ts';

export interface RepairWorkerServices extends Omit<PutBackServices, 'vault' | 'connections' | 'turns'> {
  inventory: Pick<Inventory, 'find'>;
  connections: Pick<Connections, 'current'>;
  repairs: Repairs;
  recorder: Pick<Recorder, 'record'>;
  turns: BoxTurns;
  metrics: Pick<WorkerMetrics, 'repairs'>;
  /** Undefined: copies of credentials are not kept. */
  vault: Vault | undefined;
  /** Removals of connections, by connection. */
  removals: ConsideringServices['removals'];
  /** Handshakes on the way to their link: a repair waits for them. */
  admission: Pick<Admission, 'waiting'>;
  /** Opened with 'wait'; BullMQ opens one more like it. */
  redis: Redis;
  log: Logger;
}

/** Milliseconds to find the box, and for all of a repair: 2026.4.15 takes minutes for each command on a busy one. */
const FIND_MS = 10_000;
const REPAIR_MS = 20 * 60_000;
/** A customer's repairs among which one is looked for that has not ended. */
const MOST_PAST = 50;
/** Milliseconds after which one that has not ended is none of a caller's any more: somebody has worked with it since. */
const LOST_MS = 24 * 60 * 60_000;
/** Repairs at a time in one process. */
const CONCURRENCY = 2;
/** Milliseconds that a repair gives way to handshakes, each time. */
const GIVE_WAY_MS = 5_000;
/** Why something is not taken back. */
const CHANGED_SINCE = 'Somebody has changed it since, and that would be lost.';

/**
 * Puts right on boxes what two looks have found (docs/fleet.md): a look of its own must say it once more, what stands there is
 * written down before anything is changed, and another look says whether it helped. No repair is begun twice by itself.
 */
export class RepairWorker {
  readonly #services: RepairWorkerServices;
  readonly #watchHours: number;
  readonly #jobs: BoxJobs;

  /** `watchHours`: between two looks at what works. */
  constructor(services: RepairWorkerServices, prefix: string, watchHours: number) {
    const { redis, log } = services;
    this.#services = services;
    this.#watchHours = watchHours;
    const options = {
      queue: REPAIRS,
      prefix,
      redis,
      log,
      name: 'repairs',
      kind: 'run',
      jobMs: REPAIR_MS,
      endMs: ENDING_MS,
      settings: { concurrency: CONCURRENCY },
    } as const;
    this.#jobs = new BoxJobs(options, (job) => this.#process(job));
  }

  /** Resolves when it takes repairs; waits for Redis as long as it takes. */
  start(): Promise<void> {
    return this.#jobs.start();
  }

  /** Takes no more, and ends those under way. Resolves within `withinMs` milliseconds. */
  stop(withinMs: number): Promise<void> {
    return this.#jobs.stop(withinMs);
  }

  /** The work of one of its repairs has kept the event loop: it is given up, the others go on. */
  giveUp(run: string, detail: string): void {
    this.#jobs.giveUp(run, detail);
  }

  /**
   * Does it now, for a caller who has the customer's turn; no look of the watch has to have said it. `prove` throws where a turn
   * does not show that it has helped: then it has failed, and is taken back. Throws a `KeyferryError`.
   */
  now(
    work: Extract<RepairJob, { task: 'repair' }>,
    signals: JobSignals,
    prove?: () => Promise<void>,
  ): Promise<RepairDone> {
    return this.#repair(work, signals, prove);
  }

  /**
   * Ends one of which a lost worker has not said how it ended, for a caller who has the customer's turn and knows by a turn
   * whether it has helped (`error`). What has not is put back, unless somebody has changed it since; where that is
   * not possible now, it is left for the next caller.
   */
  async end(
    { customer, connection, name, askedBy }: Extract<RepairJob, { task: 'repair' }>,
    error: ErrorCode | undefined,
    signals: JobSignals,
  ): Promise<void> {
    const { repairs, recorder, log } = this.#services;
    try {
      const all = await repairs.list({ customer, limit: MOST_PAST });
      const of = all.filter((one) => one.connection === connection && one.name === name);
      const last = of.find(({ outcome }) => outcome !== 'told');
      if (last?.outcome !== 'tried' || Date.parse(last.startedAt) + LOST_MS < now()) return;
      const { id, before } = last;
      if (error === undefined) {
        const ended = { error, after: undefined, isLeft: false };
        return await recorder.record('repaired', endOf(id, ended, askedBy));
      }
      // What stood there is not known any more: nothing is put there in its place.
      if (!before) return;
      const on = await this.#onBox(customer, connection, signals);
      // Somebody has changed it since: it stays theirs, and the repair can be undone by hand.
      if (!(await isOurs(REPAIR_STEPS[name], on, before, undefined))) return;
      const ended = await this.#takenBack(on, name, before, error);
      await recorder.record('repaired', endOf(id, ended, askedBy));
    } catch (thrown) {
      log.warn({ customer, connection, repair: name, reason: String(thrown) }, 'repair: not ended');
    }
  }

  /** BullMQ's processor. */
  async #process(job: Job): Promise<RepairDone> {
    const read = tolerant(repairJobSchema).safeParse(job.data);
    if (!read.success) throw failure('internal_error');
    const { customer } = read.data;
    const { admission, handshakes, turns } = this.#services;
    if (admission.waiting > 0 || (await handshakes.getDeduplicationJobId(customer)) !== null) {
      if (job.timestamp + REPAIR_MS < now()) throw failure('handshake_under_way');
      await job.moveToDelayed(Date.now() + GIVE_WAY_MS, job.token);
      throw new DelayedError();
    }
    return this.#jobs.inTurn(job, customer, { turns, waitsMs: TURN_WAITS_MS }, async (signals) => {
      try {
        // What was begun is taken back within the customer's turn, too.
        return await orAborted(() => this.#do(read.data, signals), signals.givenUp);
      } catch (thrown) {
        throw failure(this.#codeOf(thrown, signals.signal));
      }
    });
  }

  #do(work: RepairJob, signals: JobSignals): Promise<RepairDone> {
    return work.task === 'repair' ? this.#repair(work, signals) : this.#undo(work, signals);
  }

  async #repair(
    work: Extract<RepairJob, { task: 'repair' }>,
    signals: JobSignals,
    prove?: () => Promise<void>,
  ): Promise<RepairDone> {
    const { repairs, recorder, log } = this.#services;
    const { name, customer, box, connection, askedBy } = work;
    const on = await this.#onBox(customer, connection, signals);
    const first = await this.#look(on);
    const seen = first.seen.get(connection);
    // A look that says nothing of it has not seen that it is right.
    if (seen?.outcome === 'unreachable' || seen?.outcome === 'inconclusive')
      throw new KeyferryError(seen.code);
    if (!isStill(seen, name) || !first.states.has(connection)) return { outcome: 'not_seen' };
    const [facts, past] = await Promise.all([factsOf(this.#services, on.record), repairs.past(connection)]);
    const decided = decideRepair(name, facts);
    const why = 'why' in decided ? decided.why : whyNotNow(past, name, now());
    if (why !== undefined && (askedBy === undefined || decided.verdict === 'no'))
      return { outcome: 'told', why };
    const step = REPAIR_STEPS[name];
    const before = await step.see(on);
    const id = randomUUID();
    const failed = await alone(this.#services, customer, async () => {
      await repairs.begin({ id, connection, customer, box, name }, before);
      return step.do(on, before).then(
        () => undefined,
        (thrown: unknown) => this.#codeOf(thrown, on.signal),
      );
    });
    const ended = await this.#ended(on, name, before, { failed, prove });
    const { error } = ended;
    await recorder.record('repaired', endOf(id, ended, askedBy));
    const outcome = error === undefined ? 'repaired' : 'failed';
    this.#services.metrics.repairs.inc({ repair: name, outcome });
    const { isLeft } = ended;
    log.info({ customer, box, connection, repair: name, outcome, error, isLeft, askedBy }, 'repair: done');
    return { outcome, id, ...(error && { error }) };
  }

  /** Whether it helped, by a look and, where there is one, a proof. What has not been shown to help is taken back. */
  async #ended(
    on: OnBox,
    name: RepairName,
    before: RepairState,
    { failed, prove }: { failed: ErrorCode | undefined; prove: (() => Promise<void>) | undefined },
  ): Promise<Ended> {
    const { signal } = on;
    try {
      signal.throwIfAborted();
      const { then, seen } = await this.#seenAfter(on, name, failed);
      const error = failed ?? whyNot(seen, name);
      if (error !== undefined) return await this.#takenBack(then, name, before, error);
      await prove?.();
      const after = await REPAIR_STEPS[name].see(then).catch(() => undefined);
      if (REPAIR_STEPS[name].proves) await this.#sayAnswered(on.record.id);
      return { error, after, isLeft: false };
    } catch (thrown) {
      return this.#takenBack(on, name, before, failed ?? this.#codeOf(thrown, signal));
    }
  }

  async #sayAnswered(connection: string): Promise<void> {
    await this.#services.recorder.record('checked', { connection, at: nowDate().toISOString() });
  }

  /** A look after a repair, with what the record has of the connection then. */
  async #seenAfter(on: OnBox, name: RepairName, failed: ErrorCode | undefined) {
    const { id, customer } = on.record;
    // What its provider has said to the credential itself is more than any look sees.
    const isRefused = REPAIR_STEPS[name].asksCredential && isOfTurn(failed ?? null);
    const checked = { connection: id, at: nowDate().toISOString(), verdict: failed };
    if (isRefused) await this.#services.recorder.record('checked', checked);
    const then = await this.#onBox(customer, id, on);
    const look = await this.#look(then, isRefused);
    return { then, seen: look.seen.get(id) };
  }

  /** Never rejects. */
  async #takenBack(on: OnBox, name: RepairName, before: RepairState, error: ErrorCode): Promise<Ended> {
    const { customer, id: connection } = on.record;
    const step = REPAIR_STEPS[name];
    const left = { after: undefined, isLeft: step.undo !== undefined };
    const work = () => takeBack(step, on, before);
    // Somebody else may be on the box by now.
    const done = on.givenUp.aborted ? left : await alone(this.#services, customer, work).catch(() => left);
    if (done.isLeft)
      this.#services.log.warn({ customer, connection, repair: name, error }, 'repair: not taken back');
    return { error, ...done };
  }

  async #undo(work: Extract<RepairJob, { task: 'undo' }>, signals: JobSignals): Promise<RepairDone> {
    const { database, repairs, recorder, log } = this.#services;
    const { repair: id, customer, askedBy } = work;
    const past = await repairs.find(id);
    const name = REPAIR_NAMES.find((known) => known === past?.name);
    if (!past || !name || past.customer !== customer) throw new KeyferryError('not_here');
    const step = REPAIR_STEPS[name];
    const { undo } = step;
    const why = whyNotUndone(past, (await repairs.newest(past.connection, name)) === id);
    if (why !== undefined) return { outcome: 'told', why };
    if (!undo || !past.before) throw new KeyferryError('internal_error');
    const on = await this.#onBox(customer, past.connection, signals);
    const { before, after } = past;
    const ended = await alone(this.#services, customer, async () => {
      try {
        await mayPutBack(database, customer, past.box);
        if (!(await isOurs(step, on, before, after ?? undefined))) return 'changed' as const;
        await undo(on, before, after ?? {});
        return undefined;
      } catch (thrown) {
        return { error: this.#codeOf(thrown, signals.signal) };
      }
    });
    if (ended === 'changed') return { outcome: 'told', why: CHANGED_SINCE };
    const error = ended?.error;
    const at = nowDate().toISOString();
    await recorder.record('repair-undone', { id, at, askedBy, ...(error && { error }) });
    const outcome = error === undefined ? 'undone' : 'failed';
    log.info(
      { customer, connection: past.connection, repair: name, outcome, error, askedBy },
      'repair: taken back',
    );
    return { outcome, id, ...(error && { error }) };
  }

  async #onBox(customer: string, connection: string, { signal, givenUp }: JobSignals): Promise<OnBox> {
    const { connections, inventory, repairs, vault } = this.#services;
    const current = await connections.current(customer);
    const record = current.find(({ id }) => id === connection);
    const row = record && rowOf(record.provider);
    // It has ended meanwhile.
    if (!record || !row) throw new KeyferryError('not_here');
    const limits = { signal, timeoutMs: FIND_MS };
    const { transport, agent } = await inventory.find(customer, limits, record.box);
    return {
      record,
      here: current.filter(({ box }) => box === record.box),
      row: rowAs(row, record.profile),
      transport,
      agent,
      good: await repairs.good(connection),
      openCopy: () => this.#openCopy(record, vault, signal),
      putBack: () => this.#putBack(record, vault, signal),
      signal,
      givenUp,
    };
  }

  async #openCopy(record: ConnectionRecord, vault: Vault | undefined, signal: AbortSignal): Promise<void> {
    if (!vault) throw new KeyferryError('vault_no_copy');
    await openCopy({ ...this.#services, vault }, record, 'a repair', signal);
  }

  async #putBack(record: ConnectionRecord, vault: Vault | undefined, signal: AbortSignal): Promise<string> {
    if (!vault) throw new KeyferryError('vault_no_copy');
    // This job has the customer's turn already, and nobody else is on the box.
    const services = { ...this.#services, vault, turns: HELD, disconnecting: ALONE };
    const which = ({ id }: ConnectionRecord) => id === record.id;
    const [result] = await putBack(services, record.customer, { signal, which, why: 'a repair' });
    if (!result) throw new KeyferryError('not_here');
    if ('error' in result) throw result.error;
    return result.restored.profile;
  }

  /** What it says is on record, as any other look's; not `isPassedOver`, where more is known of the credential than it sees. */
  async #look({ record, here, transport, agent, good, signal }: OnBox, isPassedOver = false): Promise<Look> {
    const hadGateway = good?.gateway !== undefined;
    const look = await lookAtBox(transport, here, { signal, agent, hadGateway });
    for (const { id } of here) {
      const looked = lookedOf(look, id, this.#watchHours);
      if (looked && !(isPassedOver && id === record.id))
        await this.#services.recorder.record('looked', looked);
    }
    return look;
  }

  #codeOf(thrown: unknown, signal: AbortSignal): ErrorCode {
    if (this.#jobs.isStopping) return 'worker_stopped';
    const isLate = signal.aborted && !(signal.reason instanceof KeyferryError);
    return isLate ? 'box_call_timeout' : toKeyferryError(thrown).code;
  }
}

/** How a repair has ended; `error`: undefined where it has been shown to help. */
type Ended = TakenBack & { error: ErrorCode | undefined };

/** The same for the record. */
function endOf(id: string, { error, after, isLeft }: Ended, askedBy: string | undefined): Repaired {
  return {
    id,
    at: nowDate().toISOString(),
    ...(error && { error }),
    ...(after && { after }),
    ...(isLeft && { isLeft }),
    ...(askedBy !== undefined && { askedBy }),
  };
}

/** Whether a look says what the repair answers. */
function isStill(seen: Seen | undefined, name: RepairName): boolean {
  return seen?.outcome === 'attention' && seen.code === ANSWERS[name];
}

/** What a look says after a repair that has not been shown to help; undefined: it has. What else is wrong is another matter. */
function whyNot(seen: Seen | undefined, name: RepairName): ErrorCode | undefined {
  if (!seen) return 'internal_error';
  if (seen.outcome === 'working') return undefined;
  return seen.outcome === 'attention' && seen.code !== ANSWERS[name] ? undefined : seen.code;
}
