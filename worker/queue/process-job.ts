import { DelayedError, type Job, type Queue, UnrecoverableError, WaitingError } from 'bullmq';
import { KeyferryError } from '../../core/contract/errors.ts';
import type { Webhook } from '../../core/contract/jobs.ts';
import { isFinal } from '../../core/contract/phases.ts';
import { type Snapshot, shown } from '../../core/contract/snapshot.ts';
import type { Logger } from '../../core/process/log.ts';
import type { InFlightSecrets } from '../../core/store/in-flight-secrets.ts';
import type { Mailbox } from '../../core/store/mailbox.ts';
import { nowDate } from '../../core/store/redis-clock.ts';
import type { Snapshots } from '../../core/store/snapshots.ts';
import type { Attempt } from './attempt.ts';
import type { AttemptJob } from './attempt-job.ts';
import { addWebhook, type End } from './webhooks.ts';

export interface JobServices {
  snapshots: Snapshots;
  mailbox: Mailbox;
  inFlightSecrets: InFlightSecrets;
  /** Undefined: the platform is not notified. */
  webhooks: Queue<Webhook> | undefined;
  log: Logger;
  /** Puts the job back into the queue. Never rejects: if another worker has it by now, that is right. */
  handBack: () => Promise<void>;
  /** The same after a while. */
  postpone: () => Promise<void>;
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
    await services.postpone();
    throw new DelayedError();
  }
  if (last?.handshake === work.handshake && isFinal(last.phase)) {
    // A worker told the customer how it ended, but died before it could tell BullMQ.
    await freeCustomer(job, services);
    await recall(attempt, last, services);
    return finish(work, last, services);
  }
  if (isOvertaken(work, last)) {
    await attempt.clear();
    const end = untold(work, new KeyferryError('worker_lost'));
    await recall(attempt, end, services);
    return finish(work, end, services);
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
    case 'postponed':
      await attempt.conclude(ending);
      await services.postpone();
      throw new DelayedError();
    default: {
      // The box is clean by now; whoever reads the last snapshot may start again at once.
      await freeCustomer(job, services);
      const snapshot = await attempt.conclude(ending);
      if (snapshot) return finish(work, snapshot, services);
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
  { handshake, provider, method }: AttemptJob,
  error: KeyferryError,
  phase: End['phase'] = 'failed',
): End {
  return { handshake, provider, method, phase, at: nowDate().toISOString(), error: shown(error) };
}

async function recall(attempt: Attempt, end: End, { log }: JobServices): Promise<void> {
  await orLogged(log, 'the record does not say how it ended', attempt.recall(end));
}

/** After the last snapshot is out. */
async function finish(work: AttemptJob, end: End, services: JobServices): Promise<void> {
  const { webhooks, mailbox, inFlightSecrets, log } = services;
  if (webhooks) await orLogged(log, 'a webhook is lost', addWebhook(webhooks, work.customer, end));
  await orLogged(log, 'the mailbox was not cleared', mailbox.clear(work.handshake));
  await orLogged(log, 'what was kept was not dropped', inFlightSecrets.drop(work));
  if (end.phase !== 'connected') throw failure(end.error?.code ?? end.phase);
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
