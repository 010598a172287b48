import type { Job } from 'bullmq';
import { z } from 'zod';
import { customerSchema } from '../../../core/contract/customer.ts';
import { CATALOGUE } from '../../../core/contract/errors.ts';
import {
  disconnectJobSchema,
  EVENT_DATA,
  EVENT_TYPES,
  handshakeJobSchema,
  removalSchema,
} from '../../../core/contract/jobs.ts';
import { PHASES } from '../../../core/contract/phases.ts';
import { repairDoneSchema } from '../../../core/contract/repairs.ts';

/** What a webhook's delivery fails with (api/platform/webhooks.ts). */
const WEBHOOK_RESULTS = new Set(['refused', 'unreachable', 'invalid']);

/** What the board may show of every kind of job; the rest is omitted. */
const dataSchema = z.union([
  z.object({
    type: z.literal('release.tried'),
    data: EVENT_DATA.release.pick({ program: true, version: true, verdict: true }),
  }),
  z.object({ type: z.enum(EVENT_TYPES), data: z.object({ customer: customerSchema }) }),
  z.object({ customer: customerSchema, requestedBy: handshakeJobSchema.shape.requestedBy }),
  z.object({ customer: customerSchema, requestedBy: disconnectJobSchema.shape.requestedBy }),
  z.object({ customer: customerSchema }),
]);
/** A snapshot; the sign-in link is in there too. */
const progressSchema = z.object({ phase: z.enum(PHASES), attempt: z.int() });
const returnSchema = z.union([
  z.object({ verdict: z.enum(['ok', 'warning', 'blocks']) }),
  z.object({ outcome: removalSchema.shape.outcome }),
  z.object({ outcome: repairDoneSchema.shape.outcome }),
]);

/**
 * Removes from a job, as read for the board, everything that the board must not show: it would print return values,
 * errors and stack traces unchanged. Redis is not changed.
 */
export function shownJob(job: Job): Job {
  job.data = dataSchema.safeParse(job.data).data ?? {};
  job.progress = progressSchema.safeParse(job.progress).data ?? 0;
  job.returnvalue = codeOf(job.returnvalue) ?? returnSchema.safeParse(job.returnvalue).data ?? null;
  job.stacktrace = [];
  if (job.failedReason) job.failedReason = reasonOf(job.failedReason);
  if (job.deferredFailure) job.deferredFailure = reasonOf(job.deferredFailure);
  return job;
}

/** Anything that is not our own word is BullMQ's message about a worker that died. */
function reasonOf(text: string): string {
  return codeOf(text) ?? (WEBHOOK_RESULTS.has(text) ? text : 'worker_lost');
}

function codeOf(value: unknown): string | undefined {
  return typeof value === 'string' && Object.hasOwn(CATALOGUE, value) ? value : undefined;
}
