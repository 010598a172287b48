/** What the api and the console send each other about runs over the fleet. */
import { z } from 'zod';
import { customerSchema } from './customer.ts';
import { ERROR_CODES } from './error-rows.ts';
import { RUN_BOX_STATES, RUN_KINDS, RUN_STATES } from './fleet-runs.ts';

const count = z.int().nonnegative();
const boxes = z
  .array(z.strictObject({ customer: customerSchema, box: z.string().max(63) }))
  .max(100)
  .meta({ description: 'The first of them by name' });

const countsSchema = z.strictObject({
  ...(Object.fromEntries(RUN_BOX_STATES.map((state) => [state, count])) as Record<
    (typeof RUN_BOX_STATES)[number],
    typeof count
  >),
  unreached: count.meta({ description: 'Of those that wait: not reached so far' }),
  total: count,
});

/** A run over the fleet, and how its boxes stand. */
export const shownRunSchema = z
  .strictObject({
    id: z.uuid(),
    kind: z.enum(RUN_KINDS),
    dryRun: z.boolean(),
    filter: z.string().meta({ description: 'As somebody would write it; empty: all boxes' }),
    askedBy: z.string(),
    state: z.enum(RUN_STATES),
    reason: z.string().nullable(),
    startedAt: z.iso.datetime(),
    listedAt: z.iso.datetime().nullable().meta({ description: 'Null: its boxes are not known yet' }),
    endedAt: z.iso.datetime().nullable(),
    counts: countsSchema,
  })
  .meta({ id: 'FleetRun' });
export type ShownRun = z.infer<typeof shownRunSchema>;

/** `GET /api/v1/fleet/runs`. */
export const shownRunsSchema = z
  .strictObject({
    runs: z.array(shownRunSchema),
    next: z
      .string()
      .optional()
      .meta({ description: '`cursor` of the next page; absent: this is the last one' }),
  })
  .meta({ id: 'FleetRuns' });
export type ShownRuns = z.infer<typeof shownRunsSchema>;

export const shownRunsQuerySchema = z.strictObject({ cursor: z.string().max(500).optional() });

/** What boxes of a run have in common, the most frequent first. */
const common = { count, boxes };
export const runReportSchema = z.strictObject({
  verdicts: z.array(z.strictObject({ verdict: z.string(), count })),
  findings: z.array(z.strictObject({ id: z.string(), status: z.string(), ...common })),
  steps: z.array(z.strictObject({ step: z.string(), state: z.string(), count })),
  credentials: z.array(z.strictObject({ words: z.string(), ...common })),
  unwell: z
    .array(
      z.strictObject({
        state: z.enum(['failed', 'skipped']),
        code: z.enum(ERROR_CODES).nullable(),
        why: z.string().nullable(),
        ...common,
      }),
    )
    .meta({ description: 'Why boxes have failed or were skipped' }),
  isCut: z.boolean().meta({ description: 'There is more of something than is listed' }),
});
export type RunReport = z.infer<typeof runReportSchema>;

/** `GET /api/v1/fleet/runs/:run`. */
export const shownRunReportSchema = z
  .strictObject({
    run: shownRunSchema,
    batch: count,
    maxFailures: count.meta({ description: 'Failed boxes that pause it; 0: none do' }),
    canaries: z
      .array(
        z.strictObject({
          customer: customerSchema,
          box: z.string().max(63),
          state: z.enum(RUN_BOX_STATES),
          code: z.enum(ERROR_CODES).nullable(),
          why: z.string().nullable(),
        }),
      )
      .meta({ description: 'The boxes that are done before all others, the first hundred' }),
    report: runReportSchema,
  })
  .meta({ id: 'FleetRunReport' });
export type ShownRunReport = z.infer<typeof shownRunReportSchema>;

/** `POST /api/v1/fleet/runs/:run/resume`. */
export const resumeRunSchema = z
  .strictObject({
    failed: z
      .boolean()
      .default(false)
      .meta({ description: 'What has failed or was skipped is tried again, too' }),
  })
  .meta({ id: 'ResumeFleetRun' });
