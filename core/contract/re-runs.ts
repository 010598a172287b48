/** Many cases that are tried again, one after the other: a handshake is started, a look is made due, or a removal is asked for again. */
import { z } from 'zod';
import { caseChoiceSchema } from './cases.ts';
import { customerSchema } from './customer.ts';
import { ERROR_CODES } from './error-rows.ts';
import { handshakeIdSchema } from './snapshot.ts';

export const RE_RUN_STATES = ['running', 'stopped', 'done'] as const;

/** `starting`: somebody is at it. `passed`: there was nothing to do, or it is not for us to do. */
export const RE_RUN_CASE_STATES = ['waiting', 'starting', 'started', 'passed', 'failed'] as const;
export type ReRunCaseState = (typeof RE_RUN_CASE_STATES)[number];

export const reRunRequestSchema = z.strictObject({ of: caseChoiceSchema });

const count = z.int().nonnegative();
/** What would happen. */
export const reRunPlanSchema = z
  .strictObject({
    total: count,
    starts: count.meta({ description: 'Customers for whom a handshake is started' }),
    onPage: count.meta({ description: 'Those of them who have their page open: it moves on by itself' }),
    looks: count.meta({ description: 'Connections and boxes at which a look is made due' }),
    removals: count.meta({ description: 'Connections whose removal is tried again' }),
    needsKey: count.meta({ description: 'Customers who have to bring their key again: nothing is started' }),
    over: count.meta({ description: 'Cases that are resolved: nothing is started' }),
    closed: z
      .array(customerSchema)
      .meta({ description: 'Customers who have to come and whose page is closed; 50 at most' }),
  })
  .meta({ id: 'ReRunPlan' });
export type ReRunPlan = z.infer<typeof reRunPlanSchema>;

export const manyReRunSchema = z
  .strictObject({
    id: z.uuid(),
    askedBy: z.string(),
    about: z.string().meta({ description: 'What somebody chose, in words' }),
    state: z.enum(RE_RUN_STATES),
    reason: z.string().nullable(),
    startedAt: z.iso.datetime(),
    endedAt: z.iso.datetime().nullable(),
    total: count,
    waiting: count,
    started: count,
    passed: count,
    failed: count,
  })
  .meta({ id: 'ManyReRun' });
export type ManyReRun = z.infer<typeof manyReRunSchema>;

export const manyReRunsSchema = z.strictObject({ runs: z.array(manyReRunSchema) }).meta({ id: 'ManyReRuns' });

/** What became of each case. */
export const reRunCasesSchema = manyReRunSchema
  .extend({
    cases: z.array(
      z.strictObject({
        case: z.uuid(),
        customer: customerSchema,
        state: z.enum(RE_RUN_CASE_STATES),
        code: z.enum(ERROR_CODES).nullable(),
        handshake: handshakeIdSchema.nullable(),
      }),
    ),
  })
  .meta({ id: 'ManyReRunFile' });

/** `POST /api/v1/customers/:customer/connect-link`: a link that lets this customer in, for support to send. */
export const linkToSendSchema = z
  .strictObject({ url: z.url(), expiresAt: z.iso.datetime() })
  .meta({ id: 'LinkToSend' });
