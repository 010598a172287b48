import type { Job } from 'bullmq';
import type { Endpoint } from '../../core/contract/endpoint.ts';
import { handshakeJobSchema } from '../../core/contract/jobs.ts';
import { fitsEndpoint, rowOf } from '../../core/contract/providers.ts';
import { handshakeIdSchema } from '../../core/contract/snapshot.ts';
import { tolerant } from '../../core/contract/tolerant.ts';

/** A worker's task: one attempt at a handshake. */
export interface AttemptJob {
  handshake: string;
  customer: string;
  provider: string;
  method: string;
  /** One of the customer's boxes; undefined: the default one. */
  box?: string | undefined;
  /** The customer's own name for the credential. */
  label?: string | undefined;
  /** Under which the customer's sealed key waits. */
  submission?: string | undefined;
  /** An address of the customer's own, where the provider asks for one. */
  endpoint?: Endpoint | undefined;
  /** The profile on the box whose place the credential takes. */
  replaces?: string | undefined;
  /** Who asked: `customer`, or `operator:<name>`. */
  requestedBy: string;
  /** When it was requested. */
  askedAt: Date;
  /** How many times a worker has started it, including this time. It grows with every start: the fence. */
  attempt: number;
  /** Those that used up none of the customer's attempts. */
  uncounted: number;
  /** Whether a failure is followed by another attempt. */
  mayRetry: boolean;
  /** Whether it is even if a token is waiting to be delivered: a box may take minutes to come back. */
  mayInsist: boolean;
  /** True if it has cost too many workers: it is not tried again, whatever the cause. */
  isGivenUp: boolean;
}

/** Attempts of a handshake that has achieved nothing yet; the customer can just as well start again. */
const MOST_TRIES = 3;
/**
 * Ends of workers, and starts, that one handshake may live through: the last resort against one that takes every
 * worker with it unseen. They are no fault of a customer's, so that no crowd and no deployment comes near.
 */
const MOST_STALLS = 20;
const MOST_STARTS = 1_000;

/** Reads a job. Throws when it is not one of ours, or asks for a provider or a method that only a newer version knows. */
export function attemptJobOf(job: Job): AttemptJob {
  const read = tolerant(handshakeJobSchema).safeParse(job.data);
  if (!read.success) throw read.error;
  const { customer, provider, method, box, label, submission, endpoint, replaces, requestedBy } = read.data;
  // Anything else than what was asked for would install a credential that nobody wanted.
  const row = rowOf(provider);
  const isWhole =
    row !== undefined &&
    (method === 'api-key' && row.key !== undefined) === (submission !== undefined) &&
    fitsEndpoint(row, endpoint);
  if (!isWhole || !Object.hasOwn(row.methods, method))
    throw new Error(`${provider} by ${method} is not known here`);
  return {
    handshake: handshakeIdSchema.parse(job.id),
    customer,
    provider,
    method,
    box,
    label,
    submission,
    endpoint,
    replaces,
    requestedBy,
    askedAt: new Date(job.timestamp),
    // BullMQ 6.7 counts `ats` up as it moves a job to active, after a stall too, and hands it out counted.
    attempt: job.attemptsStarted,
    uncounted: job.attemptsStarted - job.attemptsMade,
    mayRetry: job.attemptsMade + 1 < Math.min(MOST_TRIES, job.opts.attempts ?? 1),
    mayInsist: job.attemptsMade + 1 < (job.opts.attempts ?? 1),
    isGivenUp: job.stalledCounter > MOST_STALLS || job.attemptsStarted > MOST_STARTS,
  };
}
