/** Runs over the fleet: the doctor, preparing or migrating one box after another. */
import { z } from 'zod';
import { boxNameSchema } from './connection-record.ts';
import { customerSchema } from './customer.ts';
import { ERROR_CODES, type ErrorCode } from './error-rows.ts';
import { runFilterSchema } from './fleet-filter.ts';
import { tolerant } from './tolerant.ts';
import { versionsSchema } from './versions.ts';

export const RUN_KINDS = ['doctor', 'prepare', 'migrate'] as const;
export type RunKind = (typeof RUN_KINDS)[number];

/** `paused`: no box is begun until somebody resumes it. `stopped`: none is begun any more. */
export const RUN_STATES = ['running', 'paused', 'stopped', 'done'] as const;

export const RUN_BOX_STATES = [
  'waiting',
  'running',
  'done',
  'failed',
  'skipped',
  'waiting-for-customer',
] as const;
export type RunBoxState = (typeof RUN_BOX_STATES)[number];

const version = z.string().regex(/^(?:latest|\d+\.\d+\.\d+[\w.-]{0,40})$/);

/** What somebody has asked for. */
export const runOptionsSchema = z.strictObject({
  /** Boxes at once. */
  batch: z.int().min(1).max(500),
  /** Boxes that have to be well before any other is begun. */
  canaries: z.int().min(0).max(100),
  /** Failed boxes that pause it; 0: none do. */
  maxFailures: z.int().min(0).max(100_000),
  /** Nothing is changed on any box. */
  dryRun: z.boolean(),
  claude: version.optional(),
  openclaw: version.optional(),
  nodeFrom: z.string().max(300).optional(),
  swap: z.boolean(),
  /** A gateway that runs is restarted where its program was replaced. */
  restartGateway: z.boolean(),
  /** What customers are offered, which the doctor examines the box for. */
  methods: z.array(z.string().max(40)).max(10).optional(),
});
export type RunOptions = z.infer<typeof runOptionsSchema>;

/** What became of a step. `left out`: it cannot be done here, and the box works without it; `cannot`: it needs it. */
export const STEP_STATES = ['there', 'would', 'cannot', 'done', 'left out'] as const;
const stepSchema = z.strictObject({
  step: z.string().max(40),
  state: z.enum(STEP_STATES),
  words: z.string().max(400),
});
export type RunStep = z.infer<typeof stepSchema>;

/** Steps that are kept of a box. */
export const MOST_STEPS = 30;

/** What a run found on a box and did there. It holds no secret, and nothing that a box has said but versions and paths. */
export const runOutcomeSchema = z.strictObject({
  /** The doctor's, with all that is not right. */
  verdict: z.enum(['ok', 'warning', 'blocks']).optional(),
  findings: z
    .array(
      z.strictObject({
        id: z.string().max(120),
        status: z.enum(['warning', 'blocks']),
        error: z.enum(ERROR_CODES).optional(),
      }),
    )
    .max(40)
    .optional(),
  versions: versionsSchema.optional(),
  steps: z.array(stepSchema).max(MOST_STEPS).optional(),
  /** By which ways OpenClaw has credentials that are not the customer's: never the credential. */
  credentials: z.array(z.string().max(300)).max(20).optional(),
});
export type RunOutcome = z.infer<typeof runOutcomeSchema>;

/** What both halves have found and done. `first` is as the record has it. */
export function mergedOutcome(first: unknown, second: RunOutcome): RunOutcome {
  const before = tolerant(runOutcomeSchema).safeParse(first).data ?? {};
  const old = before.steps ?? [];
  // What was done in the first half is there in the second.
  const fresh = (second.steps ?? []).filter(
    ({ step, state }) => state !== 'there' || !old.some((each) => each.step === step),
  );
  const kept = old.filter(({ step }) => !fresh.some((each) => each.step === step));
  return { ...before, ...second, steps: [...kept, ...fresh].slice(0, MOST_STEPS) };
}

/** How the work at a box has ended. `unreached`: it is tried again at the end; `later`: somebody else is at work there. */
export const RUN_ENDS = ['done', 'failed', 'skipped', 'waiting-for-customer', 'unreached', 'later'] as const;
export const runBoxEndSchema = z.strictObject({
  state: z.enum(RUN_ENDS),
  code: z.enum(ERROR_CODES).optional(),
  /** In a few words, where no code says it. */
  why: z.string().max(300).optional(),
  outcome: runOutcomeSchema.optional(),
});
export type RunBoxEnd = z.infer<typeof runBoxEndSchema>;

/** Boxes of runs that workers are at. A job is the work at one of them; which attempt it is decides whether it counts. */
export const FLEET_RUNS = 'fleet-runs';
export const runBoxJobSchema = z.strictObject({
  run: z.uuid(),
  kind: z.enum(RUN_KINDS),
  customer: customerSchema,
  box: boxNameSchema,
  attempt: z.int().positive(),
});
export type RunBoxJob = z.infer<typeof runBoxJobSchema>;

/** A run as it is on record. */
export const runRecordSchema = z.strictObject({
  id: z.uuid(),
  kind: z.enum(RUN_KINDS),
  filter: runFilterSchema,
  options: runOptionsSchema,
  askedBy: z.string(),
  state: z.enum(RUN_STATES),
  reason: z.string().nullable(),
  startedAt: z.iso.datetime(),
  /** Null: which boxes it is for is not known yet. */
  listedAt: z.iso.datetime().nullable(),
  endedAt: z.iso.datetime().nullable(),
});
export type RunRecord = z.infer<typeof runRecordSchema>;

/** One of its boxes. */
export interface RunBoxRecord {
  customer: string;
  box: string;
  inventory: string;
  isCanary: boolean;
  state: RunBoxState;
  code: ErrorCode | null;
  why: string | null;
  outcome: RunOutcome;
  startedAt: string | null;
  endedAt: string | null;
}

/** Boxes of a run by state, and of those that wait, how many were not reached before. */
export type RunCounts = Record<RunBoxState, number> & { unreached: number; total: number };
