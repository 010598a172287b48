import { DelayedError, type Job, UnrecoverableError, WaitingError } from 'bullmq';
import { ZodError } from 'zod';
import { KeyferryError } from '../../core/contract/errors.ts';
import type { VaultCopyJob } from '../../core/contract/jobs.ts';
import { isFinal } from '../../core/contract/phases.ts';
import { type Snapshot, shown } from '../../core/contract/snapshot.ts';
import type { Logger } from '../../core/process/log.ts';
import type { InFlightSecrets } from '../../core/store/in-flight-secrets.ts';
import type { Mailbox } from '../../core/store/mailbox.ts';
import type { Recorder } from '../../core/store/recorder.ts';
import { nowDate } from '../../core/store/redis-clock.ts';
import type { Snapshots } from '../../core/store/snapshots.ts';
import type { OwedCopies } from '../vault/owed-copies.ts';
import type { Attempt } from './attempt.ts';
import type { AttemptJob } from './attempt-job.ts';
import { type End, outcomeOf } from './outcome.ts';

export interface JobServices {
  snapshots: Snapshots;
  mailbox: Mailbox;
  inFlightSecrets: InFlightSecrets;
  recorder: Pick<Recorder, 'record'>;
  /** Absent: the vault is off. */
  owedCopies?: Pick<OwedCopies, 'owe'> | undefined;
  log: Logger;
  /** Puts the job back into the queue. Never rejects: if another worker has it by now, that is right. */
  handBack: () => Promise<void>;
  /** The same after a while. */
  postpone: () => Promise<void>;
  /** The same when there is something for it, or at that time (ms since 1970, by Redis's clock). */
  park: (until: number) => Promise<void>;
}

/**
 * From a job to what BullMQ learns of it: nothing if it is done, or an error that holds only a code of the
 * catalogue, because Redis keeps it.
 */
export async function processJob(job: Job, attempt: Attempt, services: JobServices): Promise<void> {
  const { work } = attempt;
  const last = await lastSnapshot(work, services);
  if (last === undefined) {
    // It may be over, or waiting for its customer: nothing is started until that is known.
    return putOff(services);
  }
  if (last?.handshake === work.handshake && isFinal(last.phase)) {
    // A worker told the customer how it ended, but died before it could tell BullMQ.
    await freeCustomer(job, services);
    await recall(attempt, last, services);
    return finish(work, last, services, await keptHint(work, last, services));
  }
  if (isOvertaken(work, last)) {
    const connected = await connectedAsWell(work, services);
    if (connected === 'unknown') return putOff(services);
    if (!connected) await attempt.clear();
    const end = connected ?? untold(work, new KeyferryError('worker_lost'));
    await recall(attempt, end, services);
    return finish(work, end, services, await keptHint(work, end, services));
  }
  const ending = await attempt.run(last);
  if (attempt.isHandedOver) throw new WaitingError();
  switch (ending.kind) {
    case 'retry':
      await attempt.conclude(ending);
      throw withoutStack(new Error(ending.error.code));
    case 'handover':
    case 'lost':
      await attempt.conclude(ending);
      await services.handBack();
      throw new WaitingError();
    case 'parked': {
      // First what says so: whoever leaves a code after that knows to wake it.
      const told = await attempt.conclude(ending);
      if (!told?.phaseEndsAt) {
        await services.handBack();
        throw new WaitingError();
      }
      await services.park(Date.parse(told.phaseEndsAt));
      throw new DelayedError();
    }
    case 'postponed':
      await attempt.conclude(ending);
      await services.postpone();
      throw new DelayedError();
    default: {
      // The box is clean by now; whoever reads the last snapshot may start again at once.
      await freeCustomer(job, services);
      const snapshot = await attempt.conclude(ending);
      const hint = ending.kind === 'connected' ? ending.connected.hint : undefined;
      if (snapshot) return finish(work, snapshot, services, hint);
      // The customer has started a newer handshake meanwhile, and sees that one; or a newer attempt at this one is running.
      if (ending.kind === 'connected' || !isOvertaken(work, await lastSnapshot(work, services)))
        throw failure('worker_lost');
      await finish(work, untold(work, ending.error, ending.kind), services);
    }
  }
}

/** An error after which BullMQ does not try again. */
export function failure(code: string): Error {
  return withoutStack(new UnrecoverableError(code));
}

/** Whether the customer's last snapshot is of a handshake that was requested later. */
function isOvertaken({ askedAt }: AttemptJob, last: Snapshot | null | undefined): boolean {
  return !!last && Date.parse(last.startedAt) > askedAt.getTime();
}

/** An end that the customer's page no longer needs, but that the platform must still learn of. */
function untold(
  { handshake, provider, method, attempt }: AttemptJob,
  error: KeyferryError,
  phase: End['phase'] = 'failed',
): End {
  return { handshake, provider, method, phase, at: nowDate().toISOString(), attempt, error: shown(error) };
}

/**
 * A handshake that nobody's page shows any more may have connected all the same, and its worker have died before that
 * was on record.
 */
async function connectedAsWell(
  { handshake, provider, method, customer, askedAt }: AttemptJob,
  { snapshots, log }: JobServices,
): Promise<End | 'unknown' | undefined> {
  const what = 'it cannot be told whether it had connected';
  const made = await orLogged(log, what, snapshots.connectedBy(customer, askedAt));
  if (made === undefined) return 'unknown';
  if (made === null) return undefined;
  const { connection, attempt } = made;
  const { connectedAt: at } = connection;
  return { handshake, provider, method, phase: 'connected', at, attempt, connection };
}

/** The last characters of a token that is still kept, if it is that of this end's connection. */
async function keptHint(
  work: AttemptJob,
  { connection }: End,
  { inFlightSecrets, log }: JobServices,
): Promise<string | undefined> {
  if (!connection) return undefined;
  const token = await orLogged(log, 'what was kept cannot be read', inFlightSecrets.read('token', work));
  return token && token.fingerprint === connection.tokenFingerprint ? token.hint : undefined;
}

/** Taken again after a while: what has to be known first is not known. */
async function putOff({ postpone }: JobServices): Promise<never> {
  await postpone();
  throw new DelayedError();
}

async function recall(attempt: Attempt, end: End, { log }: JobServices): Promise<void> {
  await orLogged(log, 'the record does not say how it ended', attempt.recall(end));
}

/**
 * After the last snapshot is out. On record first: a worker that dies before the rest is done leaves the job, and with it
 * all of this, to another one.
 */
async function finish(work: AttemptJob, end: End, services: JobServices, hint?: string): Promise<void> {
  const { mailbox, inFlightSecrets, owedCopies, log } = services;
  if (!(await isRecorded(work, end, services, hint))) return putOff(services);
  await orLogged(log, 'the mailbox was not cleared', mailbox.clear(work.handshake));
  // An address without a key has nothing to copy.
  const isKept = work.method !== 'api-key' || work.submission !== undefined;
  if (end.phase === 'connected' && owedCopies && isKept)
    await orLogged(log, 'the vault is owed no copy', owedCopies.owe(owedBy(work)));
  else await orLogged(log, 'what was kept was not dropped', inFlightSecrets.drop(work));
  if (end.phase !== 'connected') throw failure(end.error?.code ?? end.phase);
}

function owedBy({ customer, handshake, provider, submission, box, endpoint }: AttemptJob): VaultCopyJob {
  return { customer, handshake, provider, submission, box, baseUrl: endpoint?.baseUrl };
}

/** False if neither the database nor the queue for it takes it. */
async function isRecorded(
  work: AttemptJob,
  end: End,
  { recorder, log }: JobServices,
  hint: string | undefined,
): Promise<boolean> {
  const outcome = outcomeOf(work, end, hint);
  if (!outcome) return true;
  try {
    await recorder.record('outcome', outcome);
    return true;
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : 'unknown';
    log.error({ handshake: work.handshake, reason }, 'its outcome is not on record');
    // Later it will be no better.
    return thrown instanceof ZodError;
  }
}

/** BullMQ lets only one handshake per customer into the queue; this one no longer counts. */
async function freeCustomer(job: Job, { log }: JobServices): Promise<void> {
  await orLogged(log, 'the customer cannot start again yet', job.removeDeduplicationKey());
}

/** The customer's last snapshot: null if this version cannot read it, undefined if Redis does not answer. */
async function lastSnapshot(
  { customer }: AttemptJob,
  { snapshots, log }: JobServices,
): Promise<Snapshot | null | undefined> {
  const state = await orLogged(log, 'the last snapshot cannot be read', snapshots.read(customer));
  return state?.snapshot;
}

/** A failed step must not prevent the others. */
async function orLogged<T>(log: Logger, otherwise: string, step: Promise<T>): Promise<T | undefined> {
  try {
    return await step;
  } catch (thrown) {
    log.error({ reason: thrown instanceof Error ? thrown.message : 'unknown' }, otherwise);
    return undefined;
  }
}

function withoutStack<E extends Error>(error: E): E {
  return Object.assign(error, { stack: '' });
}
